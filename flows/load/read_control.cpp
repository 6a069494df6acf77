// Steps that nobody hears: set switch limit go do return result tag, and twiml.
#include "flows/load/checker_graph.hpp"
#include "flows/load/markup.hpp"
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

std::vector<std::string> tags_of(const Flow& flow) {
    std::vector<std::string> tags;
    for (const Language& language : flow.languages)
        tags.push_back(language.tag);
    return tags;
}

// The built-in variable: one of the flow's languages, now or by a variable that can be nothing
// else.
std::optional<Text> read_language(const Reader& reader, const YamlNode& node) {
    Text text = read_text(reader, node, "language");
    const std::vector<std::string> tags = tags_of(reader.draft.flow);
    const auto is_spoken = [&](const std::string& tag) {
        return std::ranges::count(tags, tag) != 0;
    };
    if (text.is_constant()) {
        if (!node.is_scalar() || (text.pieces.empty() && !node.text.empty())) return {};
        if (is_spoken(text.constant())) return text;
        reader.report("SB202", node.span, fmt::format("no language {}", quoted(text.constant())),
                      hint_for(text.constant(), tags, "the flow speaks " + any_of(tags)));
        return {};
    }
    const Insert* value = only_insert(text);
    const bool closed = value != nullptr && value->type.kind == TypeKind::one_of &&
                        std::ranges::all_of(value->type.options, is_spoken);
    if (closed || (value != nullptr && value->value.top().operation == Operation::language))
        return text;
    reader.report("SB501", node.span, "this may be none of the flow's languages",
                  fmt::format("write {}, or a variable of the type one_of({})", any_of(tags),
                              fmt::join(tags, ", ")));
    return {};
}

// A value by the name of one of `wanted`; -1 (and SB202) where there is none of that name.
int find_named(const Reader& reader, const YamlNode& key, const std::vector<Variable>& wanted,
               std::string_view whose) {
    const auto found = std::ranges::find(wanted, key.text, &Variable::name);
    if (found != wanted.end()) return static_cast<int>(found - wanted.begin());
    const auto known = names_of(wanted);
    reader.report("SB202", key.span, fmt::format("{} has no {}", whose, quoted(key.text)),
                  hint_for(key.text, known,
                           known.empty() ? "it has none at all" : "it has " + any_of(known)));
    return -1;
}

// A variable or setting that may be longer or shorter than what takes it: then the step fails.
void note_lengths(const Reader& reader, const Text& text, const Type& type) {
    const Insert* insert = only_insert(text);
    if (insert == nullptr || !insert->filters.empty()) return;
    const Operation operation = insert->value.top().operation;
    if (operation != Operation::variable && operation != Operation::setting) return;
    const auto has_length = [](const Type& one) {
        return one.kind == TypeKind::text || one.kind == TypeKind::digits;
    };
    Type from = insert->type;
    Type to = type;
    if (!has_length(from) || !has_length(to)) return;
    const bool is_short = to.kind == TypeKind::digits && from.at_least < to.at_least;
    if (from.at_most <= to.at_most && !is_short) return;
    from.secret = to.secret = false;
    reader.note("SB501", insert->span,
                fmt::format("this is {}, which may not fit {}: then the step fails", to_text(from),
                            to_text(to)),
                "give both the same length, or ask for length(...) before");
}

// A text that may be kept as `type`.
std::optional<Text> read_value(const Reader& reader, const YamlNode& key, const YamlNode& value,
                               const Type& type) {
    if (value.is_null()) {
        reader.report("SB106", key.span, fmt::format("{} has no value", key.text),
                      "write the value behind it");
        return {};
    }
    if (scalar(reader, value, key.text) == nullptr) return {};
    const std::size_t before = reader.folder.findings.size();
    Text text = read_text(reader, value, key.text);
    if (reader.folder.findings.size() != before) return {};
    if (check_assignable(text, type, reader.file(), reader.folder.findings)) {
        note_lengths(reader, text, type);
        return text;
    }
    if (text.is_constant()) {
        std::string& hint = reader.folder.findings.back().hint;
        hint = braces_or(reader, value.text, hint);
    }
    return {};
}

const Type& type_of_case(const Type& type) {
    static const Type text{};
    return type.kind == TypeKind::party ? text : type;
}

void read_cases(const Reader& reader, const YamlNode& node, Switch& what, bool typed) {
    for (const YamlNode::Entry& entry : node.entries) {
        const YamlNode& place = entry.value.is_null() ? entry.key : entry.value;
        if (entry.value.is_null()) {
            reader.report("SB106", entry.key.span,
                          fmt::format("the case {} leads nowhere", quoted(entry.key.text)),
                          "write the state it goes to");
            continue;
        }
        const auto go = read_place(reader, place, "the case", {.again = false});
        if (!typed) {
            if (go) what.cases.push_back({Value{entry.key.text}, *go, entry.key.text});
            continue;
        }
        const Type& type = type_of_case(what.value.type());
        auto value = convert(entry.key.text, type);
        if (!value) {
            reader.report(
                "SB501", entry.key.span,
                fmt::format("{} is no value of {}", quoted(entry.key.text), to_text(type)),
                hint_for(entry.key.text, type.options,
                         type.options.empty() ? "write a value of that type"
                                              : "it is " + any_of(type.options)));
            continue;
        }
        const bool again = std::ranges::any_of(
            what.cases, [&](const auto& known) { return known.value == *value; });
        if (again) {
            reader.report("SB207", entry.key.span,
                          fmt::format("the case {} is written twice", quoted(entry.key.text)),
                          "keep one of the two");
        }
        if (go) what.cases.push_back({std::move(*value), *go, entry.key.text});
    }
}

const Draft* find_callee(const Reader& reader, const YamlNode& node) {
    if (scalar(reader, node, "the flow") == nullptr) return nullptr;
    const auto found = reader.folder.flows.find(node.text);
    if (found != reader.folder.flows.end()) return found->second;
    reader.report("SB202", node.span, fmt::format("no flow {}", quoted(node.text)),
                  hint_for(node.text, keys_of(reader.folder.flows),
                           "a flow is named by its key `flow`, not by its file"));
    return nullptr;
}

void read_arguments(const Reader& reader, const YamlNode* with, const Span& owner,
                    const Flow& callee, Do& what) {
    std::vector<Variable> wanted;
    for (const int index : callee.takes) {
        wanted.push_back(callee.variables[static_cast<std::size_t>(index)]);
    }
    std::vector<std::string> missing;
    for (const Variable& variable : wanted) {
        const bool given = with != nullptr && with->find_entry(variable.name) != nullptr;
        if (!given) missing.push_back(variable.name);
    }
    const std::string whose = fmt::format("what the flow {} takes", quoted(callee.name));
    for (const YamlNode::Entry& entry : with != nullptr
                                            ? std::span<const YamlNode::Entry>{with->entries}
                                            : std::span<const YamlNode::Entry>{}) {
        const int index = find_named(reader, entry.key, wanted, whose);
        if (index < 0) {
            std::erase(missing, config::did_you_mean(entry.key.text, missing));
            continue;
        }
        auto text = read_value(reader, entry.key, entry.value,
                               wanted[static_cast<std::size_t>(index)].type);
        if (text) what.with.emplace_back(index, std::move(*text));
    }
    if (missing.empty()) return;
    reader.report("SB107", owner,
                  fmt::format("the flow {} takes {} too", quoted(callee.name), any_of(missing)),
                  fmt::format("write with: {{{}: ...}}", missing.front()));
}

void read_results(const Reader& reader, const YamlNode& save, const Flow& callee, Do& what) {
    const std::string whose = fmt::format("what the flow {} gives", quoted(callee.name));
    for (const YamlNode::Entry& entry : save.entries) {
        const int ours = find_variable(reader, entry.key, "save");
        if (scalar(reader, entry.value, "save") == nullptr) continue;
        const int theirs = find_named(reader, entry.value, callee.gives, whose);
        if (ours < 0 || theirs < 0) continue;
        if (fits(reader, callee.gives[static_cast<std::size_t>(theirs)].type, ours,
                 entry.value.span)) {
            what.save.emplace_back(ours, theirs);
        }
    }
}

void read_ends(const Reader& reader, Fields& fields, const Flow& callee, Step& step) {
    if (const YamlNode* on = fields.find("on")) {
        if (!on->is_map()) {
            reader.report("SB106", on->span, "on is a map from outcomes to places",
                          "write {done: next}");
        }
        for (const YamlNode::Entry& entry : on->entries) {
            if (std::ranges::count(callee.ends, entry.key.text) == 0) {
                reader.report("SB304", entry.key.span,
                              fmt::format("the flow {} never ends with {}", quoted(callee.name),
                                          quoted(entry.key.text)),
                              hint_for(entry.key.text, callee.ends,
                                       callee.ends.empty()
                                           ? "it declares no ends"
                                           : "it ends with " + any_of(callee.ends)));
                keep_meant(entry.key.text, read_place(reader, entry.value, entry.key.text),
                           callee.ends, step);
                continue;
            }
            const auto go = read_place(reader, entry.value, entry.key.text);
            if (go) step.on.push_back({entry.key.text, *go});
        }
    }
    const YamlNode* otherwise = fields.find("otherwise");
    if (otherwise == nullptr) return;
    step.otherwise = read_place(reader, *otherwise, "otherwise");
    if (!step.otherwise) return;
    // For all not named.
    for (const std::string& end : callee.ends) {
        const bool named = std::ranges::any_of(
            step.on, [&](const OutcomeTarget& way) { return way.outcome == end; });
        if (!named) step.on.push_back({end, *step.otherwise});
    }
}

}  // namespace

std::optional<StepWhat> read_set(const Reader& reader, const YamlNode::Entry& entry,
                                 Step& /*step*/) {
    const YamlNode* values = options_of(reader, entry, "set: {name: value}");
    if (values == nullptr) return {};
    Set set;
    for (const YamlNode::Entry& one : values->entries) {
        if (one.key.text == "language") {
            if (one.value.is_null()) {
                reader.report("SB106", one.key.span, "language has no value", "write its tag");
            } else if (auto text = read_language(reader, one.value)) {
                set.assignments.push_back({-1, true, std::move(*text)});
            } else {
                reader.draft.incomplete = true;
            }
            continue;
        }
        const int variable = find_variable(reader, one.key, "set");
        if (variable < 0) continue;
        const Type& type = reader.draft.flow.variables[static_cast<std::size_t>(variable)].type;
        if (auto text = read_value(reader, one.key, one.value, type)) {
            set.assignments.push_back({variable, false, std::move(*text)});
        } else {
            reader.draft.incomplete = true;
        }
    }
    return set;
}

std::optional<StepWhat> read_switch(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& step) {
    const YamlNode* options = options_of(
        reader, entry, "switch: {value: weekday, cases: {sat: closed}, otherwise: main}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step switch"};
    constexpr std::array other_words{Renamed{"default", "otherwise"}, Renamed{"else", "otherwise"},
                                     Renamed{"options", "cases"}};
    fields.expect({}, other_words);
    Switch what;
    bool typed = false;
    if (const YamlNode* node = fields.require("value", "write what decides")) {
        if (auto value = read_condition(reader, *node, "the value", false)) {
            what.value = std::move(*value);
            typed = true;
            const TypeKind kind = what.value.type().kind;
            if (kind == TypeKind::recording || kind == TypeKind::list || kind == TypeKind::moment) {
                reader.report("SB501", node->span,
                              fmt::format("a switch cannot compare {}", to_text(what.value.type())),
                              "take a value that is written in one word");
                typed = false;
            }
        }
    }
    const YamlNode* cases = fields.require("cases", "write {value: state}");
    if (cases != nullptr && (!cases->is_map() || cases->entries.empty())) {
        reader.report("SB106", cases->span, "cases are a map from values to places",
                      "write {value: state}");
        cases = nullptr;
    }
    const std::size_t before = reader.folder.findings.size();
    if (cases != nullptr) read_cases(reader, *cases, what, typed);
    const bool all_well = reader.folder.findings.size() == before;
    if (const YamlNode* node = fields.find("otherwise")) {
        step.otherwise = read_place(reader, *node, "otherwise", {.again = false});
    } else if (typed && cases != nullptr && all_well && !fields.has("otherwise") &&
               !check::names_every_case(what)) {
        std::vector<std::string> missing;
        for (const std::string& option : what.value.type().options) {
            const bool named = std::ranges::any_of(
                what.cases, [&](const auto& known) { return known.value == Value{option}; });
            if (!named) missing.push_back(option);
        }
        reader.report("SB506", entry.key.span,
                      missing.empty() ? std::string{"these cases are not all that can be"}
                                      : fmt::format("there is no case for {}", any_of(missing)),
                      "write otherwise: state");
    }
    fields.refuse_rest();
    if (!typed) return {};
    return what;
}

std::optional<StepWhat> read_limit(const Reader& reader, const YamlNode::Entry& entry, Step& step) {
    const YamlNode* options = options_of(reader, entry, "limit: {visits: 3, otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step limit"};
    Limit limit;
    if (const YamlNode* node = fields.require("visits", "write how many, such as 3")) {
        limit.visits = whole_number(reader, *node, "visits", 1, 1000).value_or(1);
    }
    require_otherwise(reader, fields, step, {.next = false, .again = false});
    fields.refuse_rest();
    return limit;
}

std::optional<StepWhat> read_go(const Reader& reader, const YamlNode::Entry& entry,
                                Step& /*step*/) {
    if (!has_value(reader, entry, "go: and the name of a state")) return {};
    const auto to = read_place(reader, entry.value, "go", {.again = false});
    if (!to) return {};
    return Go{*to};
}

std::optional<StepWhat> read_do(const Reader& reader, const YamlNode::Entry& entry, Step& step) {
    if (!has_value(reader, entry, "do: {flow: name}")) return {};
    if (!entry.value.is_map()) {  // the common case: only its name
        const Draft* callee = find_callee(reader, entry.value);
        if (callee == nullptr) return {};
        Do what;
        what.flow = callee->flow.name;
        read_arguments(reader, nullptr, entry.key.span, callee->flow, what);
        reader.draft.does.emplace_back(what.flow, entry.value.span);
        return what;
    }
    Fields fields{reader, entry.value, entry.key.span, "the step do"};
    const YamlNode* name = fields.require("flow", "write the name of the flow to run");
    const Draft* callee = name != nullptr ? find_callee(reader, *name) : nullptr;
    const YamlNode* with = fields.find("with");
    const YamlNode* save = fields.find("save");
    if (with != nullptr && !with->is_map()) {
        reader.report("SB106", with->span, "with is a map from names to values",
                      "write {name: value}");
        with = nullptr;
    }
    if (save != nullptr && !save->is_map()) {
        reader.report("SB106", save->span, "save is a map from variables to what the flow gives",
                      "write {variable: name}");
        save = nullptr;
    }
    if (callee == nullptr) return {};
    Do what;
    what.flow = callee->flow.name;
    read_arguments(reader, with, entry.key.span, callee->flow, what);
    if (save != nullptr) read_results(reader, *save, callee->flow, what);
    read_ends(reader, fields, callee->flow, step);
    fields.refuse_rest();
    reader.draft.does.emplace_back(what.flow, name->span);
    return what;
}

std::optional<StepWhat> read_return(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& /*step*/) {
    const Flow& flow = reader.draft.flow;
    Return what;
    const auto read_end = [&](const YamlNode& node) {
        if (scalar(reader, node, "the ending") == nullptr) return;
        what.end = node.text;
        if (std::ranges::count(flow.ends, node.text) != 0) return;
        reader.report("SB202", node.span, fmt::format("no ending {}", quoted(node.text)),
                      hint_for(node.text, flow.ends, "name it under ends"));
    };
    const bool needs_end = !flow.ends.empty();
    if (entry.value.is_null() && needs_end) {
        (void)has_value(reader, entry, "return: " + flow.ends.front());
    } else if (entry.value.is_map()) {
        for (const YamlNode::Entry& one : entry.value.entries) {
            if (one.key.text == "end") {
                read_end(one.value);
                continue;
            }
            const int index = find_named(reader, one.key, flow.gives, "what this flow gives");
            if (index < 0) continue;
            auto text = read_value(reader, one.key, one.value,
                                   flow.gives[static_cast<std::size_t>(index)].type);
            if (text) what.gives.emplace_back(index, std::move(*text));
        }
        if (needs_end && entry.value.find_entry("end") == nullptr) {
            reader.report("SB107", entry.key.span, "the step return needs end",
                          "write end: " + flow.ends.front());
        }
    } else if (!entry.value.is_null()) {
        read_end(entry.value);
    }
    return what;
}

std::optional<StepWhat> read_result(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& /*step*/) {
    if (!has_value(reader, entry, "result: and one of the flow's results")) return {};
    if (scalar(reader, entry.value, "result") == nullptr) return {};
    const auto found = reader.draft.results.find(entry.value.text);
    if (found == reader.draft.results.end()) {
        reader.report(
            "SB202", entry.value.span, fmt::format("no result {}", quoted(entry.value.text)),
            hint_for(entry.value.text, reader.draft.flow.results, "name it under results"));
        reader.draft.incomplete = true;
        return Result{};
    }
    reader.draft.used.results[static_cast<std::size_t>(found->second)] = true;
    return Result{found->second};
}

std::optional<StepWhat> read_tag(const Reader& reader, const YamlNode::Entry& entry,
                                 Step& /*step*/) {
    const YamlNode* values = options_of(reader, entry, "tag: {name: value}");
    if (values == nullptr) return {};
    Tag tag;
    for (const YamlNode::Entry& one : values->entries) {
        if (!is_name(one.key.text)) {
            reader.report("SB106", one.key.span, fmt::format("{} is no name", quoted(one.key.text)),
                          "a name is of a-z, 0-9 and _, and begins with a letter");
        } else if (one.value.is_null()) {
            reader.report("SB106", one.key.span, fmt::format("{} has no value", one.key.text),
                          "write the value behind it");
        } else {
            tag.tags.emplace_back(one.key.text, read_text(reader, one.value, one.key.text));
        }
    }
    return tag;
}

std::optional<StepWhat> read_twiml(const Reader& reader, const YamlNode::Entry& entry,
                                   Step& /*step*/) {
    if (!has_value(reader, entry, "twiml: <Pause length=\"1\"/>")) return {};
    if (scalar(reader, entry.value, "twiml") == nullptr) return {};
    auto what = read_fragment(reader, entry.value);
    if (!what) return Twiml{};
    return std::move(*what);
}

}  // namespace flows::load
