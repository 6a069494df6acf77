// Random values of the flow model, for property tests.
#pragma once

#include "flows/engine/call_state.hpp"

#include <rapidcheck.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace support {

inline rc::Gen<std::string> arbitrary_text(int at_most) {
    return rc::gen::resize(at_most, rc::gen::arbitrary<std::string>());
}

inline rc::Gen<std::chrono::year_month_day> arbitrary_day() {
    return rc::gen::map(rc::gen::inRange(-100'000, 200'000), [](int days) {
        return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{days}}};
    });
}

inline std::string arbitrary_sid(std::string prefix) {
    const bool plain = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
    if (!plain) return *arbitrary_text(34);
    for (int i = 0; i < 32; ++i)
        prefix += *rc::gen::elementOf(std::string{"0123456789abcdef"});
    return prefix;
}

inline flows::Value arbitrary_value(const flows::Type& type) {
    using flows::TypeKind;
    switch (type.kind) {
    case TypeKind::number:
    case TypeKind::money:
        return *flows::Decimal::from(*rc::gen::arbitrary<std::int64_t>(), *rc::gen::inRange(0, 10));
    case TypeKind::date:
        return flows::Date{*arbitrary_day()};
    case TypeKind::time:
        return flows::TimeOfDay{std::chrono::minutes{*rc::gen::inRange(0, 1440)}};
    case TypeKind::boolean:
        return *rc::gen::arbitrary<bool>();
    case TypeKind::recording:
        return flows::Recording{arbitrary_sid("AC"), arbitrary_sid("RE"),
                                std::chrono::seconds{*rc::gen::inRange(-1, 14400)},
                                *rc::gen::arbitrary<bool>() ? std::optional{*arbitrary_text(20)}
                                                            : std::nullopt};
    default:
        return *arbitrary_text(20);
    }
}

inline flows::Frame arbitrary_frame(const flows::FlowSet& set) {
    std::vector<const flows::Flow*> all;
    for (const auto& [name, flow] : set.flows)
        all.push_back(flow.get());
    const flows::Flow& flow = **rc::gen::elementOf(all);
    flows::Frame frame{.flow = flow.name};
    frame.state = *rc::gen::inRange(0, static_cast<int>(flow.states.size()));
    const auto& steps = flow.states[static_cast<std::size_t>(frame.state)].steps;
    frame.step = *rc::gen::inRange(-1, static_cast<int>(steps.size()));
    for (const flows::Variable& variable : flow.variables) {
        const bool set_it = *rc::gen::arbitrary<bool>();
        frame.variables.push_back(set_it ? arbitrary_value(variable.type) : flows::Unset{});
    }
    return frame;
}

// A state of these flows, also one that no call would ever be in.
inline rc::Gen<flows::CallState> arbitrary_state(const flows::FlowSet& set) {
    return rc::gen::exec([&set] {
        flows::CallState state;
        state.began_hour = *rc::gen::arbitrary<std::uint32_t>();
        const int depth = *rc::gen::inRange(1, 9);
        for (int i = 0; i < depth; ++i)
            state.frames.push_back(arbitrary_frame(set));
        state.language = *arbitrary_text(12);
        state.awaiting = static_cast<flows::Awaiting>(*rc::gen::inRange(0, 12));
        state.life = *rc::gen::inRange(0, 300);
        if (*rc::gen::arbitrary<bool>()) state.verification = *arbitrary_text(34);
        for (int* count : {&state.tries, &state.noinputs, &state.nomatches, &state.attempt}) {
            *count = *rc::gen::inRange(0, 300);
        }
        state.aside = static_cast<flows::Aside>(*rc::gen::inRange(0, 5));
        state.occasion = *arbitrary_text(34);
        const flows::Frame& top = state.frames.back();
        const flows::Flow& flow = *set.find(top.flow);
        if (top.step >= 0) {
            const auto& step = flow.states[static_cast<std::size_t>(top.state)]
                                   .steps[static_cast<std::size_t>(top.step)];
            const auto* gather = std::get_if<flows::Gather>(&step.what);
            if (gather && *rc::gen::arbitrary<bool>()) {
                const auto& saved = flow.variables[static_cast<std::size_t>(gather->save)];
                state.candidate = arbitrary_value(saved.type);
            }
        }
        for (const auto& [name, visited] : set.flows) {
            std::set<std::string> names;
            for (const flows::State& place : visited->states)
                names.insert(place.name);
            for (const std::string& place : names) {
                if (*rc::gen::arbitrary<bool>()) continue;
                state.visits.push_back({name, place, *rc::gen::inRange(0, 100'000)});
            }
        }
        if (*rc::gen::arbitrary<bool>()) {
            state.carried.emplace_back(flows::CallFact::from, *arbitrary_text(20));
        }
        return state;
    });
}

}  // namespace support
