#include "flows/load/checker_marks.hpp"

#include <algorithm>
#include <set>

namespace flows::check {

void mark(const Graph& graph, int start, Scope scope, Marks& marks) {
    const auto follows = [scope](const Edge& edge) {
        if (scope == Scope::state) return !edge.enters;
        return scope == Scope::flow || !edge.is_aside;
    };
    std::vector<int> open{start};
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        if (at < 0 || marks[static_cast<std::size_t>(at)]) continue;
        marks[static_cast<std::size_t>(at)] = true;
        const bool more = static_cast<std::size_t>(at) + 1 < graph.nodes.size() &&
                          graph.node(at + 1).state == graph.node(at).state;
        if (scope != Scope::state && more) open.push_back(at + 1);
        for (const Edge& edge : graph.node(at).edges) {
            if (follows(edge)) open.push_back(edge.to);
        }
    }
}

Marks own_way(const Graph& graph, const std::vector<int>& from_outside) {
    Marks marks(graph.nodes.size());
    mark(graph, graph.entry(graph.flow->start), Scope::own_way, marks);
    mark(graph, graph.failure_entry(), Scope::own_way, marks);
    for (const int state : from_outside)
        mark(graph, graph.entry(state), Scope::own_way, marks);
    // Wherever it was asked for: a call that is placed goes its own way.
    for (const Node& node : graph.nodes) {
        for (const Edge& edge : node.edges) {
            if (edge.label == called_back) mark(graph, edge.to, Scope::own_way, marks);
        }
    }
    return marks;
}

void leave_out_dead_keys(Graph& graph, const std::vector<int>& from_outside) {
    const bool has_line = std::ranges::any_of(graph.nodes, [](const Node& node) {
        return std::ranges::any_of(node.edges, [](const Edge& edge) { return edge.is_aside; });
    });
    if (!has_line) return;
    const Marks own = own_way(graph, from_outside);
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        if (own[n]) continue;
        std::erase_if(graph.nodes[n].edges, [](const Edge& edge) { return edge.is_anywhere; });
    }
}

std::vector<int> entered_from_outside(const Flow& flow, const FlowSet& set) {
    std::set<int> entered;
    const auto note = [&](const Target& target) {
        if (target.kind == Target::Kind::state && target.flow == flow.name) {
            entered.insert(target.state);
        }
    };
    for (const auto& [name, other] : set.flows) {
        if (name == flow.name || !std::ranges::binary_search(other->calls, flow.name)) continue;
        for (const State& state : other->states) {
            for (const Step& step : state.steps) {
                for (const Target* target : places_of(step))
                    note(*target);
            }
        }
        if (other->otherwise) note(*other->otherwise);
    }
    return {entered.begin(), entered.end()};
}

}  // namespace flows::check
