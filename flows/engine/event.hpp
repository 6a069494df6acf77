// What happened to a call, in the flow's words.
#pragma once

#include "flows/engine/effect.hpp"
#include "twiml/voice_request.hpp"

#include <chrono>
#include <cstdint>
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
// How <Enqueue> ended. `gone`: the caller hung up while waiting. `elsewhere`: somebody redirected
// the call, and what is answered here is not performed.
struct QueueEnded {
    enum class How : std::uint8_t { bridged, left, full, failed, gone, elsewhere };
    How how = How::failed;
    std::optional<std::chrono::seconds> waited{};  // QueueTime
};
// <Enqueue>'s wait is asked for what is heard next, or a question inside it got no answer. Only the
// former tells where the caller stands.
struct WaitsInLine {
    std::optional<long> position{}, size{}, time{}, average_time{};  // times in seconds
};
// Of a recording, on nobody's line: Twilio keeps it; it was transcribed, or could not be (`text` is
// empty then).
struct Stored {
    std::string_view account_sid{}, recording_sid{};
    std::chrono::seconds duration{};
};
struct Transcribed {
    std::string_view account_sid{}, recording_sid{}, text{};
};
// Nobody is on the line any more, and all that was to run behind the last webhook has run.
struct HungUp {};
struct LegAnswered {};  // asks for the whisper or the screen
struct LegKeyed {
    std::string_view digits{};
};  // the screen's answer; empty: none
// What the step asked of the world has ended.
struct EffectEnded {
    const EffectResult* result = nullptr;  // never null
};
// Something on our side went wrong between two webhooks: an apology, and then `then`. For `start`
// the call begins anew at the flow's start; for `otherwise` it goes on at the flow's `otherwise`
// with nothing set (where there is none: hang-up). The state that comes with it is begin_call's, or
// one that still opened: its language is kept.
struct Apologise {
    enum class Then : std::uint8_t { start, otherwise, hang_up };
    Then then = Then::start;  // start: a token did not open. hang_up: nor the one after it (r=1).
};                            // otherwise: Twilio could not reach us (fallback)
using Event = std::variant<Began, Continued, Keyed, Spoke, NoInput, DialEnded, Recorded,
                           NothingRecorded, LegAnswered, LegKeyed, EffectEnded, Apologise,
                           QueueEnded, WaitsInLine, Stored, Transcribed, HungUp>;

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
    screened,
    wait,     // for an effect that had not ended when the last answer had to be given
    queue,    // <Enqueue>'s action
    waiting,  // <Enqueue>'s waitUrl, and every URL of what is heard there
    stored,   // recordingStatusCallback
    transcribed,
};
std::string_view to_text(EventName name);
std::optional<EventName> parse_event_name(std::string_view text);

// On nobody's line: told of a recording, and answered with nothing.
bool is_silent(EventName name);

// What a webhook at `name` says happened. `gone`: the caller has hung up (a final CallStatus
// without ParentCallSid, Digits=hangup, QueueResult=hangup), or the webhook is on nobody's line:
// silent steps only from here.
struct Happened {
    Event event{};
    bool gone = false;
};
Happened what_happened(EventName name, const twiml::VoiceRequest& request);

}  // namespace flows
