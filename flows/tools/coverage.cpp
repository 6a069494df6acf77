#include "flows/tools/coverage.hpp"

#include "flows/model/overloaded.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace flows {
namespace {

// The languages of a document's words, where nothing else tells how a call that ended was spoken.
std::vector<std::string_view> languages_in(std::string_view body) {
    constexpr std::string_view key = " language=\"";
    std::vector<std::string_view> found;
    for (std::size_t at = body.find(key); at != body.npos; at = body.find(key, at)) {
        at += key.size();
        found.push_back(body.substr(at, body.find('"', at) - at));
    }
    return found;
}

bool leads_away(const Retry& retry, const Step& step, std::string_view outcome) {
    const auto named = std::ranges::any_of(
        step.on, [&](const OutcomeTarget& on) { return on.outcome == outcome; });
    return retry.go.has_value() || named;
}

// What may come of a question that nobody answers.
void add_misses(const Step& step, const Retry& noinput, const Retry& nomatch,
                std::vector<std::string>& outcomes) {
    outcomes.insert(outcomes.end(), {"noinput", "nomatch"});
    const bool never_used_up =
        leads_away(noinput, step, "noinput") && leads_away(nomatch, step, "nomatch");
    if (!never_used_up) outcomes.emplace_back("otherwise");
}

// Complete cases of a one_of have no `otherwise`, written or reached.
bool can_miss(const Switch& choice, const Step& step) {
    if (!step.otherwise) return false;
    const Type* type = choice.value.root >= 0
                           ? &choice.value.nodes[static_cast<std::size_t>(choice.value.root)].type
                           : nullptr;
    return type == nullptr || type->kind != TypeKind::one_of ||
           choice.cases.size() < type->options.size();
}

std::vector<std::string> outcomes_in(const Step& step) {
    std::vector<std::string> outcomes;
    std::visit(
        Overloaded{
            [&](const Menu& menu) { add_misses(step, menu.noinput, menu.nomatch, outcomes); },
            [&](const Gather& gather) {
                outcomes.emplace_back("filled");
                add_misses(step, gather.noinput, gather.nomatch, outcomes);
            },
            [&](const If&) {
                outcomes.insert(outcomes.end(), {"then", "else"});
            },
            [&](const Switch& choice) {
                for (const Case& each : choice.cases)
                    outcomes.push_back(each.name);
                if (can_miss(choice, step)) outcomes.emplace_back("otherwise");
            },
            [&](const Do&) {
                for (const OutcomeTarget& on : step.on)
                    outcomes.push_back(on.outcome);
            },
            [&](const auto&) {
                for (const Outcome& outcome : outcomes_of(step.what))
                    outcomes.emplace_back(outcome.name);
            },
        },
        step.what);
    return outcomes;
}

// A flow that says nothing says it in no language.
bool says_anything(const Flow& flow) {
    const auto is_heard = [](const Step& step) {
        const auto* dial = std::get_if<Dial>(&step.what);
        return std::holds_alternative<Say>(step.what) || std::holds_alternative<Menu>(step.what) ||
               std::holds_alternative<Gather>(step.what) ||
               (dial != nullptr && (dial->whisper || dial->screen));
    };
    return std::ranges::any_of(flow.states, [&](const State& state) {
        return std::ranges::any_of(state.steps, is_heard);
    });
}

class Measure {
public:
    Measure(const Flow& flow, const Taken& taken) : flow_{flow}, taken_{taken} {
        coverage_.flow = flow.name;
    }

    FlowCoverage measure() {
        for (const Language& language : flow_.languages) {
            if (!says_anything(flow_)) break;
            add(Covered::What::language, fmt::format("language {}", language.tag), flow_.file,
                language.span, taken_.language(flow_.name, language.tag));
        }
        for (const State& state : flow_.states) {
            add(Covered::What::state, fmt::format("state \"{}\"", state.name), flow_.file,
                state.span, taken_.state(flow_.name, state.name));
            for (const Step& step : state.steps)
                measure(state, step);
        }
        for (auto& item : anywhere_)
            coverage_.items.push_back(std::move(item.second));
        std::ranges::stable_sort(coverage_.items, [](const Covered& a, const Covered& b) {
            return std::tie(a.file, a.span) < std::tie(b.file, b.span);
        });
        return std::move(coverage_);
    }

private:
    void add(Covered::What what, std::string text, const std::string& file,
             const config::Span& span, bool taken) {
        coverage_.items.push_back({what, std::move(text), file, span, taken});
    }

    bool took(const State& state, const Step& step, std::string_view outcome) const {
        return taken_.outcome(flow_.name, state.name, step.id, outcome);
    }

    void measure(const State& state, const Step& step) {
        for (const std::string& outcome : outcomes_in(step)) {
            add(Covered::What::outcome,
                fmt::format(R"(outcome "{}" of {} in state "{}")", outcome, step_name(step.what),
                            state.name),
                step.file, step.span, took(state, step, outcome));
        }
        const auto* menu = std::get_if<Menu>(&step.what);
        if (menu == nullptr) return;
        for (const Choice& choice : menu->choices) {
            const bool taken = took(state, step, choice.key);
            if (!choice.anywhere) {
                add(Covered::What::choice,
                    fmt::format(R"(choice "{}" in state "{}")", choice.key, state.name), step.file,
                    choice.span, taken);
                continue;
            }
            auto known =
                std::ranges::find(anywhere_, choice.key, &std::pair<std::string, Covered>::first);
            if (known == anywhere_.end()) {
                anywhere_.push_back(
                    {choice.key,
                     {Covered::What::choice, fmt::format("choice \"{}\" of anywhere", choice.key),
                      flow_.file, choice.span, false}});
                known = anywhere_.end() - 1;
            }
            known->second.taken = known->second.taken || taken;
        }
    }

    const Flow& flow_;
    const Taken& taken_;
    FlowCoverage coverage_{};
    std::vector<std::pair<std::string, Covered>> anywhere_{};
};

}  // namespace

void Taken::add(std::span<const std::shared_ptr<const PhoneTurn>> turns) {
    std::string language;
    for (const auto& turn : turns) {
        const auto& trace = turn->answer.trace;
        if (!trace) continue;
        std::set<std::string_view> flows;
        for (const StepTaken& step : trace->taken) {
            flows.insert(step.flow);
            states_.emplace(step.flow, step.state);
            steps_.emplace(step.flow, step.state, step.step, step.outcome);
        }
        for (const std::string_view flow : flows) {
            if (!trace->language.empty()) {
                languages_.emplace(flow, trace->language);
                continue;
            }
            if (!language.empty()) languages_.emplace(flow, language);
            for (const std::string_view spoken : languages_in(turn->answer.response.body))
                languages_.emplace(flow, spoken);
        }
        if (!turn->called && !trace->language.empty()) language = trace->language;
    }
}

void Taken::add(const Taken& other) {
    steps_.insert(other.steps_.begin(), other.steps_.end());
    states_.insert(other.states_.begin(), other.states_.end());
    languages_.insert(other.languages_.begin(), other.languages_.end());
}

bool Taken::state(std::string_view flow, std::string_view state) const {
    return states_.contains({std::string{flow}, std::string{state}});
}
bool Taken::outcome(std::string_view flow, std::string_view state, std::string_view step,
                    std::string_view outcome) const {
    return steps_.contains(
        {std::string{flow}, std::string{state}, std::string{step}, std::string{outcome}});
}
bool Taken::language(std::string_view flow, std::string_view tag) const {
    return languages_.contains({std::string{flow}, std::string{tag}});
}

std::size_t FlowCoverage::taken() const {
    return static_cast<std::size_t>(std::ranges::count(items, true, &Covered::taken));
}
std::size_t FlowCoverage::taken(Covered::What what) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        items, [what](const Covered& item) { return item.what == what && item.taken; }));
}
std::size_t FlowCoverage::all(Covered::What what) const {
    return static_cast<std::size_t>(std::ranges::count(items, what, &Covered::what));
}

FlowCoverage coverage_of(const Flow& flow, const Taken& taken) {
    return Measure{flow, taken}.measure();
}

int percent(std::span<const FlowCoverage> coverage) {
    std::size_t all = 0;
    std::size_t taken = 0;
    for (const FlowCoverage& flow : coverage) {
        all += flow.items.size();
        taken += flow.taken();
    }
    return all == 0 ? 100 : static_cast<int>(100 * taken / all);
}

std::string to_text(std::span<const FlowCoverage> coverage, std::string_view folder) {
    std::string out;
    for (const FlowCoverage& flow : coverage) {
        out += fmt::format("coverage of {}: {} %", flow.flow, percent({&flow, 1}));
        for (std::size_t i = 0; i < covered_kinds.size(); ++i) {
            const auto what = static_cast<Covered::What>(i);
            if (flow.all(what) == 0) continue;
            out += fmt::format(", {} {}/{}", covered_kinds[i], flow.taken(what), flow.all(what));
        }
        out += '\n';
        for (const Covered& item : flow.items) {
            if (item.taken) continue;
            out += fmt::format("  {}{}:{}:{}: no test takes {}\n", folder, item.file,
                               item.span.begin.line, item.span.begin.column, item.text);
        }
    }
    return out;
}

std::string to_json(std::span<const FlowCoverage> coverage, std::string_view folder) {
    namespace json = boost::json;
    json::array flows;
    for (const FlowCoverage& flow : coverage) {
        json::object object{{"flow", flow.flow}};
        for (std::size_t i = 0; i < covered_kinds.size(); ++i) {
            const auto what = static_cast<Covered::What>(i);
            object[covered_kinds[i]] = json::array{flow.taken(what), flow.all(what)};
        }
        json::array missing;
        for (const Covered& item : flow.items) {
            if (item.taken) continue;
            missing.push_back(json::object{{"file", std::string{folder} + item.file},
                                           {"line", item.span.begin.line},
                                           {"column", item.span.begin.column},
                                           {"text", item.text}});
        }
        object["missing"] = std::move(missing);
        flows.push_back(std::move(object));
    }
    return json::serialize(
        json::object{{"coverage", std::move(flows)}, {"percent", percent(coverage)}});
}

}  // namespace flows
