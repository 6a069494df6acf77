// What a webhook about messages leaves behind: who wants no texts any more, whose WhatsApp window
// is open, what became of a text that was sent. Read from the webhook's fields; nothing waits here.
#pragma once

#include "server/http/router.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"
#include "twiml/message_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace server {

// STOP or START, or a receipt that says that Twilio knew of a STOP (21610). A START lifts what a
// STOP set, never a block of an operator's.
struct ConsentNote {
    twiml::E164 person;
    twiml::MessageChannel channel = twiml::MessageChannel::sms;
    std::string sender{};  // what they wrote to: a number, a short code
    bool opts_out = true;
    bool twilio_knew = false;
    std::string evidence{};  // the message's sid
    StoreTime at{};
};

// A person wrote by WhatsApp: for 24 hours they may be written to without a template.
struct WindowNote {
    twiml::E164 person;
    std::string sender{};  // our WhatsApp number, E.164
    StoreTime at{};
};

// What Twilio says of a message of ours. The furthest by `twiml::rank_of` counts; of equals the
// first.
struct ReceiptNote {
    std::string message_sid{};
    twiml::MessageStatus status = twiml::MessageStatus::none;
    std::optional<int> error_code{};
    // The effect that sent it, and how it ended, in the flow's words ("sent", "failed"): this is
    // how one whose answer was lost is resolved. A result that is final stays as it is.
    std::optional<EffectKey> effect{};
    std::string_view outcome{};
    StoreTime at{};
};

using MessageNote = std::variant<ConsentNote, WindowNote, ReceiptNote>;

// What is to be written down of a verified webhook. `query` is that of its target: the status
// callback of a text carries `effect=`, the 64 hexadecimal digits of its identity. Empty where
// there is nothing to remember. Pure.
std::vector<MessageNote> notes_of(Route route, std::string_view query,
                                  const twiml::MessageRequest& request, StoreTime now);

// Where notes are kept. A port: the store is behind it.
class MessageNotes {
public:
    // False: it could not be written down. One that was written before is written once. May be
    // awaited on any loop; resumes there.
    virtual boost::asio::awaitable<bool> write(MessageNote note) = 0;
    virtual ~MessageNotes() = default;
};

}  // namespace server
