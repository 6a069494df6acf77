// What happened to a call, in the flow's words.
#pragma once

#include "twiml/voice_request.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace flows {

struct Began {};      // the first webhook of a call
struct Continued {};  // the caller heard a part; go on
struct Keyed {
    std::string_view digits{};
};  // never empty
struct Spoke {
    std::string_view text{};
    std::optional<double> confidence{};
};
struct NoInput {};
struct DialEnded {
    twiml::DialStatus status{};
    std::optional<bool> bridged{};
    std::chrono::seconds lasted{};
};
struct Recorded {
    std::string_view account_sid{}, recording_sid{};
    std::chrono::seconds duration{};
};
struct NothingRecorded {};
struct LegAnswered {};  // asks for the whisper or the screen
struct LegKeyed {
    std::string_view digits{};
};                    // the screen's answer; empty: none
struct Apologise {};  // a token did not open, or Twilio could not reach us: apology, then the start
                      // (fresh state) or the flow's `otherwise`
using Event = std::variant<Began, Continued, Keyed, Spoke, NoInput, DialEnded, Recorded,
                           NothingRecorded, LegAnswered, LegKeyed, Apologise>;

// The last path segment of a callback URL, for people and to tell a Gather's action from its
// fall-through. One table: name and what a webhook there means.
enum class EventName : std::uint8_t {
    gather,
    noinput,
    dial,
    record,
    empty,
    go,
    whisper,
    screen,
    screened
};
std::string_view to_text(EventName name);
std::optional<EventName> parse_event_name(std::string_view text);

// What a webhook at `name` says happened. `gone`: the caller has hung up (a final CallStatus
// without ParentCallSid, Digits=hangup): silent steps only from here.
struct Happened {
    Event event{};
    bool gone = false;
};
Happened what_happened(EventName name, const twiml::VoiceRequest& request);

}  // namespace flows
