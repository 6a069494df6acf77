// Circles in the ways that calls can take: through one flow, or through several that go to each
// other by places.
#pragma once

#include "flows/load/checker_graph.hpp"

#include <functional>
#include <string>
#include <vector>

namespace flows::check {

// The graphs of the other flows that reach this one and that it reaches; in most sets none.
std::vector<Graph> graphs_beside(const Graph& graph, const FlowSet& set);

// The nodes of several graphs as one list, and where each leads.
struct Ways {
    struct At {
        const Graph* graph = nullptr;
        int node = 0;
    };
    std::vector<At> nodes{};
    std::vector<std::vector<int>> next{};

    const Step& step(int node) const {
        const At& at = nodes[static_cast<std::size_t>(node)];
        return at.graph->step(at.node);
    }
    const State& state(int node) const {
        const At& at = nodes[static_cast<std::size_t>(node)];
        return at.graph->flow->states[static_cast<std::size_t>(at.graph->node(at.node).state)];
    }
};

// Whether a way counts, of a step and an edge of it.
using Follows = std::function<bool(const Step&, const Edge&)>;
// The graphs outlive the result.
Ways ways_over(const Graph& graph, const std::vector<Graph>& beside, const Follows& follows);

// The nodes of each circle, ascending: what leads to each other is one circle.
std::vector<std::vector<int>> circles_in(const Ways& ways);

// The shortest way from `from` back to itself inside `members`, with `from` at both ends.
std::vector<int> way_round(const Ways& ways, const std::vector<int>& members, int from);

// "main → busy → main": the states on the way, of another flow than the first as flow/state.
std::string text_of(const Ways& ways, const std::vector<int>& way);

}  // namespace flows::check
