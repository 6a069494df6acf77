// Sends text messages, by SMS or WhatsApp: the `sms` step. A port; `twilio_messages` is its
// adapter. Opt-outs, limits and the once-only claim are the caller's, and come before.
#pragma once

#include "server/net/asio.hpp"
#include "twiml/ids.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace server {

enum class MessageChannel { sms, whatsapp };

// A text that was approved beforehand: WhatsApp demands one outside its 24-hour window.
struct MessageTemplate {
    std::string content_sid{};  // HX…
    std::string variables{};    // a JSON object, "" where it has none
};

struct OutgoingMessage {
    twiml::E164 to;
    std::string sender{};  // a number (+…, or a short code), or a messaging service's sid (MG…)
    MessageChannel via = MessageChannel::sms;
    std::string text{};  // empty: `content` speaks
    // Sent in place of an empty text. Beside a text it is sent once after it, where WhatsApp's
    // window turns out to be closed (63016).
    std::optional<MessageTemplate> content{};
    std::vector<std::string> media{};  // URLs
    // Not handed over by then, it is dropped: a text promised in a call must not arrive tomorrow.
    std::chrono::seconds validity{300};  // 6 s to 10 h
    std::string status_callback{};       // a URL that carries the effect's identity; empty: none
    std::chrono::milliseconds timeout{10'000};  // for all attempts together
    std::string call_sid{};                     // its digits are the trace id that is passed on
};

struct MessageResult {
    enum class Outcome {
        sent,       // accepted for delivery, not delivered yet
        opted_out,  // this person does not want texts from this sender
        refused,    // not to this number: bad, not allowed, no mobile
        failed,     // provably not accepted, for a reason of ours, of the network or of Twilio
        unknown,    // may have been accepted, the answer was lost
    };
    Outcome outcome = Outcome::failed;
    std::string message_sid{};  // of `sent`: SM… or MM…
    int segments = 0;           // of `sent`: as counted for billing, 0 where not said yet
    int code = 0;               // Twilio's error code, 0 where there is none
    std::string reason{};       // one sentence for the log, without numbers or texts; empty: sent
};

// At most once: after a lost answer the result is `unknown`, never a second message. What was
// provably not accepted is tried again within `timeout`. Never throws but std::bad_alloc.
// For the thread of its loop only.
class MessageSender {
public:
    virtual net::awaitable<MessageResult> send(OutgoingMessage message) = 0;
    virtual ~MessageSender() = default;
};

}  // namespace server
