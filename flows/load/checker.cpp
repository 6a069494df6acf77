#include "flows/load/checker.hpp"

#include "flows/load/checker_parts.hpp"
#include "flows/load/findings.hpp"

#include <utility>

namespace flows {
namespace check {

void report(config::Diagnostics& findings, std::string_view code, const std::string& file,
            const config::Span& span, std::string message, std::string hint) {
    findings.push_back(finding(code, file, span, std::move(message), std::move(hint)));
}

}  // namespace check

void check_flow(const Flow& flow, const FlowSet& set, const HouseLimits& house,
                config::Diagnostics& findings) {
    check::Graph graph = check::graph_of(flow, set);
    const std::vector<int> from_outside = check::entered_from_outside(flow, set);
    check::leave_out_dead_keys(graph, from_outside);
    check::check_reach(graph, from_outside, findings);
    check::check_aside(graph, set, from_outside, findings);
    check::check_outcomes(graph, from_outside, findings);
    check::check_loops(graph, set, house, findings);
    check::check_choices(flow, house, findings);
    check::check_way_to_a_person(graph, set, house, findings);
    check::check_lookups(graph, set, findings);
    check::check_unset(graph, from_outside, findings);
    check::check_conditions(flow, findings);
    check::check_sizes(flow, set, findings);
    check::check_secrets(flow, set, findings);
}

}  // namespace flows
