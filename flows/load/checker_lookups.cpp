#include "flows/load/checker_circles.hpp"
#include "flows/load/checker_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace flows::check {
namespace {

// A limit lets a call pass it so often and no more; a call that is placed is another call.
bool may_repeat(const Step& step, const Edge& edge) {
    if (std::holds_alternative<Limit>(step.what)) return edge.after_failure;
    return edge.label != called_back && !edge.is_limited;
}

bool is_silent(const Step& /*step*/, const Edge& edge) { return !edge.waits; }

// Whether a call into a flow may look something up before a limit has counted it.
class LookUps {
public:
    explicit LookUps(const FlowSet& set) : set_{set} {}

    bool is_one(const Step& step) {
        if (std::holds_alternative<Http>(step.what)) return true;
        const auto* called = std::get_if<Do>(&step.what);
        return called != nullptr && looks_up(called->flow);
    }

private:
    bool looks_up(const std::string& name) {
        const auto [known, is_new] = known_.try_emplace(name, false);
        const Flow* flow = set_.find(name);
        if (!is_new || flow == nullptr) return known->second;
        const Graph graph = graph_of(*flow, set_);
        std::vector<bool> seen(graph.nodes.size());
        std::vector<int> open{graph.entry(flow->start)};
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            if (at < 0 || seen[static_cast<std::size_t>(at)]) continue;
            seen[static_cast<std::size_t>(at)] = true;
            if (is_one(graph.step(at))) return known_[name] = true;
            for (const Edge& edge : graph.node(at).edges) {
                if (may_repeat(graph.step(at), edge)) open.push_back(edge.to);
            }
        }
        return false;
    }

    const FlowSet& set_;
    std::map<std::string, bool, std::less<>> known_{};
};

std::set<int> nodes_in_circles(const Ways& ways) {
    std::set<int> all;
    for (const std::vector<int>& members : circles_in(ways))
        all.insert(members.begin(), members.end());
    return all;
}

}  // namespace

void check_lookups(const Graph& graph, const FlowSet& set, config::Diagnostics& findings) {
    LookUps look_ups{set};
    std::vector<bool> is_look_up(graph.nodes.size());
    for (std::size_t n = 0; n < graph.nodes.size(); ++n)
        is_look_up[n] = look_ups.is_one(graph.step(static_cast<int>(n)));
    if (std::ranges::count(is_look_up, true) == 0) return;

    const std::vector<Graph> beside = graphs_beside(graph, set);
    const std::set<int> told = nodes_in_circles(ways_over(graph, beside, is_silent));  // SB305
    const Ways ways = ways_over(graph, beside, may_repeat);
    for (const std::vector<int>& members : circles_in(ways)) {
        int state = -1;
        for (const int member : members) {
            const auto n = static_cast<std::size_t>(member);
            // The nodes of this flow are the first; the first look-up of a state speaks for it.
            if (n >= graph.nodes.size() || !is_look_up[n] || graph.nodes[n].state == state)
                continue;
            if (told.contains(member)) continue;
            state = graph.nodes[n].state;
            const Step& step = graph.step(member);
            const auto* called = std::get_if<Do>(&step.what);
            report(findings, "SB807", step.file, step.span,
                   fmt::format("{} repeats as often as the caller likes: {}",
                               called == nullptr
                                   ? std::string{"this look-up"}
                                   : fmt::format("what the flow \"{}\" looks up", called->flow),
                               text_of(ways, way_round(ways, members, member))),
                   "bound it: write limit: {visits: 5, otherwise: state} into a state of the "
                   "circle");
        }
    }
}

}  // namespace flows::check
