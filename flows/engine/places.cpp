#include "flows/engine/turn.hpp"

#include <algorithm>

namespace flows {
namespace {

const State& state_of(const Turn& turn) {
    return turn.flow->states[static_cast<std::size_t>(turn.state.frames.back().state)];
}

bool is_before(const Visits& visits, std::string_view flow, std::string_view state) {
    const int order = std::string_view{visits.flow}.compare(flow);
    return order < 0 || (order == 0 && visits.state < state);
}

auto find_visits(const std::vector<Visits>& all, std::string_view flow, std::string_view state) {
    return std::partition_point(all.begin(), all.end(), [&](const Visits& visits) {
        return is_before(visits, flow, state);
    });
}

bool is_of(const Visits& visits, std::string_view flow, std::string_view state) {
    return visits.flow == flow && visits.state == state;
}

void count_visit(Turn& turn) {
    const State& state = state_of(turn);
    if (!state.counts_visits) return;
    std::vector<Visits>& all = turn.state.visits;
    const auto found = find_visits(all, turn.flow->name, state.name);
    if (found != all.end() && is_of(*found, turn.flow->name, state.name)) {
        ++all[static_cast<std::size_t>(found - all.begin())].count;
    } else {
        all.insert(found, Visits{turn.flow->name, state.name, 1});
    }
}

// What a step kept for itself ends with it.
void forget_step(CallState& state) {
    state.awaiting = Awaiting::nothing;
    state.tries = state.noinputs = state.nomatches = state.attempt = 0;
    state.candidate.reset();
}

bool must_be_handled(const Step& step, std::string_view outcome) {
    for (const Outcome& known : outcomes_of(step.what)) {
        if (known.name == outcome) return known.must_be_handled;
    }
    return false;
}

// The limit that the visits of this state exceed, or -1.
int exceeded_limit(const Turn& turn) {
    const State& state = state_of(turn);
    if (!state.counts_visits) return -1;
    const int count = visits(turn);
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const auto* limit = std::get_if<Limit>(&state.steps[i].what);
        if (limit && count > limit->visits) return static_cast<int>(i);
    }
    return -1;
}

// `again` would pass by the step that limits visits: once they are exceeded, it leads there.
void ask_again(Turn& turn) {
    count_visit(turn);
    turn.state.awaiting = Awaiting::nothing;
    const int limit = exceeded_limit(turn);
    if (limit < 0) {
        turn.again = true;
        return;
    }
    top(turn).step = limit;
    forget_step(turn.state);
}

}  // namespace

const Flow* find_flow(const Turn& turn, std::string_view name) {
    if (name == turn.root.name) return &turn.root;
    return turn.circumstances.flows ? turn.circumstances.flows->find(name) : nullptr;
}

bool is_sound(const Turn& turn) {
    if (turn.state.frames.empty() || turn.state.frames.size() > max_depth) return false;
    for (const Frame& frame : turn.state.frames) {
        const Flow* flow = find_flow(turn, frame.flow);
        if (!flow || frame.state < 0 || frame.state >= static_cast<int>(flow->states.size())) {
            return false;
        }
        const auto& steps = flow->states[static_cast<std::size_t>(frame.state)].steps;
        if (frame.step < -1 || frame.step >= static_cast<int>(steps.size())) return false;
        if (frame.variables.size() != flow->variables.size()) return false;
    }
    return true;
}

Frame& top(Turn& turn) { return turn.state.frames.back(); }

const Step* step_of(const Turn& turn) {
    const int step = turn.state.frames.back().step;
    const auto& steps = state_of(turn).steps;
    const bool stands_on_one = step >= 0 && step < static_cast<int>(steps.size());
    return stands_on_one ? &steps[static_cast<std::size_t>(step)] : nullptr;
}

View view_of(const Turn& turn) {
    return View{.flow = *turn.flow,
                .variables = turn.state.frames.back().variables,
                .language = turn.language,
                .circumstances = turn.circumstances,
                .carried = &turn.state.carried};
}

void stand(Turn& turn) {
    turn.flow = find_flow(turn, turn.state.frames.back().flow);
    // A sub-flow that does not speak the call's language speaks its own default; the call's
    // language is there again when it returns.
    turn.language = std::max(0, turn.flow->find_language(turn.state.language));
}

void take(Turn& turn, const Step& step, std::string_view outcome) {
    turn.next.taken.push_back({turn.flow->name, state_of(turn).name, step.id, outcome});
}

std::string cut(std::string_view fact) {
    constexpr std::size_t max_bytes = 80;
    if (fact.size() <= max_bytes) return std::string{fact};
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(fact[end]) & 0xC0) == 0x80)
        --end;
    return std::string{fact.substr(0, end)};
}

void carry(CallState& state, const std::vector<CallFact>& facts, const Turn& turn) {
    for (const CallFact fact : facts) {
        const auto is_it = [fact](const auto& carried) { return carried.first == fact; };
        if (std::any_of(state.carried.begin(), state.carried.end(), is_it)) continue;
        state.carried.emplace_back(fact, cut(fact_text(fact, turn.circumstances.call)));
    }
    std::sort(state.carried.begin(), state.carried.end());
}

CallState aside(const Turn& turn, Aside where, Awaiting awaiting) {
    CallState state = turn.state;
    state.frames.erase(state.frames.begin(), state.frames.end() - 1);
    state.awaiting = awaiting;
    state.aside = where;
    return state;
}

bool is_in_line(const Turn& turn) { return turn.state.aside == Aside::line; }

int visits(const Turn& turn) {
    const State& state = state_of(turn);
    const auto found = find_visits(turn.state.visits, turn.flow->name, state.name);
    const bool known =
        found != turn.state.visits.end() && is_of(*found, turn.flow->name, state.name);
    return known ? found->count : 0;
}

void enter(Turn& turn, int state) {
    top(turn).state = state;
    top(turn).step = state_of(turn).steps.empty() ? -1 : 0;
    forget_step(turn.state);
    count_visit(turn);
}

void go_on(Turn& turn, const Step& step) {
    top(turn).step = step.next;
    forget_step(turn.state);
}

void start_over(Turn& turn, const Flow& flow, int state) {
    turn.state.frames.clear();
    turn.state.frames.push_back(
        Frame{flow.name, state, -1, std::vector<Value>(flow.variables.size())});
    turn.flow = &flow;
    turn.language = flow.find_language(turn.state.language);
    if (turn.language < 0) {
        turn.language = 0;
        turn.state.language = flow.languages.front().tag;
    }
    enter(turn, state);
}

void go_to(Turn& turn, const Step& step, const Target& target) {
    switch (target.kind) {
    case Target::Kind::next:
        return go_on(turn, step);
    case Target::Kind::again:
        return ask_again(turn);
    case Target::Kind::state:
        break;
    }
    if (target.flow.empty() || target.flow == turn.flow->name) return enter(turn, target.state);
    const Flow* flow = find_flow(turn, target.flow);
    if (!flow) return apologise(turn);
    start_over(turn, *flow, target.state);
}

void follow(Turn& turn, const Step& step, std::string_view outcome) {
    take(turn, step, outcome);
    for (const OutcomeTarget& on : step.on) {
        if (on.outcome == outcome) return go_to(turn, step, on.go);
    }
    if (!must_be_handled(step, outcome)) return go_on(turn, step);
    otherwise(turn, step);
}

void otherwise(Turn& turn, const Step& step) {
    if (step.otherwise) return go_to(turn, step, *step.otherwise);
    // Where the flow's `otherwise` leads need not be possible in line.
    if (is_in_line(turn)) return leave_line(turn);
    // A flow's `otherwise` that fails itself would come here again: once a turn is enough.
    if (!turn.flow->otherwise || turn.rescued) return apologise(turn);
    turn.rescued = true;
    go_to(turn, step, *turn.flow->otherwise);
}

void fail(Turn& turn, const Step& step) {
    take(turn, step, "failed");
    for (const OutcomeTarget& on : step.on) {
        if (on.outcome == "failed") return go_to(turn, step, on.go);
    }
    otherwise(turn, step);
}

}  // namespace flows
