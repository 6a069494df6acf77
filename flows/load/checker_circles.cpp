#include "flows/load/checker_circles.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace flows::check {
namespace {

bool calls(const Flow& flow, const std::string& other) {
    return std::ranges::binary_search(flow.calls, other);
}

// Every flow that can be reached from `flow`, with itself.
std::set<std::string> reachable_flows(const Flow& flow, const FlowSet& set) {
    std::set<std::string> seen;
    std::vector<std::string> open{flow.name};
    while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        if (!seen.insert(name).second) continue;
        const Flow* at = name == flow.name ? &flow : set.find(name);
        if (at == nullptr) continue;
        for (const std::string& called : at->calls)
            open.push_back(called);
    }
    return seen;
}

// Tarjan's strongly connected components, without recursion: flows may be deep.
class Components {
public:
    explicit Components(const Ways& graph)
        : graph_{graph}, index_(graph.nodes.size(), -1), low_(graph.nodes.size()),
          on_stack_(graph.nodes.size()) {
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            if (index_[n] < 0) visit(static_cast<int>(n));
        }
    }
    std::vector<std::vector<int>> cycles{};

private:
    struct Frame {
        int node = 0;
        std::size_t edge = 0;
    };
    static std::size_t at(int node) { return static_cast<std::size_t>(node); }

    void open(int node) {
        index_[at(node)] = low_[at(node)] = counter_++;
        stack_.push_back(node);
        on_stack_[at(node)] = true;
        frames_.push_back({node, 0});
    }

    void visit(int root) {
        open(root);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            const auto& next = graph_.next[at(frame.node)];
            if (frame.edge < next.size()) {
                const int to = next[frame.edge++];
                if (index_[at(to)] < 0) {
                    open(to);
                } else if (on_stack_[at(to)]) {
                    low_[at(frame.node)] = std::min(low_[at(frame.node)], index_[at(to)]);
                }
                continue;
            }
            const int done = frame.node;
            frames_.pop_back();
            if (!frames_.empty()) {
                int& low = low_[at(frames_.back().node)];
                low = std::min(low, low_[at(done)]);
            }
            if (low_[at(done)] == index_[at(done)]) close(done);
        }
    }

    void close(int root) {
        std::vector<int> members;
        int node = -1;
        do {
            node = stack_.back();
            stack_.pop_back();
            on_stack_[at(node)] = false;
            members.push_back(node);
        } while (node != root);
        const auto& next = graph_.next[at(root)];
        if (members.size() > 1 || std::ranges::count(next, root) != 0) {
            std::ranges::sort(members);
            cycles.push_back(std::move(members));
        }
    }

    const Ways& graph_;
    std::vector<int> index_, low_;
    std::vector<bool> on_stack_;
    std::vector<int> stack_{};
    std::vector<Frame> frames_{};
    int counter_ = 0;
};

}  // namespace

std::vector<Graph> graphs_beside(const Graph& graph, const FlowSet& set) {
    const Flow& flow = *graph.flow;
    std::vector<Graph> beside;
    for (const std::string& name : reachable_flows(flow, set)) {
        const Flow* other = set.find(name);
        if (name == flow.name || other == nullptr) continue;
        if (calls(*other, flow.name) || reachable_flows(*other, set).contains(flow.name)) {
            beside.push_back(graph_of(*other, set));
        }
    }
    return beside;
}

Ways ways_over(const Graph& graph, const std::vector<Graph>& beside, const Follows& follows) {
    std::vector<const Graph*> graphs{&graph};
    for (const Graph& other : beside)
        graphs.push_back(&other);
    Ways ways;
    std::map<std::string_view, std::pair<const Graph*, int>> base;
    for (const Graph* one : graphs) {
        base[one->flow->name] = {one, static_cast<int>(ways.nodes.size())};
        for (std::size_t n = 0; n < one->nodes.size(); ++n) {
            ways.nodes.push_back({one, static_cast<int>(n)});
        }
    }
    ways.next.resize(ways.nodes.size());
    for (std::size_t n = 0; n < ways.nodes.size(); ++n) {
        const Ways::At& at = ways.nodes[n];
        const int offset = base[at.graph->flow->name].second;
        for (const Edge& edge : at.graph->node(at.node).edges) {
            if (!follows(at.graph->step(at.node), edge)) continue;
            if (edge.to >= 0) {
                ways.next[n].push_back(offset + edge.to);
            } else if (edge.away != nullptr) {
                const auto other = base.find(edge.away->flow);
                if (other == base.end()) continue;
                const int entry = other->second.first->entry(edge.away->state);
                if (entry >= 0) ways.next[n].push_back(other->second.second + entry);
            }
        }
    }
    return ways;
}

std::vector<std::vector<int>> circles_in(const Ways& ways) { return Components{ways}.cycles; }

std::vector<int> way_round(const Ways& ways, const std::vector<int>& members, int from) {
    std::map<int, int> came_from;
    std::deque<int> open{from};
    while (!open.empty()) {
        const int at = open.front();
        open.pop_front();
        for (const int to : ways.next[static_cast<std::size_t>(at)]) {
            if (to == from) {
                std::vector<int> way{from};
                for (int back = at; back != from; back = came_from.at(back))
                    way.push_back(back);
                std::reverse(way.begin() + 1, way.end());
                way.push_back(from);
                return way;
            }
            if (!std::ranges::binary_search(members, to)) continue;
            if (came_from.try_emplace(to, at).second) open.push_back(to);
        }
    }
    return {from};
}

std::string text_of(const Ways& ways, const std::vector<int>& way) {
    const Flow& home = *ways.nodes[static_cast<std::size_t>(way.front())].graph->flow;
    std::string text;
    std::string last;
    for (const int node : way) {
        const Flow& flow = *ways.nodes[static_cast<std::size_t>(node)].graph->flow;
        std::string name = ways.state(node).name;
        if (&flow != &home) name.insert(0, flow.name + '/');
        if (name == last) continue;
        if (!text.empty()) text += " \u2192 ";
        text += name;
        last = std::move(name);
    }
    // A way that never leaves its state comes back to it all the same.
    if (text == last) text += " \u2192 " + last;
    return text;
}

}  // namespace flows::check
