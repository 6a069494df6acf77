#include "server/turn/message_notes.hpp"

#include "twiml/form.hpp"

#include <charconv>

namespace server {
namespace {

// 64 hexadecimal digits, or nothing.
std::optional<EffectKey> parse_effect(std::string_view text) {
    EffectKey key;
    if (text.size() != 2 * key.bytes.size()) return std::nullopt;
    for (unsigned char& byte : key.bytes) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + 2, byte, 16);
        if (error != std::errc{} || end != text.data() + 2) return std::nullopt;
        text.remove_prefix(2);
    }
    return key;
}

// How the step ended that sent it. Twilio speaks of the message, so it has taken it.
std::string_view outcome_of(twiml::MessageStatus status) {
    using enum twiml::MessageStatus;
    const bool was_lost = status == failed || status == undelivered || status == canceled;
    return was_lost ? "failed" : "sent";
}

void add_consent(const twiml::MessageRequest& request, StoreTime now,
                 std::vector<MessageNote>& notes) {
    const auto word = request.opt_out();
    if (!word || *word == twiml::OptOutWord::help) return;
    notes.emplace_back(ConsentNote{.person = *request.from.number,
                                   .channel = request.from.channel,
                                   .sender = std::string{request.to.address},
                                   .opts_out = *word == twiml::OptOutWord::stop,
                                   .evidence = std::string{request.message_sid},
                                   .at = now});
}

void add_known_opt_out(const twiml::MessageRequest& request, StoreTime now,
                       std::vector<MessageNote>& notes) {
    constexpr int has_opted_out = 21610;
    if (request.error_code != has_opted_out || !request.to.number) return;
    notes.emplace_back(ConsentNote{.person = *request.to.number,
                                   .channel = request.to.channel,
                                   .sender = std::string{request.from.address},
                                   .twilio_knew = true,
                                   .evidence = std::string{request.message_sid},
                                   .at = now});
}

}  // namespace

std::vector<MessageNote> notes_of(Route route, std::string_view query,
                                  const twiml::MessageRequest& request, StoreTime now) {
    std::vector<MessageNote> notes;
    if (route == Route::sms_status) {
        twiml::Params carried;
        carried.decode(query);
        const bool says_something = twiml::rank_of(request.status) > 0;
        if (says_something && !request.message_sid.empty())
            notes.emplace_back(ReceiptNote{.message_sid = std::string{request.message_sid},
                                           .status = request.status,
                                           .error_code = request.error_code,
                                           .effect = parse_effect(carried.get("effect")),
                                           .outcome = outcome_of(request.status),
                                           .at = now});
        add_known_opt_out(request, now, notes);
    } else if (request.from.number) {  // names and short codes answer nobody
        if (request.from.channel == twiml::MessageChannel::whatsapp)
            notes.emplace_back(WindowNote{.person = *request.from.number,
                                          .sender = std::string{request.to.address},
                                          .at = now});
        add_consent(request, now, notes);
    }
    return notes;
}

}  // namespace server
