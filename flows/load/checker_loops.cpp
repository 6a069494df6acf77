#include "flows/load/checker_circles.hpp"
#include "flows/load/checker_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
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

}  // namespace

void check_loops(const Graph& graph, const FlowSet& set, config::Diagnostics& findings) {
    const std::vector<Graph> beside = graphs_beside(graph, set);
    const Ways silent = ways_over(
        graph, beside, [](const Step& /*step*/, const Edge& edge) { return !edge.waits; });
    for (const std::vector<int>& members : circles_in(silent)) {
        const int first = first_in_file(silent, members);
        // Reported where it begins.
        if (silent.nodes[static_cast<std::size_t>(first)].graph != &graph) continue;
        report(findings, "SB305", graph.flow->file, silent.state(first).span,
               fmt::format("these states repeat without asking the caller: {}",
                           text_of(silent, way_round(silent, members, first))),
               "put a menu, a gather or another step that waits into the circle, bound it with "
               "limit, or lead it elsewhere");
    }
}

}  // namespace flows::check
