// A state's list of steps, made flat.
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

struct Verb {
    std::string_view name{};
    StepReader read = nullptr;  // null: `if`, or one that is not built yet
    bool is_built = true;
};

constexpr std::array verbs{
    Verb{"say", read_say},
    Verb{"play", read_play},
    Verb{"pause", read_pause},
    Verb{"menu", read_menu},
    Verb{"gather", read_gather},
    Verb{"dial", read_dial},
    Verb{"record", read_record},
    Verb{"redirect", read_redirect},
    Verb{"hangup", read_hangup},
    Verb{"reject", read_reject},
    Verb{"set", read_set},
    Verb{"if"},
    Verb{"switch", read_switch},
    Verb{"limit", read_limit},
    Verb{"go", read_go},
    Verb{"do", read_do},
    Verb{"return", read_return},
    Verb{"result", read_result},
    Verb{"tag", read_tag},
    Verb{"twiml", read_twiml},
    Verb{"http", read_http},
    Verb{"sms", read_sms},
    Verb{"opt_out", read_opt_out},
    Verb{"opt_in", read_opt_in},
    Verb{"verify_start", read_verify_start},
    Verb{"verify_check", read_verify_check},
    Verb{"callback", read_callback},
    Verb{"enqueue", read_enqueue},
    Verb{"leave", read_leave},
    Verb{"connect", nullptr, false},
    Verb{"start", nullptr, false},
    Verb{"stop", nullptr, false},
    Verb{"pay", nullptr, false},
    Verb{"refer", nullptr, false},
};

const Verb* find_verb(std::string_view name) {
    const auto* found = std::ranges::find(verbs, name, &Verb::name);
    return found == verbs.end() ? nullptr : found;
}

std::vector<std::string> verb_names() {
    std::vector<std::string> names;
    names.reserve(std::size(verbs));
    for (const Verb& verb : verbs)
        names.emplace_back(verb.name);
    return names;
}

// Steps as other languages name them.
struct OtherVerb {
    std::string_view theirs{}, ours{};
};
constexpr std::array other_verbs{OtherVerb{"speak", "say"},         OtherVerb{"prompt", "say"},
                                 OtherVerb{"wait", "pause"},        OtherVerb{"sleep", "pause"},
                                 OtherVerb{"ask", "gather"},        OtherVerb{"input", "gather"},
                                 OtherVerb{"transfer", "dial"},     OtherVerb{"forward", "dial"},
                                 OtherVerb{"voicemail", "record"},  OtherVerb{"queue", "enqueue"},
                                 OtherVerb{"hold", "enqueue"},      OtherVerb{"goto", "go"},
                                 OtherVerb{"jump", "go"},           OtherVerb{"next", "go"},
                                 OtherVerb{"end", "hangup"},        OtherVerb{"exit", "hangup"},
                                 OtherVerb{"disconnect", "hangup"}, OtherVerb{"webhook", "http"},
                                 OtherVerb{"request", "http"},      OtherVerb{"log", "tag"},
                                 OtherVerb{"case", "switch"}};

// What is meant by a step that there is none of.
std::string hint_for_verb(const std::string& written) {
    const auto blank = written.find(' ');
    if (blank != std::string::npos && find_verb(written.substr(0, blank)) != nullptr) {
        return fmt::format("a colon is missing: write {}: {}", written.substr(0, blank),
                           written.substr(blank + 1));
    }
    const auto* other = std::ranges::find(other_verbs, written, &OtherVerb::theirs);
    if (other != other_verbs.end()) return fmt::format("write {}", other->ours);
    return hint_for(written, verb_names(), "the steps are named in flows/README.md");
}

const Target nowhere{Target::Kind::state, {}, -1, {}};

class StateReader {
public:
    StateReader(const Reader& reader, int index)
        : reader_{reader}, index_{index},
          state_{reader.draft.flow.states[static_cast<std::size_t>(index)]} {}

    State read(const YamlNode& value) {
        const YamlNode* steps = &value;
        if (value.is_map()) {
            Fields fields{reader_, value, state_.span, "a state"};
            if (const YamlNode* about = fields.find("about")) {
                if (const std::string* text = scalar(reader_, *about, "about")) {
                    state_.about = *text;
                }
            }
            steps = fields.require("steps", "write the list of its steps");
            fields.refuse_rest();
        }
        if (steps == nullptr || !steps->is_list() || steps->items.empty()) {
            if (steps != nullptr) no_steps(*steps);
            reader_.draft.incomplete = true;
            stand_in_for_all();
            return std::move(state_);
        }
        (void)list(*steps, "");
        stand_in();
        return std::move(state_);
    }

private:
    // What a list of steps became: its first, and those that go on behind it.
    struct Emitted {
        int first = -1;
        std::vector<int> open{};
    };

    void no_steps(const YamlNode& node) {
        const bool is_empty = node.is_null() || node.is_list();
        reader_.report(is_empty ? "SB107" : "SB106", is_empty ? state_.span : node.span,
                       fmt::format("the state {} has no list of steps", quoted(state_.name)),
                       "write its steps below it, each behind a dash");
    }

    void stand_in_for_all() {
        Step step;
        step.what = Go{nowhere};
        step.stands_in = true;
        step.id = "0";
        step.span = state_.span;
        step.file = reader_.file();
        state_.steps.push_back(std::move(step));
    }

    Step& at(int step) { return state_.steps[static_cast<std::size_t>(step)]; }

    int add(Step step, const std::string& id, const Span& span) {
        step.id = id;
        step.span = span;
        step.file = reader_.file();
        state_.steps.push_back(std::move(step));
        return static_cast<int>(state_.steps.size()) - 1;
    }

    void continue_at(const std::vector<int>& open, int next) {
        for (const int step : open)
            at(step).next = next;
    }

    Emitted list(const YamlNode& node, const std::string& prefix) {
        Emitted all;
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            Emitted one = item(node.items[i], prefix + std::to_string(i));
            if (all.first < 0) all.first = one.first;
            continue_at(all.open, one.first);
            all.open = std::move(one.open);
        }
        return all;
    }

    Emitted broken(const std::string& id, const Span& span) {
        reader_.draft.incomplete = true;
        const int step = add({}, id, span);
        broken_.push_back(step);
        return {step, {step}};
    }

    Emitted item(const YamlNode& node, const std::string& id) {
        if (node.is_scalar()) return one({node, YamlNode{}}, id);
        if (!node.is_map() || node.entries.empty()) {
            reader_.report("SB106", node.span, "this is no step",
                           "a step is one word and its value, such as say: Hello");
            return broken(id, node.span);
        }
        const YamlNode::Entry* verb = nullptr;
        for (const YamlNode::Entry& entry : node.entries) {
            if (find_verb(entry.key.text) == nullptr) continue;
            if (verb != nullptr) {
                reader_.report(
                    "SB108", entry.key.span,
                    fmt::format("a step with two verbs: {} and {}", verb->key.text, entry.key.text),
                    fmt::format("put a dash before {0}, or indent it below {1} if it "
                                "belongs there",
                                entry.key.text, verb->key.text));
                return broken(id, verb->key.span);
            }
            verb = &entry;
        }
        if (verb == nullptr) return unknown(node.entries.front().key, id);
        const bool is_if = verb->key.text == "if";
        for (const YamlNode::Entry& entry : node.entries) {
            const std::string& key = entry.key.text;
            if (&entry == verb || (is_if && (key == "then" || key == "else"))) continue;
            reader_.report("SB105", entry.key.span,
                           fmt::format("{} stands beside the step {}", quoted(key), verb->key.text),
                           is_if && key == "otherwise" ? std::string{"write else"}
                           : is_if && key.starts_with("el") && key != "else"
                               ? std::string{"put the second if below else"}
                           : is_if ? hint_for(key, {"then", "else"}, "an if has then and else")
                                   : fmt::format("indent it below {}", verb->key.text));
            reader_.draft.incomplete = true;
        }
        return is_if ? branch(node, *verb, id) : one(*verb, id);
    }

    Emitted unknown(const YamlNode& key, const std::string& id) {
        const std::string hint = key.text == "then" || key.text == "else"
                                     ? "then and else belong to an if, in the same step"
                                     : hint_for_verb(key.text);
        reader_.report("SB105", key.span, fmt::format("no step {}", quoted(key.text)), hint);
        return broken(id, key.span);
    }

    Emitted one(const YamlNode::Entry& entry, const std::string& id) {
        const Verb* verb = find_verb(entry.key.text);
        if (verb == nullptr) return unknown(entry.key, id);
        if (!verb->is_built) {
            reader_.report("SB105", entry.key.span,
                           fmt::format("the step {} is not built yet", quoted(verb->name)),
                           "the language has it, this build of switchboard does not");
            return broken(id, entry.key.span);
        }
        if (verb->read == nullptr) {
            reader_.report("SB107", entry.key.span, "if needs its condition",
                           "write if: open(office), then: and a place");
            return broken(id, entry.key.span);
        }
        Step step;
        auto what = verb->read(reader_, entry, step);
        if (!what) return broken(id, entry.key.span);
        if (std::holds_alternative<Limit>(*what) || is_effect(*what)) state_.counts_visits = true;
        if (std::holds_alternative<Reject>(*what) &&
            (id != "0" || index_ != reader_.draft.flow.start)) {
            reader_.report("SB106", entry.key.span,
                           "a call can only be rejected before anything else happens",
                           "put reject first in the start state, or write hangup");
        }
        step.what = std::move(*what);
        const int at = add(std::move(step), id, entry.key.span);
        return {at, {at}};
    }

    Emitted branch(const YamlNode& node, const YamlNode::Entry& test, const std::string& id) {
        If what;
        std::optional<Expression> condition;
        if (test.value.is_null()) {
            reader_.report("SB107", test.key.span, "if needs its condition",
                           "write one behind it, such as open(office)");
            reader_.draft.incomplete = true;
        } else {
            condition = read_condition(reader_, test.value, "the condition", true);
        }
        what.condition = condition ? std::move(*condition) : unknowable();
        const int at_if = add({}, id, test.key.span);
        Emitted all{at_if, {at_if}};
        const auto side = [&](std::string_view key, std::optional<Target>& go, int& step) {
            const YamlNode::Entry* entry = node.find_entry(key);
            if (entry == nullptr) return;
            const YamlNode& value = entry->value;
            if (value.is_null() || (value.is_list() && value.items.empty()) || value.is_map()) {
                reader_.report("SB106", entry->key.span,
                               fmt::format("{} is neither a place nor a list of steps", key),
                               "write the name of a state, or steps, each behind a dash");
                reader_.draft.incomplete = true;
                go = nowhere;
            } else if (value.is_list()) {
                Emitted inside = list(value, fmt::format("{}.{}.", id, key));
                step = inside.first;
                all.open.insert(all.open.end(), inside.open.begin(), inside.open.end());
            } else if (const auto blank = value.text.find(' ');
                       find_verb(value.text.substr(0, blank)) != nullptr &&
                       !reader_.draft.states.contains(value.text)) {
                reader_.report(
                    "SB106", value.span, fmt::format("{} is no place", key),
                    fmt::format("steps are a list: write {}: [{}]", key,
                                blank == std::string::npos
                                    ? value.text
                                    : fmt::format("{}: ...", value.text.substr(0, blank))));
                reader_.draft.incomplete = true;
                go = nowhere;
            } else {
                go = read_place(reader_, value, key, {.again = false});
            }
        };
        const bool is_told = !condition && test.value.text.find(" then ") != std::string::npos;
        if (node.find_entry("then") == nullptr && !is_told) {
            reader_.report("SB107", test.key.span, "if needs then",
                           "write then: and a place, or a list of steps");
            reader_.draft.incomplete = true;
        }
        side("then", what.then_go, what.then_step);
        side("else", what.else_go, what.else_step);
        at(at_if).what = std::move(what);
        return all;
    }

    // In place of a condition that is none: true or false, who knows.
    static Expression unknowable() {
        Expression expression;
        Expression::Node node;
        node.operation = Operation::call_fact;
        node.fact = CallFact::withheld;
        node.type.kind = TypeKind::boolean;
        expression.nodes.push_back(std::move(node));
        expression.root = 0;
        return expression;
    }

    // In place of a step that could not be read stands one of which nothing can be said: it waits,
    // may go on and may lead anywhere. A flow with one is never run; this is for the checker.
    void stand_in() {
        for (const int index : broken_) {
            Step& step = at(index);
            step.stands_in = true;
            if (step.next < 0) {
                step.what = Go{nowhere};
            } else {
                step.what = Record{};
                step.on = {{"empty", nowhere}};
            }
        }
    }

    const Reader& reader_;
    int index_;
    State state_;
    std::vector<int> broken_{};
};

}  // namespace

void read_body(Folder& folder, Draft& draft) {
    const Reader reader{folder, draft, *draft.file->source};
    Flow& flow = draft.flow;
    if (draft.start_node != nullptr && !flow.states.empty()) {
        const auto start = read_place(reader, *draft.start_node, "start", {false, false});
        const bool is_ours = start && start->flow.empty();
        if (start && !is_ours) {
            reader.report("SB106", draft.start_node->span, "a flow starts in a state of its own",
                          "write the name of a state of this flow");
        }
        if (is_ours && start->state >= 0) flow.start = start->state;
    }
    if (draft.otherwise_node != nullptr) {
        flow.otherwise = read_place(reader, *draft.otherwise_node, "otherwise", {false, false});
    }
    if (draft.hung_up_node != nullptr) {
        flow.hung_up = read_own_state(reader, *draft.hung_up_node, "hung_up");
    }
    if (draft.anywhere_node != nullptr) {
        draft.anywhere = read_choices(reader, *draft.anywhere_node, true);
        compare_choices(reader, draft.anywhere);
    }
    for (std::size_t i = 0; i < flow.states.size(); ++i) {
        flow.states[i] = StateReader{reader, static_cast<int>(i)}.read(*draft.state_values[i]);
    }
    // Also the prompts that nothing says are looked at.
    for (const auto& [name, prompt] : draft.prompts) {
        if (prompt.file != draft.file || prompt.used) continue;
        (void)read_prompt(reader, prompt.entry->key);
        draft.prompts.find(name)->second.used = false;
    }
    flow.reads_attestation = draft.facts.contains(CallFact::attestation);
    flow.reads_answered_by = draft.facts.contains(CallFact::answered_by);
}

}  // namespace flows::load
