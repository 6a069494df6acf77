// Places calls: the `callback` step, and outbound campaigns. A port; `twilio_calls` is its adapter.
// When to call, how often and how fast is the caller's.
#pragma once

#include "server/net/asio.hpp"
#include "twiml/ids.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace server {

enum class MachineDetection {
    off,
    on,                   // asks as soon as it is known who answered
    until_greeting_ends,  // for a message after the beep
};

struct CallToPlace {
    twiml::E164 to;
    twiml::E164 from;
    std::string url{};                  // asked for TwiML by POST when it is answered
    std::string fallback_url{};         // asked where `url` fails; empty: nobody
    std::string status_callback{};      // told by POST of the call's end; empty: nobody
    std::chrono::seconds ring_for{30};  // 5 s to 600 s
    MachineDetection detect = MachineDetection::off;
    std::chrono::milliseconds timeout{10'000};  // for all attempts to hand it over together
};

struct PlacedCall {
    enum class Outcome {
        placed,   // accepted; how it goes comes to `status_callback`
        refused,  // not to this number
        failed,   // provably not accepted
        unknown,  // may ring, the answer was lost
    };
    Outcome outcome = Outcome::failed;
    std::string call_sid{};  // of `placed`
    int code = 0;            // Twilio's error code, 0 where there is none
    std::string reason{};    // one sentence for the log, without numbers; empty: placed
};

// A call as Twilio lists it.
struct SeenCall {
    std::string call_sid{};
    std::string status{};  // queued, ringing, in-progress, completed, busy …
    std::chrono::sys_seconds made{};
};
struct SeenCalls {
    bool told = false;  // false: Twilio could not be asked
    std::vector<SeenCall> calls{};
};

// At most once, as MessageSender. Never throws but std::bad_alloc. For the thread of its loop only.
class CallPlacer {
public:
    virtual net::awaitable<PlacedCall> place(CallToPlace call) = 0;

    // What became of one whose end nobody told, or whose placing nobody knows of: that call, or
    // none; and the newest between two numbers, newest first.
    virtual net::awaitable<SeenCalls> find(std::string call_sid,
                                           std::chrono::milliseconds timeout) = 0;
    virtual net::awaitable<SeenCalls> newest(twiml::E164 to, twiml::E164 from,
                                             std::chrono::milliseconds timeout) = 0;
    virtual ~CallPlacer() = default;
};

}  // namespace server
