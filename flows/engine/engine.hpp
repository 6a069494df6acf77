// The heart: a pure function from where a call stands and what happened to what it needs next.
// No I/O, no clock, no randomness, no globals, no threads; it throws for nothing a caller can do.
#pragma once

#include "flows/engine/call_state.hpp"
#include "flows/engine/circumstances.hpp"
#include "flows/engine/effect.hpp"
#include "flows/engine/event.hpp"
#include "twiml/document.hpp"

#include <optional>
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
    // The first is where the call stands now; of a flow with `hung_up` also where no callback leads
    // back to it.
    std::vector<CallState> states{};
    bool operator==(const Reply&) const = default;
};
// Something the world has to do before the turn can go on. Ask for it once per identity; then
// either `resume` the turn with what came of it or, when Twilio has to be answered before that,
// answer with `keep_waiting`: the webhook that this leads to asks for the same effect again.
struct EffectRequest {
    EffectId id{};
    Effect effect{};
    std::chrono::milliseconds deadline{};  // from when it was first asked
    CallState resume_in{};                 // where the step stands
    // The turn so far: it goes on in `resume`.
    struct SoFar {
        std::vector<twiml::Node> said{};
        std::size_t bytes = 0;
        int steps = 0;
        bool overrun = false, rescued = false;
        bool operator==(const SoFar&) const = default;
    } so_far{};
    bool operator==(const EffectRequest&) const = default;
};
// Nobody is on the line and nothing is left to do, but for `hung_up`: the caller of advance() lets
// `HungUp` happen, once a call, to `ended`.
struct Rest {
    // Where the call's own way ended. Only of a flow with `hung_up`; nothing behind a silent state,
    // and in line, where the values of the way are those behind the last reply.
    std::optional<CallState> ended{};
    bool operator==(const Rest&) const = default;
};

struct Next {
    std::vector<StepTaken> taken{};
    std::vector<std::pair<std::string, std::string>>
        tags{};  // `tag` and, by the name "result", `result`
    std::variant<Reply, EffectRequest, Rest> what{};
    bool operator==(const Next&) const = default;
};

// A silent state's, and that of a webhook which leads to one.
bool is_on_no_line(const CallState& state);

// A call's state before its first webhook.
CallState begin_call(const Flow& flow, Now now);

// `flow` is the root: the one whose webhook the call began at. `gone`: nobody is on the line any
// more: steps that speak are skipped, silent ones run, the first that waits ends it (Rest). So it
// is on nobody's line, and of HungUp, whatever `gone` says; a `HungUp` without a state that was
// kept comes with begin_call's. Bounds: a thousand steps in a turn, documents under 64 kB (longer
// ones go on behind a Redirect).
Next advance(const Flow& flow, const CallState& state, const Event& event, bool gone,
             const Circumstances& circumstances);

// Goes on with a turn that asked something of the world: what was to be said before it is kept, and
// the bounds of `advance` are those of the turn as a whole (an effect counts as thirty steps).
Next resume(const Flow& flow, EffectRequest asked, const EffectResult& result, bool gone,
            const Circumstances& circumstances);

// The answer when patience is used up: what was to be said, a second's pause, and back (event
// `wait`). Only while somebody is on the line.
Reply keep_waiting(EffectRequest asked);

}  // namespace flows
