// The heart: a pure function from where a call stands and what happened to what it needs next.
// No I/O, no clock, no randomness, no globals, no threads; it throws for nothing a caller can do.
#pragma once

#include "flows/engine/call_state.hpp"
#include "flows/engine/circumstances.hpp"
#include "flows/engine/event.hpp"
#include "twiml/document.hpp"

#include <string>
#include <variant>
#include <vector>

namespace flows {

// A step that was taken: for traces, coverage and explanations.
struct StepTaken {
    std::string_view flow{}, state{}, step{};  // views into the Flow
    std::string_view outcome{};                // "2", "noinput", "busy", "then" ...; empty: went on
    bool operator==(const StepTaken&) const = default;
};

// A callback URL of a reply: hole number = index in Reply::callbacks.
struct Callback {
    EventName event{};
    int state = -1;  // index into Reply::states: the successor that the URL carries
    // What the sealed state is bound to besides its path (design: "What binds it").
    enum class Bound : std::uint8_t { call, parent_call } bound = Bound::call;
    bool operator==(const Callback&) const = default;
};

struct Reply {
    twiml::Document document{};
    std::vector<Callback> callbacks{};
    std::vector<CallState> states{};
    bool operator==(const Reply&) const = default;
};
struct Rest {  // nobody is on the line and nothing is left to do
    bool operator==(const Rest&) const = default;
};

struct Next {
    std::vector<StepTaken> taken{};
    std::vector<std::pair<std::string, std::string>>
        tags{};  // `tag` and, by the name "result", `result`
    std::variant<Reply, Rest> what{};
    bool operator==(const Next&) const = default;
};

// A call's state before its first webhook.
CallState begin_call(const Flow& flow, Now now);

// `flow` is the root: the one whose webhook the call began at. `gone`: nobody is on the line any
// more: steps that speak are skipped, silent ones run, the first that waits ends it (Rest).
// Bounds: a thousand steps in a turn, documents under 64 kB (longer ones go on behind a Redirect).
Next advance(const Flow& flow, const CallState& state, const Event& event, bool gone,
             const Circumstances& circumstances);

}  // namespace flows
