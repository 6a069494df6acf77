// Outcomes that no step names: where they lead is written elsewhere, or depends on where the step
// is.
#include "flows/load/checker_parts.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace flows::check {
namespace {

// `otherwise` itself is asked for where the step is read.
std::vector<std::string> unnamed_outcomes(const Step& step) {
    std::vector<std::string> unnamed;
    if (step.otherwise) return unnamed;
    for (const Outcome& outcome : outcomes_of(step.what)) {
        const bool is_named = std::ranges::any_of(
            step.on, [&](const OutcomeTarget& way) { return way.outcome == outcome.name; });
        if (outcome.must_be_handled && outcome.name != "otherwise" && !is_named)
            unnamed.emplace_back(outcome.name);
    }
    return unnamed;
}

// Nothing of a place that is none, which is an error of its own.
std::string name_of(const Flow& flow, const Target& place) {
    const bool is_here = place.flow.empty() || place.flow == flow.name;
    if (!is_here) return place.flow;
    const auto state = static_cast<std::size_t>(place.state);
    return place.state >= 0 && state < flow.states.size() ? flow.states[state].name : "";
}

}  // namespace

void check_outcomes(const Graph& graph, const std::vector<int>& from_outside,
                    config::Diagnostics& findings) {
    const Flow& flow = *graph.flow;
    if (!flow.otherwise || flow.otherwise->kind != Target::Kind::state) return;
    const std::string failure = name_of(flow, *flow.otherwise);
    if (failure.empty()) return;
    std::map<std::size_t, std::vector<std::string>> unnamed_by_node;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        auto unnamed = unnamed_outcomes(graph.step(static_cast<int>(n)));
        if (!unnamed.empty()) unnamed_by_node.emplace(n, std::move(unnamed));
    }
    if (unnamed_by_node.empty()) return;
    const Marks own = own_way(graph, from_outside);
    const Marks line = in_line(graph), silent = in_silence(graph);
    for (const auto& [n, unnamed] : unnamed_by_node) {
        const Step& step = graph.step(static_cast<int>(n));
        const std::string name{step_name(step.what)};
        const std::string ends = fmt::format("{} ends with {}", name, load::any_of(unnamed));
        if (!own[n] && line[n]) {
            report(findings, "SB303", step.file, step.span,
                   fmt::format(
                       "the caller leaves the line, and the enqueue ends with left, when {}", ends),
                   "to let them wait on, write otherwise: next");
        } else if (!own[n] && silent[n]) {
            report(findings, "SB303", step.file, step.span,
                   fmt::format("what stands behind it is left out when {}", ends),
                   "to go on all the same, write otherwise: next");
        } else {
            report(findings, "SB303", step.file, step.span,
                   fmt::format("only the flow's otherwise says where the call goes when {}", ends),
                   fmt::format("if that is meant, write on: {{{}: {}}}", unnamed.front(), failure));
        }
        findings.back().severity = config::Severity::note;
    }
}

}  // namespace flows::check
