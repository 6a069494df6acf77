// How a telephone reaches whoever answers its webhooks: in this process (flows/tools/in_process) or
// over HTTPS (the server's commands, which sign).
#pragma once

#include "flows/engine/circumstances.hpp"
#include "flows/engine/engine.hpp"
#include "flows/tools/effect_script.hpp"
#include "flows/tools/tape.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace flows {

// What the engine did for one webhook. Only in this process: a server does not tell.
struct TurnTrace {
    std::vector<StepTaken> taken{};  // views into the flows, which outlive it
    std::vector<std::pair<std::string, std::string>> tags{};  // `result` by the name "result"
    // Flow and state where the call stands now, sub-flows last; of a call that is over where it
    // ended. Empty: nowhere known.
    std::vector<std::pair<std::string, std::string>> stands_in{};
    std::string language{};                  // of the call; empty when it is over
    std::vector<PerformedEffect> effects{};  // whose result the turn went on with, in order
    // Where the call's own way stands, of a flow with `hung_up`: what a server keeps in its store
    // for the end of the call. A telephone brings it along with the final status.
    std::string last_state{};
};
inline constexpr std::string_view last_state_header = "x-last-state";

struct Answer {
    TapeResponse response{};  // status 0: nobody answered, `body` says why
    std::optional<TurnTrace> trace{};
    std::chrono::milliseconds took{0};  // until it came: the effects of the turn
    // What the turn asks of the world, and nobody has decided: there is no response yet. The same
    // request, once it is decided, has one.
    std::optional<Undecided> undecided{};
};

// `now` is the moment of the webhook; a server has its own clock, and its own world of effects. The
// target is path and query.
using Transport = std::function<Answer(const TapeRequest& request, Now now, EffectScript& effects)>;

}  // namespace flows
