#include "flows/load/checker_circles.hpp"
#include "flows/load/checker_parts.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace flows::check {
namespace {

// The node of the state that stands first in its file; of several files the first file's.
int first_in_file(const Ways& ways, const std::vector<int>& members) {
    const auto place = [&](int node) {
        const auto& at = ways.nodes[static_cast<std::size_t>(node)];
        return std::tuple{std::string_view{at.graph->flow->file}, ways.state(node).span.begin,
                          at.node};
    };
    return *std::ranges::min_element(members, {}, place);
}

// The circles that begin in `graph`, each at the state that stands first in the file: the others
// are told where they begin.
template <class Told> void for_each_circle(const Graph& graph, const Ways& ways, const Told& told) {
    for (const std::vector<int>& members : circles_in(ways)) {
        const int first = first_in_file(ways, members);
        if (ways.nodes[static_cast<std::size_t>(first)].graph != &graph) continue;
        told(members, ways.state(first).span, text_of(ways, way_round(ways, members, first)));
    }
}

// Whether all of the circle that is in `graph` is of silent states.
bool is_silent(const Graph& graph, const Ways& ways, const std::vector<int>& members) {
    const Marks nobody_there = in_silence(graph);
    return std::ranges::all_of(members, [&](int member) {
        const Ways::At& at = ways.nodes[static_cast<std::size_t>(member)];
        return at.graph != &graph || nobody_there[static_cast<std::size_t>(at.node)];
    });
}

}  // namespace

void check_loops(const Graph& graph, const FlowSet& set, const HouseLimits& house,
                 config::Diagnostics& findings) {
    const std::vector<Graph> beside = graphs_beside(graph, set);
    const Ways silent = ways_over(
        graph, beside, [](const Step& /*step*/, const Edge& edge) { return !edge.waits; });
    std::set<int> told_already;
    for_each_circle(
        graph, silent,
        [&](const std::vector<int>& members, const config::Span& place, const std::string& way) {
            told_already.insert(members.begin(), members.end());
            report(findings, "SB305", graph.flow->file, place,
                   "these states repeat without asking the caller: " + way,
                   is_silent(graph, silent, members)
                       ? "bound the circle with limit, or lead it elsewhere: nobody is on the line "
                         "to be asked"
                       : "put a menu, a gather or another step that waits into the circle, bound "
                         "it with limit, or lead it elsewhere");
        });
    if (!house.repeat_for_ever) return;
    const Ways repeatable = ways_over(graph, beside, [](const Step& step, const Edge& edge) {
        return !std::holds_alternative<Limit>(step.what) && !edge.is_limited;
    });
    for_each_circle(
        graph, repeatable,
        [&](const std::vector<int>& members, const config::Span& place, const std::string& way) {
            // Once SB305 is mended it may be none any more.
            if (std::ranges::any_of(members, [&](int node) { return told_already.contains(node); }))
                return;
            report(findings, "SB306", graph.flow->file, place,
                   "the caller can repeat these states for ever: " + way,
                   "bound the circle with limit: {visits: 5, otherwise: operator}");
            findings.back().severity = *house.repeat_for_ever;
        });
}

}  // namespace flows::check
