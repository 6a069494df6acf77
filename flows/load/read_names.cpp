// Texts, conditions, names and places: everything that is looked up.
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::load {
namespace {

void mark(std::vector<bool>& used, int index) {
    if (index >= 0 && static_cast<std::size_t>(index) < used.size()) {
        used[static_cast<std::size_t>(index)] = true;
    }
}

void remember(const Reader& reader, const Expression& expression) {
    Used& used = reader.draft.used;
    for (const Expression::Node& node : expression.nodes) {
        switch (node.operation) {
        case Operation::variable:
        case Operation::recording_url:
        case Operation::recording_duration:
        case Operation::recording_text:
            mark(used.variables, node.index);
            break;
        case Operation::setting:
            mark(used.settings, node.index);
            break;
        case Operation::call_fact:
            reader.draft.facts.insert(node.fact);
            break;
        case Operation::call:
            if (node.function == Function::open || node.function == Function::opens ||
                node.function == Function::closes) {
                mark(used.hours, node.index);
            }
            break;
        default:
            break;
        }
    }
}

bool reads_caller(const Expression& expression) {
    return std::ranges::any_of(expression.nodes, [](const Expression::Node& node) {
        switch (node.operation) {
        case Operation::variable:
        case Operation::call_fact:
        case Operation::recording_url:
        case Operation::recording_duration:
        case Operation::recording_text:
            return true;
        default:
            return false;
        }
    });
}

// A place in another flow: "flow/state".
Target in_other_flow(const Reader& reader, const YamlNode& node, std::size_t slash) {
    const std::string flow = node.text.substr(0, slash);
    const std::string state = node.text.substr(slash + 1);
    Target target{Target::Kind::state, flow, -1, node.span};
    const auto found = reader.folder.flows.find(flow);
    if (found == reader.folder.flows.end()) {
        reader.report("SB202", node.span, fmt::format("no flow {}", quoted(flow)),
                      hint_for(flow, keys_of(reader.folder.flows),
                               "a flow is named by its key `flow`, not by its file"));
        reader.draft.incomplete = true;
        return target;
    }
    const Draft& other = *found->second;
    if (const auto known = other.states.find(state); known != other.states.end()) {
        target.state = known->second;
    } else {
        reader.report("SB201", node.span,
                      fmt::format("flow {} has no state {}", quoted(flow), quoted(state)),
                      hint_for(state, keys_of(other.states), "see the states of that flow"));
        reader.draft.incomplete = reader.draft.lost_place = true;
    }
    if (&other == &reader.draft) {
        target.flow.clear();
    } else {
        reader.draft.goes.insert(flow);
    }
    return target;
}

}  // namespace

Text read_text(const Reader& reader, const YamlNode& node, std::string_view what) {
    if (scalar(reader, node, what) == nullptr) return {{}, node.span};
    auto text = parse_text({&reader.source, &node}, reader.names(), reader.folder.findings);
    if (!text) {
        reader.draft.incomplete = true;
        return {{}, node.span};
    }
    for (const auto& piece : text->pieces) {
        if (const auto* insert = std::get_if<Insert>(&piece)) remember(reader, insert->value);
    }
    if (reader.file() != reader.draft.flow.file) text->file = reader.file();
    return std::move(*text);
}

std::optional<Expression> read_condition(const Reader& reader, const YamlNode& node,
                                         std::string_view what, bool want_bool) {
    if (scalar(reader, node, what) == nullptr) return {};
    auto condition =
        parse_condition({&reader.source, &node}, reader.names(), want_bool, reader.folder.findings);
    if (condition) {
        remember(reader, *condition);
    } else {
        reader.draft.incomplete = true;
    }
    return condition;
}

bool reads_caller(const Text& text) {
    return std::ranges::any_of(text.pieces, [](const auto& piece) {
        const auto* insert = std::get_if<Insert>(&piece);
        return insert != nullptr && reads_caller(insert->value);
    });
}

const Insert* only_insert(const Text& text) {
    return text.pieces.size() == 1 ? std::get_if<Insert>(&text.pieces[0]) : nullptr;
}

int find_variable(const Reader& reader, const YamlNode& node, std::string_view what) {
    const std::string* name = scalar(reader, node, what);
    if (name == nullptr) return -1;
    const auto found = reader.draft.variables.find(*name);
    if (found == reader.draft.variables.end() && reader.draft.misnamed.contains(*name)) return -1;
    if (found == reader.draft.variables.end()) {
        reader.report("SB202", node.span, fmt::format("no variable {}", quoted(*name)),
                      hint_for(*name, keys_of(reader.draft.variables),
                               "declare it under vars, with its type"));
        reader.draft.incomplete = true;
        return -1;
    }
    mark(reader.draft.used.variables, found->second);
    return found->second;
}

bool fits(const Reader& reader, const Type& from, int variable, const Span& span) {
    // As if a value of that type were inserted.
    Expression value;
    Expression::Node node;
    node.operation = Operation::variable;
    node.type = from;
    node.span = span;
    value.nodes.push_back(std::move(node));
    value.root = 0;
    const Text text{{Insert{std::move(value), {}, from, span}}, span};
    const Type& type = reader.draft.flow.variables[static_cast<std::size_t>(variable)].type;
    return check_assignable(text, type, reader.file(), reader.folder.findings);
}

std::optional<Target> read_place(const Reader& reader, const YamlNode& node, std::string_view what,
                                 PlaceRules rules) {
    if (!node.is_scalar() || node.text.empty()) {
        reader.report("SB106", node.span, fmt::format("{} is no place", what),
                      "write the name of a state, flow/state or next");
        reader.draft.incomplete = true;
        return {};
    }
    const std::string& name = node.text;
    const auto refused = [&](std::string_view why) {
        reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, quoted(name)),
                      std::string{why});
        reader.draft.incomplete = true;
        return Target{Target::Kind::state, {}, -1, node.span};
    };
    if (name == "next") {
        if (!rules.next) return refused("there is no next step here; write the name of a state");
        return Target{Target::Kind::next, {}, -1, node.span};
    }
    if (name == "again") {
        if (!rules.again) return refused("nothing was asked here; write the name of a state");
        return Target{Target::Kind::again, {}, -1, node.span};
    }
    if (const auto slash = name.find('/'); slash != std::string::npos) {
        return in_other_flow(reader, node, slash);
    }
    const auto found = reader.draft.states.find(name);
    if (found != reader.draft.states.end()) {
        return Target{Target::Kind::state, {}, found->second, node.span};
    }
    if (reader.draft.misnamed.contains(name)) {
        reader.draft.incomplete = reader.draft.lost_place = true;
        return Target{Target::Kind::state, {}, -1, node.span};
    }
    std::string hint = hint_for(name, keys_of(reader.draft.states),
                                name == "hangup" ? "a place is a state: write bye: [hangup] under "
                                                   "states, and bye here"
                                                 : "write it under states");
    if (const auto near = config::did_you_mean(name, keys_of(reader.draft.states)); !near.empty()) {
        const int index = reader.draft.states.find(near)->second;
        const Span& span = reader.draft.flow.states[static_cast<std::size_t>(index)].span;
        hint = meant(
            name, fmt::format("{} ({}:{})", quoted(near), reader.draft.flow.file, span.begin.line));
        reader.report("SB201", node.span, fmt::format("no state {}", quoted(name)),
                      std::move(hint));
        // Read as it was meant: what else is found is true then too.
        return Target{Target::Kind::state, {}, index, node.span};
    }
    reader.report("SB201", node.span, fmt::format("no state {}", quoted(name)), std::move(hint));
    reader.draft.incomplete = reader.draft.lost_place = true;
    return Target{Target::Kind::state, {}, -1, node.span};
}

int read_own_state(const Reader& reader, const YamlNode& node, std::string_view what) {
    const auto place = read_place(reader, node, what, {.next = false, .again = false});
    if (!place) return -1;
    if (place->flow.empty()) return place->state;
    reader.report("SB106", node.span, fmt::format("{} is a state of this flow", what),
                  "write the name of one; a flow is called from there with do");
    reader.draft.incomplete = true;
    return -1;
}

}  // namespace flows::load
