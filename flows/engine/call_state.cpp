#include "flows/engine/call_state.hpp"

#include "flows/engine/state_bytes.hpp"

#include <algorithm>

namespace flows {
namespace {

// Raised when the layout changes; an older layout stays readable for the 48 h a token lives.
constexpr std::uint8_t format = 3;
constexpr std::uint8_t format_with_effects = 2;     // ends behind `life`
constexpr std::uint8_t format_without_effects = 1;  // ends behind the carried facts

constexpr std::size_t max_frames = 8;
constexpr int max_count = 1'000'000;  // visits, tries: more is no state of ours
constexpr auto last_awaiting = static_cast<std::uint64_t>(Awaiting::transcribed);
constexpr auto last_aside = static_cast<std::uint64_t>(Aside::hung_up);
constexpr auto last_fact = static_cast<std::uint64_t>(CallFact::queue_average_time);

bool fits(const Value& value, const Type& type) {
    switch (type.kind) {
    case TypeKind::text:
    case TypeKind::digits:
    case TypeKind::phone:
    case TypeKind::url:
    case TypeKind::one_of:
    case TypeKind::party:
        return std::holds_alternative<std::string>(value);
    case TypeKind::number:
    case TypeKind::money:
        return std::holds_alternative<Decimal>(value);
    case TypeKind::date:
        return std::holds_alternative<Date>(value);
    case TypeKind::time:
        return std::holds_alternative<TimeOfDay>(value);
    case TypeKind::boolean:
        return std::holds_alternative<bool>(value);
    case TypeKind::recording:
        return std::holds_alternative<Recording>(value);
    case TypeKind::moment:
        return std::holds_alternative<Moment>(value);
    case TypeKind::list:
        return std::holds_alternative<std::vector<std::string>>(value);
    }
    return false;
}

// --- frames

void write(ByteWriter& out, const Frame& frame, const FlowSet& flows) {
    const Flow* flow = flows.find(frame.flow);
    const bool has_state =
        flow && frame.state >= 0 && frame.state < static_cast<int>(flow->states.size());
    const State* state = has_state ? &flow->states[static_cast<std::size_t>(frame.state)] : nullptr;
    const bool has_step =
        state && frame.step >= 0 && frame.step < static_cast<int>(state->steps.size());
    out.text(frame.flow);
    out.text(state ? state->name : std::string_view{});
    out.text(has_step ? state->steps[static_cast<std::size_t>(frame.step)].id : std::string_view{});
    const auto set = std::count_if(frame.variables.begin(), frame.variables.end(), is_set);
    out.number(static_cast<std::uint64_t>(set));
    for (std::size_t i = 0; i < frame.variables.size(); ++i) {
        if (!is_set(frame.variables[i])) continue;
        out.number(i);
        out.value(frame.variables[i]);
    }
}

int find_step(const State& state, std::string_view id) {
    const auto found = std::find_if(state.steps.begin(), state.steps.end(),
                                    [id](const Step& step) { return step.id == id; });
    return found == state.steps.end() ? -1 : static_cast<int>(found - state.steps.begin());
}

bool read_variables(ByteReader& in, Frame& frame, const Flow& flow) {
    frame.variables.resize(flow.variables.size());
    const std::uint64_t count = in.number(flow.variables.size());
    std::uint64_t least = 0;  // indices rise: one state has one form
    for (std::uint64_t i = 0; in.is_good() && i < count; ++i) {
        const std::uint64_t index = in.number(flow.variables.size());
        if (!in.is_good() || index < least || index >= flow.variables.size()) return false;
        least = index + 1;
        Value value = in.value();
        const auto variable = static_cast<std::size_t>(index);
        if (!in.is_good() || !fits(value, flow.variables[variable].type)) return false;
        frame.variables[variable] = std::move(value);
    }
    return in.is_good();
}

bool read(ByteReader& in, Frame& frame, const FlowSet& flows) {
    const std::string_view name = in.text();
    const std::string_view state = in.text();
    const std::string_view step = in.text();
    const Flow* flow = in.is_good() ? flows.find(name) : nullptr;
    if (!flow) return false;
    frame.flow = flow->name;
    frame.state = flow->find_state(state);
    if (frame.state < 0) return false;
    frame.step = find_step(flow->states[static_cast<std::size_t>(frame.state)], step);
    if (frame.step < 0 && !step.empty()) return false;
    return read_variables(in, frame, *flow);
}

// --- the rest

bool read_frames(ByteReader& in, CallState& state, const FlowSet& flows) {
    const std::uint64_t count = in.number(max_frames);
    if (!in.is_good() || count == 0) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!read(in, state.frames.emplace_back(), flows)) return false;
    }
    return true;
}

bool is_before(const Visits& a, const Visits& b) {
    return a.flow < b.flow || (a.flow == b.flow && a.state < b.state);
}

bool read_visits(ByteReader& in, CallState& state, const FlowSet& flows) {
    const std::uint64_t count = in.number(in.left());
    for (std::uint64_t i = 0; in.is_good() && i < count; ++i) {
        Visits visits{std::string{in.text()}, std::string{in.text()}, in.count(max_count)};
        const Flow* flow = in.is_good() ? flows.find(visits.flow) : nullptr;
        if (!flow || flow->find_state(visits.state) < 0) return false;
        if (!state.visits.empty() && !is_before(state.visits.back(), visits)) return false;
        state.visits.push_back(std::move(visits));
    }
    return in.is_good();
}

bool read_carried(ByteReader& in, CallState& state) {
    const std::uint64_t count = in.number(last_fact + 1);
    for (std::uint64_t i = 0; in.is_good() && i < count; ++i) {
        const auto fact = static_cast<CallFact>(in.number(last_fact));
        state.carried.emplace_back(fact, in.text());
    }
    return in.is_good();
}

bool read_candidate(ByteReader& in, CallState& state) {
    if (in.number(1) == 0) return in.is_good();
    state.candidate = in.value();
    return in.is_good() && is_set(*state.candidate);
}

// A candidate waits for the variable of the gather it stands at.
bool candidate_fits(const CallState& state, const FlowSet& flows) {
    if (!state.candidate) return true;
    const Frame& frame = state.frames.back();
    const Flow* flow = flows.find(frame.flow);
    if (!flow || frame.step < 0) return false;
    const State& place = flow->states[static_cast<std::size_t>(frame.state)];
    const auto* gather =
        std::get_if<Gather>(&place.steps[static_cast<std::size_t>(frame.step)].what);
    if (!gather || gather->save < 0) return false;
    const auto variable = static_cast<std::size_t>(gather->save);
    return variable < flow->variables.size() &&
           fits(*state.candidate, flow->variables[variable].type);
}

}  // namespace

std::string_view to_text(Aside aside) {
    switch (aside) {
    case Aside::nothing:
        break;
    case Aside::line:
        return "line";
    case Aside::stored:
        return "stored";
    case Aside::transcribed:
        return "transcribed";
    case Aside::hung_up:
        return "hung_up";
    }
    return {};
}

void encode(const CallState& state, const FlowSet& flows, std::string& out) {
    ByteWriter bytes{out};
    bytes.byte(format);
    bytes.number(state.began_hour);
    bytes.number(static_cast<std::uint64_t>(state.awaiting));
    for (const int count : {state.tries, state.noinputs, state.nomatches, state.attempt}) {
        bytes.count(count);
    }
    bytes.text(state.language);
    bytes.number(state.frames.size());
    for (const Frame& frame : state.frames)
        write(bytes, frame, flows);
    bytes.number(state.candidate ? 1 : 0);
    if (state.candidate) bytes.value(*state.candidate);
    bytes.number(state.visits.size());
    for (const Visits& visits : state.visits) {
        bytes.text(visits.flow);
        bytes.text(visits.state);
        bytes.count(visits.count);
    }
    bytes.number(state.carried.size());
    for (const auto& [fact, text] : state.carried) {
        bytes.number(static_cast<std::uint64_t>(fact));
        bytes.text(text);
    }
    bytes.text(state.verification);
    bytes.count(state.life);
    bytes.number(static_cast<std::uint64_t>(state.aside));
    bytes.text(state.occasion);
}

std::optional<CallState> decode(std::string_view bytes, const FlowSet& flows) {
    ByteReader in{bytes};
    const std::uint8_t written_as = in.byte();
    if (written_as < format_without_effects || written_as > format) return std::nullopt;
    CallState state;
    state.began_hour = static_cast<std::uint32_t>(in.number(UINT32_MAX));
    state.awaiting = static_cast<Awaiting>(in.number(last_awaiting));
    for (int* count : {&state.tries, &state.noinputs, &state.nomatches, &state.attempt}) {
        *count = in.count(max_count);
    }
    state.language = in.text();
    if (!in.is_good()) return std::nullopt;
    const bool complete = read_frames(in, state, flows) && read_candidate(in, state) &&
                          read_visits(in, state, flows) && read_carried(in, state);
    if (written_as >= format_with_effects) {
        state.verification = in.text();
        state.life = in.count(max_count);
    }
    if (written_as == format) {
        state.aside = static_cast<Aside>(in.number(last_aside));
        state.occasion = in.text();
    }
    if (!in.is_good() || !complete || in.left() > 0 || !candidate_fits(state, flows))
        return std::nullopt;
    return state;
}

}  // namespace flows
