#include "flows/load/checker_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::check {
namespace {

bool is_marked(const Marks& marks, int node) {
    return node >= 0 && marks[static_cast<std::size_t>(node)];
}

// The last step of the state's own list: steps inside an `if` belong to it.
int last_step(const State& state) {
    for (std::size_t i = state.steps.size(); i-- > 0;) {
        if (state.steps[i].id.find('.') == std::string::npos) return static_cast<int>(i);
    }
    return static_cast<int>(state.steps.size()) - 1;
}

// The step in front of `step` on the same level: the one that goes on with it.
const Step* step_before(const State& state, int step) {
    for (const Step& before : state.steps) {
        if (before.next == step) return &before;
    }
    return nullptr;
}

std::string why_it_ends(const Step* before) {
    if (before == nullptr) return "nothing leads here";
    const std::string_view name = step_name(before->what);
    const int line = before->span.begin.line;
    if (leaves(before->what)) {
        return fmt::format("{} in line {} is where this state ends", name, line);
    }
    return fmt::format("every way out of {} in line {} leads elsewhere", name, line);
}

// `may_end`: its end is an end: in line it is asked again, and a silent state is done.
void check_state(const Graph& graph, int state, bool may_end, config::Diagnostics& findings) {
    const Flow& flow = *graph.flow;
    const State& at = flow.states[static_cast<std::size_t>(state)];
    if (at.steps.empty()) {
        report(
            findings, "SB302", flow.file, at.span,
            fmt::format("state \"{}\" has no steps: the caller would hear nothing more", at.name),
            "give it steps that end in a menu, go or hangup");
        return;
    }
    const int first = graph.entry(state);
    const int end = first + static_cast<int>(at.steps.size());
    Marks reached(graph.nodes.size());
    mark(graph, first, Scope::state, reached);

    bool falls = false;
    for (int n = first; n < end; ++n) {
        if (!is_marked(reached, n)) continue;
        for (const Edge& edge : graph.node(n).edges)
            falls = falls || edge.to == falls_off;
    }
    if (falls && !may_end) {
        const Step& last = at.steps[static_cast<std::size_t>(last_step(at))];
        report(findings, "SB302", last.file, last.span,
               fmt::format("state \"{}\" ends here with nowhere to go", at.name),
               flow.ends.empty() ? "end it with go, hangup or a menu"
                                 : "end it with go, return, hangup or a menu");
    }
    for (int n = first; n < end; ++n) {
        if (is_marked(reached, n)) continue;
        const Step& dead = graph.step(n);
        if (!dead.stands_in) {
            report(findings, "SB308", dead.file, dead.span,
                   fmt::format("this {} is never reached", step_name(dead.what)),
                   fmt::format("{}; move this step up, or remove it",
                               why_it_ends(step_before(at, n - first))));
        }
        mark(graph, n, Scope::state, reached);
        // Steps inside an unreachable `if` are part of the same fault.
        const std::string inside = dead.id + '.';
        for (int m = n + 1; m < end; ++m) {
            if (graph.step(m).id.starts_with(inside)) reached[static_cast<std::size_t>(m)] = true;
        }
    }
}

std::string list_of(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

// States that only an unreachable state leads to share its fault, and its finding.
void check_unreachable(const Graph& graph, const Marks& reached, config::Diagnostics& findings) {
    const Flow& flow = *graph.flow;
    const std::size_t count = flow.states.size();
    const auto is_dead = [&](std::size_t state) {
        const int entry = graph.first[state];
        return entry >= 0 && !reached[static_cast<std::size_t>(entry)];
    };
    Marks led_to(count);
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        if (reached[n]) continue;
        for (const Edge& edge : graph.node(static_cast<int>(n)).edges) {
            if (edge.to < 0) continue;
            const int target = graph.node(edge.to).state;
            if (target != graph.node(static_cast<int>(n)).state) {
                led_to[static_cast<std::size_t>(target)] = true;
            }
        }
    }
    std::vector<std::size_t> order;
    for (std::size_t s = 0; s < count; ++s) {
        if (is_dead(s) && !led_to[s]) order.push_back(s);
    }
    for (std::size_t s = 0; s < count; ++s) {
        if (is_dead(s) && led_to[s]) order.push_back(s);
    }
    Marks covered = reached;
    for (const std::size_t s : order) {
        if (is_marked(covered, graph.first[s])) continue;
        const Marks before = covered;
        mark(graph, graph.first[s], Scope::flow, covered);
        std::vector<std::string> others;
        for (std::size_t o = 0; o < count; ++o) {
            const int entry = graph.first[o];
            if (o != s && is_marked(covered, entry) && !is_marked(before, entry)) {
                others.push_back(flow.states[o].name);
            }
        }
        std::string hint = "lead a choice, an outcome or go to it, or remove it";
        if (!others.empty()) hint += "; only through it: " + list_of(others);
        report(findings, "SB301", flow.file, flow.states[s].span,
               fmt::format("no call can reach state \"{}\"", flow.states[s].name), hint);
    }
}

}  // namespace

void check_reach(const Graph& graph, const std::vector<int>& from_outside,
                 config::Diagnostics& findings) {
    const Flow& flow = *graph.flow;
    Marks reached(graph.nodes.size());
    mark(graph, graph.entry(flow.start), Scope::flow, reached);
    for (const int state : from_outside)
        mark(graph, graph.entry(state), Scope::flow, reached);
    mark(graph, graph.failure_entry(), Scope::flow, reached);
    mark(graph, graph.entry(flow.hung_up), Scope::flow, reached);
    check_unreachable(graph, reached, findings);
    const Marks own = own_way(graph, from_outside);
    for (std::size_t s = 0; s < flow.states.size(); ++s) {
        const int entry = graph.first[s];
        const bool only_aside = is_marked(reached, entry) && !is_marked(own, entry);
        check_state(graph, static_cast<int>(s), only_aside, findings);
    }
}

}  // namespace flows::check
