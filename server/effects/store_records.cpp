#include "server/effects/store_records.hpp"

#include "server/clock.hpp"
#include "server/effects/effect_result.hpp"

namespace server {

std::string sender_of(const EffectOrder& order, const flows::TextMessage& message) {
    const config::AccountSettings& account = order.snapshot->accounts[order.account].settings;
    if (!message.from.empty()) return message.from;
    return account.messaging_service.empty() ? account.phone_number : account.messaging_service;
}

net::awaitable<Stored<std::optional<OptOutQuestion>>>
StoreRecords::opt_out_question(const EffectOrder& order, const flows::TextMessage& message) {
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return cipher.error();
    OptOutQuestion question{.person = (*cipher)->key_of(message.to),
                            .channel = message.whatsapp ? "whatsapp" : "sms",
                            .sender = sender_of(order, message),
                            .result_if_opted_out = plain_result("opted_out")};
    co_return std::optional{std::move(question)};
}

// A caller who asks for peace means all of it: the whole installation, and both channels.
net::awaitable<bool> StoreRecords::change_consent(const EffectOrder& order,
                                                  const flows::ChangeConsent& change) {
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return false;
    Consent consent{database_, **cipher};
    for (const char* channel : {"sms", "whatsapp"}) {
        ConsentChange what{.number = change.number,
                           .channel = channel,
                           .source = ConsentSource::voice_key,
                           .evidence = order.call_sid,
                           .at = store_now()};
        if (change.opts_out) {
            const auto done = co_await consent.opt_out(std::move(what));
            if (done.has_error()) co_return false;
        } else {
            const auto done = co_await consent.opt_in(std::move(what));
            if (done.has_error()) co_return false;
        }
    }
    co_return true;
}

net::awaitable<void> StoreRecords::note_opt_out(const EffectOrder& order,
                                                const flows::TextMessage& message) {
    log_.say(LogLevel::warning, "Twilio knew of an opt-out that was not here",
             {{"call", order.call_sid}, {"flow", order.id.flow}});
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return;
    Consent consent{database_, **cipher};
    ConsentChange what{.number = message.to,
                       .channel = message.whatsapp ? "whatsapp" : "sms",
                       .source = ConsentSource::seen_21610,
                       .evidence = order.call_sid,
                       .at = store_now()};
    const auto done = co_await consent.opt_out(std::move(what));
    if (done.has_error()) {
        log_.say(LogLevel::error, "an opt-out could not be written down",
                 {{"call", order.call_sid}, {"why", done.error().why}});
    }
}

}  // namespace server
