#include "flows/load/checker_graph.hpp"

#include "flows/load/expression_parser.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace flows::check {
namespace {

// Endings of flows already looked at; null while one is being looked at, and of one that is not
// there.
using Known = std::map<std::string_view, std::unique_ptr<Endings>>;

const Endings* endings_of(std::string_view flow, const FlowSet& set, Known& known);

// Builds the edges of one step after another.
class Builder {
public:
    Builder(const Flow& flow, const FlowSet& set, Known& known) : set_{set}, known_{known} {
        graph_.flow = &flow;
        for (std::size_t s = 0; s < flow.states.size(); ++s) {
            const auto& steps = flow.states[s].steps;
            graph_.first.push_back(steps.empty() ? falls_off
                                                 : static_cast<int>(graph_.nodes.size()));
            for (std::size_t i = 0; i < steps.size(); ++i) {
                graph_.nodes.push_back({static_cast<int>(s), static_cast<int>(i), {}});
            }
        }
    }

    Graph build() {
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            here_ = static_cast<int>(n);
            step_ = &graph_.step(here_);
            edges_.clear();
            std::visit([this](const auto& what) { ways(what); }, step_->what);
            ways_of_no_outcome();
            if (step_->otherwise) {
                const bool waited = waits(step_->what) &&
                                    !std::holds_alternative<Dial>(step_->what) &&
                                    !std::holds_alternative<Enqueue>(step_->what);
                go(*step_->otherwise, "otherwise", waited).after_failure = true;
            }
            graph_.nodes[n].edges = std::move(edges_);
        }
        return std::move(graph_);
    }

private:
    int inside(int step) const {
        const int state = graph_.node(here_).state;
        return step < 0 ? falls_off : graph_.entry(state) + step;
    }

    Edge& on(int step, std::string_view label = {}, bool waited = false) {
        edges_.push_back({.to = inside(step), .label = label, .waits = waited});
        return edges_.back();
    }

    Edge& go(const Target& target, std::string_view label = {}, bool waited = false) {
        switch (target.kind) {
        case Target::Kind::next:
            return on(step_->next, label, waited);
        case Target::Kind::again: {
            const bool is_limited = has_limit();
            edges_.push_back({.to = here_,
                              .label = label,
                              .waits = waited || is_limited,
                              .is_limited = is_limited});
            return edges_.back();
        }
        case Target::Kind::state:
            break;
        }
        if (target.flow.empty() || target.flow == graph_.flow->name) {
            edges_.push_back({.to = graph_.entry(target.state),
                              .label = label,
                              .enters = true,
                              .waits = waited});
        } else {
            edges_.push_back({.label = label, .enters = true, .waits = waited, .away = &target});
        }
        return edges_.back();
    }

    // Whether the state counts its visits, and so each `again`.
    bool has_limit() const {
        const auto& steps =
            graph_.flow->states[static_cast<std::size_t>(graph_.node(here_).state)].steps;
        return std::ranges::any_of(
            steps, [](const Step& step) { return std::holds_alternative<Limit>(step.what); });
    }

    const Target* named(std::string_view outcome) const {
        for (const OutcomeTarget& way : step_->on) {
            if (way.outcome == outcome) return &way.go;
        }
        return nullptr;
    }

    // Outcomes that the step never has are findings already: where they lead is no further one.
    void ways_of_no_outcome() {
        for (const OutcomeTarget& way : step_->on) {
            const bool known = std::ranges::any_of(
                edges_, [&](const Edge& edge) { return edge.label == way.outcome; });
            if (!known) go(way.go, way.outcome, true);
        }
    }

    // An outcome that goes on with the next step where nothing else is written.
    Edge& outcome(std::string_view name, bool waited) {
        const Target* target = named(name);
        return target != nullptr ? go(*target, name, waited) : on(step_->next, {}, waited);
    }

    void retry(const Retry& retry, std::string_view label) {
        if (retry.go) go(*retry.go, label, true);
        if (const Target* target = named(label)) go(*target, label, true);
    }

    template <class Plain> void ways(const Plain& /*step*/) { on(step_->next); }

    void ways(const Menu& menu) {
        for (const Choice& choice : menu.choices) {
            Edge& edge = go(choice.go, choice.key, true);
            edge.is_choice = true;
            edge.is_anywhere = choice.anywhere;
            if (choice.save >= 0) edge.sets.push_back(choice.save);
            if (choice.when) {
                for (const int variable : known_when(*choice.when, true)) {
                    edge.sets.push_back(variable);
                }
            }
        }
        retry(menu.noinput, "noinput");
        retry(menu.nomatch, "nomatch");
    }
    void ways(const Gather& gather) {
        outcome("filled", true).sets.push_back(gather.save);
        retry(gather.noinput, "noinput");
        retry(gather.nomatch, "nomatch");
    }
    void ways(const Dial& dial) {
        for (const Outcome& possible : outcomes_of(dial)) {
            if (possible.name == "declined" && !dial.screen) continue;
            if (possible.must_be_handled && named(possible.name) == nullptr) continue;
            outcome(possible.name, !is_unheard(possible.name));
        }
    }
    // How a dial or an enqueue ends when the caller talked to nobody: doing it again asks nothing.
    static bool is_unheard(std::string_view outcome) {
        return outcome == "busy" || outcome == "no_answer" || outcome == "declined" ||
               outcome == "failed" || outcome == "full";
    }
    void ways(const Record& record) {
        const int save = record.save;
        const auto sets = [save](Edge& edge, int part) {
            if (save >= 0) edge.sets = {save, part + save};
        };
        sets(outcome("recorded", true), duration_of_recording);
        if (const Target* target = named("empty")) go(*target, "empty", true);
        if (record.stored) sets(aside(record.stored->state, "stored"), duration_of_recording);
        if (record.transcribed) {
            sets(aside(record.transcribed->state, "transcribed"), text_of_recording);
        }
    }
    void ways(const Enqueue& enqueue) {
        for (const Outcome& possible : outcomes_of(enqueue)) {
            if (possible.must_be_handled && named(possible.name) == nullptr) continue;
            outcome(possible.name, !is_unheard(possible.name));
        }
        if (enqueue.wait < 0) return;
        Edge& in_line = aside(enqueue.wait, "wait");
        for (int fact = 0; fact < facts_of_queue_count; ++fact)
            in_line.sets.push_back(facts_of_queue + fact);
    }
    void ways(const Leave& /*step*/) {}
    Edge& aside(int state, std::string_view label) {
        edges_.push_back({.to = graph_.entry(state),
                          .label = label,
                          .is_aside = true,
                          .enters = true,
                          .waits = true});
        return edges_.back();
    }
    void ways(const Redirect& /*step*/) {}
    void ways(const Hangup& /*step*/) {}
    void ways(const Reject& /*step*/) {}
    void ways(const Return& /*step*/) {}
    void ways(const Go& step) { go(step.to); }
    void ways(const Set& step) {
        Edge& edge = on(step_->next);
        for (const Assignment& assignment : step.assignments) {
            if (!assignment.language) sets_whole(edge, assignment.variable);
        }
    }
    void ways(const If& step) {
        branch(step.then_go, step.then_step, "then").sets = known_when(step.condition, true);
        branch(step.else_go, step.else_step, "else").sets = known_when(step.condition, false);
    }
    Edge& branch(const std::optional<Target>& place, int step, std::string_view label) {
        if (place) return go(*place, label);
        return step >= 0 ? on(step, label) : on(step_->next, label);
    }
    void ways(const Switch& step) {
        for (const Case& each : step.cases)
            go(each.go, each.name);
        // SB506 is the finding then; the designer may have meant to go on.
        if (!step_->otherwise && !names_every_case(step) && step_->next >= 0) on(step_->next);
    }
    // A limit bounds every loop through it, so that the way on counts as waiting.
    void ways(const Limit& /*step*/) { on(step_->next, {}, true); }

    void ways(const Do& step) {
        const Endings* endings = endings_of(step.flow, set_, known_);
        if (endings == nullptr) {
            for (const OutcomeTarget& way : step_->on) {
                sets_saved(go(way.go, way.outcome, true), step, nullptr);
            }
            sets_saved(on(step_->next, {}, true), step, nullptr);
            return;
        }
        for (const Ending& ending : *endings) {
            const bool unnamed = named(ending.name) == nullptr;
            // An ending that nobody named goes to the step's own `otherwise`, else on.
            Edge& edge = unnamed && step_->otherwise
                             ? go(*step_->otherwise, ending.name, !ending.silent)
                             : outcome(ending.name, !ending.silent);
            sets_saved(edge, step, &ending);
        }
    }
    // A recording that is handed over is believed to have all its parts.
    static void sets_whole(Edge& edge, int variable) {
        for (const int part : {0, duration_of_recording, text_of_recording})
            edge.sets.push_back(part + variable);
    }
    static void sets_saved(Edge& edge, const Do& step, const Ending* ending) {
        for (const auto& [variable, given] : step.save) {
            const bool sure = ending == nullptr || std::ranges::count(ending->gives, given) != 0;
            if (sure) sets_whole(edge, variable);
        }
    }

    // What came of an effect is the world's word: the caller had no say.
    template <class Effect> void ways_of_effect(const Effect& effect) {
        for (const Outcome& possible : outcomes_of(effect)) {
            if (possible.must_be_handled && named(possible.name) == nullptr) continue;
            outcome(possible.name, false).after_failure = possible.name == "failed";
        }
    }
    void ways(const Http& http) {
        ways_of_effect(http);
        Edge& ok = edges_.front();  // the first of its outcomes
        for (const auto& [variable, pointer] : http.save)
            ok.sets.push_back(variable);
    }
    void ways(const Sms& sms) { ways_of_effect(sms); }
    void ways(const VerifyStart& start) { ways_of_effect(start); }
    void ways(const VerifyCheck& check) { ways_of_effect(check); }
    // The call that is placed begins with the values of now; whoever takes it has a say.
    void ways(const CallBack& callback) {
        ways_of_effect(callback);
        go(callback.go, called_back, true);
    }

    const FlowSet& set_;
    Known& known_;
    Graph graph_{};
    int here_ = 0;
    const Step* step_ = nullptr;
    std::vector<Edge> edges_{};
};

// Nodes that a call reaches from `start` while nobody has a say.
std::vector<bool> reached_silently(const Graph& graph, int start) {
    std::vector<bool> reached(graph.nodes.size());
    std::vector<int> open;
    if (start >= 0) open.push_back(start);
    while (!open.empty()) {
        const int at = open.back();
        open.pop_back();
        if (reached[static_cast<std::size_t>(at)]) continue;
        reached[static_cast<std::size_t>(at)] = true;
        for (const Edge& edge : graph.node(at).edges) {
            if (edge.to >= 0 && !edge.waits) open.push_back(edge.to);
        }
    }
    return reached;
}

Endings find_endings(const Flow& flow, const FlowSet& set, Known& known) {
    const Graph graph = Builder{flow, set, known}.build();
    const std::vector<bool> silent = reached_silently(graph, graph.entry(flow.start));
    Endings endings;
    for (const std::string& name : flow.ends)
        endings.push_back({name, false, {}});
    if (flow.ends.empty()) endings.push_back({});  // it only returns, and its caller goes on
    std::vector<bool> returned(endings.size());
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const auto* back = std::get_if<Return>(&graph.step(static_cast<int>(n)).what);
        if (back == nullptr) continue;
        const auto found = std::ranges::find(endings, std::string_view{back->end}, &Ending::name);
        if (found == endings.end()) continue;
        std::vector<int> gives;
        for (const auto& [given, value] : back->gives)
            gives.push_back(given);
        const auto index = static_cast<std::size_t>(found - endings.begin());
        if (!returned[index]) {
            found->gives = std::move(gives);
        } else {
            std::erase_if(found->gives,
                          [&](int given) { return std::ranges::count(gives, given) == 0; });
        }
        returned[index] = true;
        found->silent = found->silent || silent[n];
    }
    return endings;
}

const Endings* endings_of(std::string_view flow, const FlowSet& set, Known& known) {
    const auto [entry, is_new] = known.try_emplace(flow, nullptr);
    if (is_new) {
        const Flow* callee = set.find(flow);
        if (callee != nullptr) {
            entry->second = std::make_unique<Endings>(find_endings(*callee, set, known));
        }
    }
    return entry->second.get();
}

void places(const Retry& retry, std::vector<const Target*>& out) {
    if (retry.go) out.push_back(&*retry.go);
}

}  // namespace

std::vector<const Target*> places_of(const Step& step) {
    std::vector<const Target*> out;
    for (const OutcomeTarget& way : step.on)
        out.push_back(&way.go);
    if (step.otherwise) out.push_back(&*step.otherwise);
    if (const auto* menu = std::get_if<Menu>(&step.what)) {
        for (const Choice& choice : menu->choices)
            out.push_back(&choice.go);
        places(menu->noinput, out);
        places(menu->nomatch, out);
    } else if (const auto* gather = std::get_if<Gather>(&step.what)) {
        places(gather->noinput, out);
        places(gather->nomatch, out);
    } else if (const auto* test = std::get_if<If>(&step.what)) {
        if (test->then_go) out.push_back(&*test->then_go);
        if (test->else_go) out.push_back(&*test->else_go);
    } else if (const auto* cases = std::get_if<Switch>(&step.what)) {
        for (const Case& each : cases->cases)
            out.push_back(&each.go);
    } else if (const auto* go = std::get_if<Go>(&step.what)) {
        out.push_back(&go->to);
    } else if (const auto* callback = std::get_if<CallBack>(&step.what)) {
        out.push_back(&callback->go);
    }
    return out;
}

bool names_every_case(const Switch& step) {
    const Type& type = step.value.type();
    if (type.kind == TypeKind::boolean) return step.cases.size() == 2;
    return type.kind == TypeKind::one_of && step.cases.size() >= type.options.size();
}

int Graph::failure_entry() const {
    const auto& place = flow->otherwise;
    if (!place || place->kind != Target::Kind::state) return goes_away;
    return place->flow.empty() || place->flow == flow->name ? entry(place->state) : goes_away;
}

Graph graph_of(const Flow& flow, const FlowSet& set) {
    Known known;
    known.try_emplace(flow.name, nullptr);
    return Builder{flow, set, known}.build();
}

}  // namespace flows::check
