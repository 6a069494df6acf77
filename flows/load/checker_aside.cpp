// What runs aside from the call's own way: in line, and with nobody on the line.
#include "flows/load/checker_parts.hpp"
#include "flows/load/checker_texts.hpp"
#include "flows/load/expression_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace flows::check {
namespace {

enum class Where { line, silent };

// Where such states begin, by node.
std::vector<int> begins(const Graph& graph, Where where) {
    std::vector<int> nodes;
    for (const State& state : graph.flow->states) {
        for (const Step& step : state.steps) {
            if (const auto* enqueue = std::get_if<Enqueue>(&step.what)) {
                if (where == Where::line) nodes.push_back(graph.entry(enqueue->wait));
            }
            const auto* record = std::get_if<Record>(&step.what);
            if (record == nullptr || where == Where::line) continue;
            for (const auto& later : {record->stored, record->transcribed}) {
                if (later) nodes.push_back(graph.entry(later->state));
            }
        }
    }
    if (where == Where::silent) nodes.push_back(graph.entry(graph.flow->hung_up));
    std::erase_if(nodes, [](int node) { return node < 0; });
    return nodes;
}

bool may_be(Where where, const Step& step) {
    return where == Where::line ? may_be_in_line(step.what) : !speaks(step.what);
}

// Neither into what is aside, nor into the call that is placed later: that is one of its own.
bool is_followed(Where where, const Edge& edge) {
    return !edge.is_aside && edge.label != called_back &&
           !(where == Where::line && edge.is_anywhere);
}

// Visits once what such states lead to. `visit` takes a node, and says whether its ways into other
// states are followed too.
template <class Visit> Marks walk(const Graph& graph, Where where, const Visit& visit) {
    Marks seen(graph.nodes.size());
    std::vector<int> open = begins(graph, where);
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        if (at < 0 || seen[static_cast<std::size_t>(at)]) continue;
        seen[static_cast<std::size_t>(at)] = true;
        const bool enters_others = visit(at);
        for (const Edge& edge : graph.node(at).edges) {
            if (is_followed(where, edge) && (enters_others || !edge.enters))
                open.push_back(edge.to);
        }
    }
    return seen;
}

Marks reached(const Graph& graph, Where where) {
    return walk(graph, where, [](int /*node*/) { return true; });
}

struct Elsewhere {
    const Flow* flow = nullptr;
    const Step* step = nullptr;
};

// Steps of other flows that cannot be where these states lead to them.
class OtherFlows {
public:
    explicit OtherFlows(const FlowSet& set) : set_{set} {}

    // The first such step behind that state, or nothing.
    Elsewhere first_wrong(Where where, std::string_view name, int state) {
        seen_.clear();
        return search(where, name, state);
    }
    Elsewhere first_wrong(Where where, const Do& called) {
        const Flow* callee = set_.find(called.flow);
        return callee != nullptr ? first_wrong(where, called.flow, callee->start) : Elsewhere{};
    }

private:
    Elsewhere search(Where where, std::string_view name, int state) {
        const Flow* flow = set_.find(name);
        if (flow == nullptr) return {};
        const Graph& graph = graph_of_flow(*flow);
        std::vector<int> open{graph.entry(state)};
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            if (at < 0 || !seen_.emplace(flow, at).second) continue;
            const Step& step = graph.step(at);
            if (!may_be(where, step)) return {flow, &step};
            if (const auto* called = std::get_if<Do>(&step.what)) {
                const Flow* callee = set_.find(called->flow);
                const auto wrong =
                    callee != nullptr ? search(where, callee->name, callee->start) : Elsewhere{};
                if (wrong.step != nullptr) return wrong;
            }
            for (const Edge& edge : graph.node(at).edges) {
                if (!is_followed(where, edge)) continue;
                if (edge.away == nullptr) {
                    open.push_back(edge.to);
                } else if (auto wrong = search(where, edge.away->flow, edge.away->state);
                           wrong.step != nullptr) {
                    return wrong;
                }
            }
        }
        return {};
    }

    const Graph& graph_of_flow(const Flow& flow) {
        const auto [entry, is_new] = graphs_.try_emplace(flow.name);
        if (is_new) entry->second = graph_of(flow, set_);
        return entry->second;
    }

    const FlowSet& set_;
    std::map<std::string_view, Graph> graphs_{};
    std::set<std::pair<const Flow*, int>> seen_{};
};

void tell(Where where, const Step& step, const std::string& what, config::Diagnostics& findings) {
    if (where == Where::line) {
        report(findings, "SB312", step.file, step.span,
               fmt::format("{} cannot be while the caller waits in line", what),
               "let them leave the line first: leave ends the enqueue with the outcome left");
        return;
    }
    report(findings, "SB309", step.file, step.span,
           fmt::format("{} needs somebody on the line, and in a silent state nobody is", what),
           "leave it out: such a state only looks up, texts, sets and tells");
}

void tell(Where where, const Step& step, const Elsewhere& wrong, config::Diagnostics& findings) {
    if (wrong.step == nullptr) return;
    tell(where, step,
         fmt::format("the {} that this leads to ({}:{})", step_name(wrong.step->what),
                     wrong.step->file, wrong.step->span.begin.line),
         findings);
}

// Every step that these states lead to.
void check_steps(const Graph& graph, const FlowSet& set, Where where,
                 config::Diagnostics& findings) {
    OtherFlows others{set};
    walk(graph, where, [&](int at) {
        const Step& step = graph.step(at);
        // Of a flow that was called, `return` would go on where the caller is not.
        const bool comes_back = where == Where::line && std::holds_alternative<Return>(step.what);
        const bool is_wrong = comes_back || !may_be(where, step);
        if (is_wrong) {
            tell(where, step, fmt::format("the step {}", step_name(step.what)), findings);
        } else if (const auto* called = std::get_if<Do>(&step.what)) {
            tell(where, step, others.first_wrong(where, *called), findings);
        }
        bool told = false;
        for (const Edge& edge : graph.node(at).edges) {
            if (!is_followed(where, edge) || (is_wrong && edge.enters)) continue;
            if (edge.away == nullptr || told) continue;
            const auto wrong = others.first_wrong(where, edge.away->flow, edge.away->state);
            told = wrong.step != nullptr;
            tell(where, step, wrong, findings);
        }
        return !is_wrong;
    });
}

// Takes time to hear. What a flow that is called says is not looked at: it is believed.
bool is_heard(const Step& step) {
    return std::holds_alternative<Say>(step.what) || std::holds_alternative<Play>(step.what) ||
           std::holds_alternative<Pause>(step.what) || std::holds_alternative<Menu>(step.what) ||
           std::holds_alternative<Gather>(step.what) || std::holds_alternative<Do>(step.what);
}

bool can_end_unheard(const Graph& graph, int start) {
    Marks seen(graph.nodes.size());
    std::vector<int> open{start};
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        if (at == falls_off) return true;
        if (at < 0 || seen[static_cast<std::size_t>(at)]) continue;
        seen[static_cast<std::size_t>(at)] = true;
        if (is_heard(graph.step(at))) continue;
        for (const Edge& edge : graph.node(at).edges) {
            if (is_followed(Where::line, edge)) open.push_back(edge.to);
        }
    }
    return false;
}

void check_waits(const Graph& graph, config::Diagnostics& findings) {
    std::set<int> states;
    for (const int node : begins(graph, Where::line))
        states.insert(graph.node(node).state);
    for (const int index : states) {
        if (!can_end_unheard(graph, graph.entry(index))) continue;
        const State& state = graph.flow->states[static_cast<std::size_t>(index)];
        report(
            findings, "SB310", graph.flow->file, state.span,
            fmt::format("state \"{}\" can end without a sound: who waits in line is asked for it "
                        "again and again at once",
                        state.name),
            "play something, or pause, on every way through it");
    }
}

void check_leaves(const Graph& graph, const std::vector<int>& from_outside,
                  config::Diagnostics& findings) {
    const Marks own = own_way(graph, from_outside);
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Step& step = graph.step(static_cast<int>(n));
        if (!own[n] || !std::holds_alternative<Leave>(step.what)) continue;
        report(findings, "SB106", step.file, step.span, "nobody waits in line here",
               "leave belongs into what the wait of an enqueue leads to; hangup ends the call");
    }
}

}  // namespace

Marks in_line(const Graph& graph) { return reached(graph, Where::line); }
Marks in_silence(const Graph& graph) { return reached(graph, Where::silent); }

void check_aside(const Graph& graph, const FlowSet& set, const std::vector<int>& from_outside,
                 config::Diagnostics& findings) {
    check_steps(graph, set, Where::line, findings);
    check_steps(graph, set, Where::silent, findings);
    check_waits(graph, findings);
    check_leaves(graph, from_outside, findings);
}

std::vector<CallFact> facts_behind(const Flow& flow, const FlowSet& set, int state) {
    std::set<std::pair<const Flow*, int>> seen;
    std::vector<std::pair<const Flow*, int>> open{{&flow, state}};
    std::vector<CallFact> facts;
    while (!open.empty()) {
        const auto [at, index] = open.back();
        open.pop_back();
        if (at == nullptr || index < 0 || static_cast<std::size_t>(index) >= at->states.size()) {
            continue;
        }
        if (!seen.emplace(at, index).second) continue;
        const auto go = [&open, &set, at = at](const Target& target) {
            if (target.kind != Target::Kind::state) return;
            open.emplace_back(target.flow.empty() ? at : set.find(target.flow), target.state);
        };
        for (const Step& step : at->states[static_cast<std::size_t>(index)].steps) {
            for_each_text(step, [&](const TextUse& use) {
                if (use.text != nullptr) facts_read(*use.text, facts);
                if (use.expression != nullptr) facts_read(*use.expression, facts);
            });
            const auto* callback = std::get_if<CallBack>(&step.what);
            for (const Target* target : places_of(step)) {
                if (callback == nullptr || target != &callback->go) go(*target);
            }
            const auto* called = std::get_if<Do>(&step.what);
            const Flow* callee = called != nullptr ? set.find(called->flow) : nullptr;
            if (callee != nullptr) open.emplace_back(callee, callee->start);
        }
        if (at->otherwise) go(*at->otherwise);
    }
    std::ranges::sort(facts);
    facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
    std::erase_if(facts, [](CallFact fact) {
        return fact == CallFact::sid || fact >= CallFact::queue_position;
    });
    return facts;
}

}  // namespace flows::check
