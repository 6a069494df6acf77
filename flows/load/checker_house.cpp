// What a house demands beyond that a flow works: SB406 and SB307.
#include "flows/load/checker_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace flows::check {
namespace {

constexpr int never = std::numeric_limits<int>::max();

bool is_question(const Step& step) {
    return std::holds_alternative<Menu>(step.what) || std::holds_alternative<Gather>(step.what);
}

bool holds_verb(const std::vector<twiml::Node>& nodes, std::string_view name) {
    return std::ranges::any_of(nodes, [&](const twiml::Node& node) {
        const auto* element = std::get_if<twiml::Element>(&node);
        return element != nullptr && (element->name == name || holds_verb(element->content, name));
    });
}

// Behind it the caller is with people: one they are put through to, who calls back, or whom another
// server has.
bool leads_to_a_person(const Step& step) {
    constexpr std::array<std::string_view, 4> steps{"dial", "enqueue", "callback", "redirect"};
    if (std::ranges::find(steps, step_name(step.what)) != steps.end()) return true;
    const auto* raw = std::get_if<Twiml>(&step.what);
    return raw != nullptr && (holds_verb(raw->verbs, "Dial") || holds_verb(raw->verbs, "Enqueue") ||
                              holds_verb(raw->verbs, "Redirect"));
}

// How many questions stand between each step of a flow, and of those it reaches, and a person.
class Distances {
public:
    Distances(const Graph& home, const FlowSet& set) {
        add(home);
        std::set<std::string, std::less<>> seen{home.flow->name};
        std::vector<std::string> open = home.flow->calls;
        while (!open.empty()) {
            const std::string name = std::move(open.back());
            open.pop_back();
            const Flow* flow = set.find(name);
            if (flow == nullptr || !seen.insert(name).second) continue;
            others_.push_back(graph_of(*flow, set));
            open.insert(open.end(), flow->calls.begin(), flow->calls.end());
        }
        for (const Graph& other : others_)
            add(other);
        connect();
        measure();
    }

    // Of a node of the flow itself.
    int of(int node) const { return distance_[static_cast<std::size_t>(node)]; }

private:
    void add(const Graph& graph) {
        first_of_[graph.flow->name] = {&graph, static_cast<int>(steps_.size())};
        for (std::size_t n = 0; n < graph.nodes.size(); ++n)
            steps_.push_back(&graph.step(static_cast<int>(n)));
    }

    // The node at which a state of another flow begins, or -1.
    int entry(std::string_view flow, int state) const {
        const auto found = first_of_.find(flow);
        if (found == first_of_.end()) return -1;
        const auto [graph, base] = found->second;
        const int node = graph->entry(state);
        return node < 0 ? -1 : base + node;
    }

    void connect() {
        comes_from_.resize(steps_.size());
        const auto way = [this](int from, int to) {
            if (to >= 0) comes_from_[static_cast<std::size_t>(to)].push_back(from);
        };
        for (const auto& [name, where] : first_of_) {
            const auto [graph, base] = where;
            for (std::size_t n = 0; n < graph->nodes.size(); ++n) {
                const int from = base + static_cast<int>(n);
                for (const Edge& edge : graph->nodes[n].edges) {
                    if (edge.is_aside) continue;  // the caller's own way goes on elsewhere
                    if (edge.to >= 0) way(from, base + edge.to);
                    if (edge.away != nullptr) way(from, entry(edge.away->flow, edge.away->state));
                }
                const Step& step = *steps_[static_cast<std::size_t>(from)];
                if (const auto* called = std::get_if<Do>(&step.what)) {
                    const auto callee = first_of_.find(called->flow);
                    if (callee != first_of_.end())
                        way(from, entry(called->flow, callee->second.first->flow->start));
                }
            }
        }
    }

    // From the people back to the beginning; a question counts one, everything else nothing.
    void measure() {
        distance_.assign(steps_.size(), never);
        std::deque<int> open;
        for (std::size_t n = 0; n < steps_.size(); ++n) {
            if (!leads_to_a_person(*steps_[n])) continue;
            distance_[n] = 0;
            open.push_back(static_cast<int>(n));
        }
        while (!open.empty()) {
            const int at = open.front();
            open.pop_front();
            for (const int from : comes_from_[static_cast<std::size_t>(at)]) {
                const bool question = is_question(*steps_[static_cast<std::size_t>(from)]);
                const int far = distance_[static_cast<std::size_t>(at)] + (question ? 1 : 0);
                int& known = distance_[static_cast<std::size_t>(from)];
                if (far >= known) continue;
                known = far;
                if (question) {
                    open.push_back(from);
                } else {
                    open.push_front(from);
                }
            }
        }
    }

    std::deque<Graph> others_{};  // nobody moves them
    std::map<std::string_view, std::pair<const Graph*, int>> first_of_{};
    std::vector<const Step*> steps_{};
    std::vector<std::vector<int>> comes_from_{};
    std::vector<int> distance_{};
};

bool is_called(const Flow& flow, const FlowSet& set) {
    for (const auto& [name, other] : set.flows) {
        for (const State& state : other->states) {
            for (const Step& step : state.steps) {
                const auto* called = std::get_if<Do>(&step.what);
                if (called != nullptr && called->flow == flow.name) return true;
            }
        }
    }
    return false;
}

}  // namespace

void check_choices(const Flow& flow, const HouseLimits& house, config::Diagnostics& findings) {
    if (!house.max_choices) return;
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            const auto* menu = std::get_if<Menu>(&step.what);
            if (menu == nullptr) continue;
            const auto own = std::ranges::count(menu->choices, false, &Choice::anywhere);
            if (own <= *house.max_choices) continue;
            report(findings, "SB406", step.file, step.span,
                   fmt::format("this menu has {} choices, more than {}: callers forget the first "
                               "while they hear the last",
                               own, *house.max_choices),
                   "put rare ones into a menu of their own, behind \"for more, press 9\"");
        }
    }
}

void check_way_to_a_person(const Graph& graph, const FlowSet& set, const HouseLimits& house,
                           config::Diagnostics& findings) {
    // What happens behind the end of a called flow is its caller's.
    if (!house.person_within || is_called(*graph.flow, set)) return;
    const Distances distances{graph, set};
    std::set<int> seen;
    std::vector<int> open;
    if (const int start = graph.entry(graph.flow->start); start >= 0) open.push_back(start);
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        if (!seen.insert(at).second) continue;
        const Step& step = graph.step(at);
        const int far = distances.of(at);
        if (is_question(step) && far > *house.person_within) {
            const State& state = graph.flow->states[static_cast<std::size_t>(graph.node(at).state)];
            report(findings, "SB307", graph.flow->file, step.span,
                   far == never
                       ? fmt::format("from this {} in state {} on no way leads to a person",
                                     step_name(step.what), state.name)
                       : fmt::format("from this {} in state {} on a caller answers {} questions "
                                     "before reaching a person, more than {}",
                                     step_name(step.what), state.name, far, *house.person_within),
                   "offer a person here, or let \"otherwise\" lead to one");
            continue;  // what stands behind it is no further finding
        }
        for (const Edge& edge : graph.node(at).edges)
            if (edge.to >= 0 && !edge.is_aside) open.push_back(edge.to);
    }
}

}  // namespace flows::check
