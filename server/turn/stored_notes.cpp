#include "server/turn/stored_notes.hpp"

#include <utility>

namespace server {
namespace {

// Who stops RCS stops SMS: Twilio holds them together since 2026.
std::string class_of(twiml::MessageChannel channel) {
    return channel == twiml::MessageChannel::whatsapp ? "whatsapp" : "sms";
}

}  // namespace

boost::asio::awaitable<bool> StoredNotes::write(MessageNote note) {
    if (auto* consent = std::get_if<ConsentNote>(&note))
        co_return co_await write_consent(std::move(*consent));
    if (auto* window = std::get_if<WindowNote>(&note))
        co_return co_await write_window(std::move(*window));
    co_return co_await write_receipt(std::get<ReceiptNote>(std::move(note)));
}

// For the whole installation: who says STOP to one of our numbers expects peace from all.
boost::asio::awaitable<bool> StoredNotes::write_consent(ConsentNote note) {
    ConsentChange change{.number = note.person.str(),
                         .channel = class_of(note.channel),
                         .scope = {},
                         .source =
                             note.twilio_knew ? ConsentSource::seen_21610 : ConsentSource::sms_word,
                         .evidence = std::move(note.evidence),
                         .at = note.at};
    if (note.opts_out) {
        const Stored<bool> is_new = co_await consent_.opt_out(std::move(change));
        if (note.twilio_knew && counts_ != nullptr && is_new.has_value() && *is_new)
            counts_->count_opt_out_drift();
        co_return is_new.has_value();
    }
    const Stored<OptedIn> done = co_await consent_.opt_in(std::move(change));
    co_return done.has_value();
}

boost::asio::awaitable<bool> StoredNotes::write_window(WindowNote note) {
    const PersonKey person = cipher_.key_of(note.person.str());
    const Stored<void> done =
        co_await windows_.note_inbound(std::move(note.sender), person, note.at);
    co_return done.has_value();
}

// The effect first: once the receipt is written a repeated webhook has nothing to do.
boost::asio::awaitable<bool> StoredNotes::write_receipt(ReceiptNote note) {
    if (note.effect) {
        const Stored<bool> resolved =
            co_await claims_.resolve(*note.effect, result_of_(note.outcome));
        if (resolved.has_error()) co_return false;
    }
    MessageReceipt receipt{.message_sid = std::move(note.message_sid),
                           .effect = note.effect,
                           .status = std::string{twiml::to_text(note.status)},
                           .error_code = note.error_code.value_or(0),
                           .at = note.at};
    const Stored<bool> noted = co_await receipts_.note(std::move(receipt));
    co_return noted.has_value();
}

}  // namespace server
