// What an expression reads: variables that may be unset, secrets, facts of the call.
#include "flows/load/expression_parser.hpp"

#include <algorithm>

namespace flows {
namespace {

using Variables = std::vector<int>;  // sorted

Variables unite(const Variables& a, const Variables& b) {
    Variables out;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
}
Variables intersect(const Variables& a, const Variables& b) {
    Variables out;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
}

bool reads_variable(Operation operation) {
    return operation == Operation::variable || operation == Operation::recording_url ||
           operation == Operation::recording_duration || operation == Operation::recording_text;
}

// What is read, whole before part: a variable, a part of a recording, a fact of the queue.
Variables things_read(const Expression::Node& node) {
    switch (node.operation) {
    case Operation::variable:
    case Operation::recording_url:
        return {node.index};
    case Operation::recording_duration:
        return {node.index, duration_of_recording + node.index};
    case Operation::recording_text:
        return {node.index, text_of_recording + node.index};
    case Operation::call_fact:
        if (node.fact < CallFact::queue_position) return {};
        return {facts_of_queue + static_cast<int>(node.fact) -
                static_cast<int>(CallFact::queue_position)};
    default:
        return {};
    }
}

bool asks_known(const Expression::Node& node) {
    return node.operation == Operation::call && node.function == Function::known;
}

Variables known_at(const Expression& expression, int index, bool outcome) {
    const auto& node = expression.at(index);
    switch (node.operation) {
    case Operation::logical_not:
        return known_at(expression, node.children[0], !outcome);
    case Operation::logical_and:
    case Operation::logical_or: {
        const auto left = known_at(expression, node.children[0], outcome);
        const auto right = known_at(expression, node.children[1], outcome);
        const bool both = (node.operation == Operation::logical_and) == outcome;
        return both ? unite(left, right) : intersect(left, right);
    }
    case Operation::call:
        if (outcome && asks_known(node)) {
            const auto& asked = expression.at(node.children[0]);
            // Who asks for a recording means its length, too.
            if (asked.operation == Operation::variable && asked.type.kind == TypeKind::recording) {
                return {asked.index, duration_of_recording + asked.index};
            }
            return things_read(asked);
        }
        return {};
    default:
        return {};
    }
}

void unguarded_at(const Expression& expression, int index, const Variables& known,
                  std::vector<UnguardedRead>& reads) {
    const auto& node = expression.at(index);
    for (const int thing : things_read(node)) {
        if (!std::binary_search(known.begin(), known.end(), thing))
            reads.push_back({.variable = thing, .span = node.span});
    }
    if (asks_known(node)) return;
    if (node.operation == Operation::logical_and || node.operation == Operation::logical_or) {
        unguarded_at(expression, node.children[0], known, reads);
        // The right side runs only when the left one did not decide.
        const bool left = node.operation == Operation::logical_and;
        unguarded_at(expression, node.children[1],
                     unite(known, known_at(expression, node.children[0], left)), reads);
        return;
    }
    for (const int child : node.children)
        unguarded_at(expression, child, known, reads);
}

bool has_otherwise(const Insert& insert) {
    return std::any_of(insert.filters.begin(), insert.filters.end(),
                       [](const FilterCall& call) { return call.filter == Filter::otherwise; });
}

void secrets_at(const Expression& expression, int index, const Names& names,
                std::vector<SecretRead>& found) {
    const auto& node = expression.at(index);
    const bool setting = node.operation == Operation::setting;
    const bool reads = setting || reads_variable(node.operation);
    if (!reads && node.type.kind == TypeKind::boolean) return;  // asks, and does not repeat
    if (reads) {
        const auto* list = setting ? names.settings : names.variables;
        const auto& variable = (*list)[static_cast<std::size_t>(node.index)];
        if (variable.type.secret)
            found.push_back(
                {.name = (setting ? "settings." : "") + variable.name, .span = node.span});
    }
    for (const int child : node.children)
        secrets_at(expression, child, names, found);
}

template <class Visit> void each_insert(const Text& text, Visit visit) {
    for (const auto& piece : text.pieces)
        if (const auto* insert = std::get_if<Insert>(&piece)) visit(*insert);
}

void facts_at(const Expression& expression, int index, std::vector<CallFact>& facts) {
    const auto& node = expression.at(index);
    if (node.operation == Operation::call_fact) facts.push_back(node.fact);
    for (const int child : node.children)
        facts_at(expression, child, facts);
}

}  // namespace

void unguarded_reads(const Expression& expression, std::vector<UnguardedRead>& reads) {
    unguarded_at(expression, expression.root, {}, reads);
}

void unguarded_reads(const Text& text, std::vector<UnguardedRead>& reads) {
    each_insert(text, [&](const Insert& insert) {
        if (!has_otherwise(insert)) unguarded_reads(insert.value, reads);
    });
}

std::vector<int> known_when(const Expression& condition, bool outcome) {
    return known_at(condition, condition.root, outcome);
}

std::vector<SecretRead> secret_reads(const Text& text, const Names& names) {
    std::vector<SecretRead> reads;
    each_insert(text, [&](const Insert& insert) {
        secrets_at(insert.value, insert.value.root, names, reads);
    });
    return reads;
}

void facts_read(const Expression& expression, std::vector<CallFact>& facts) {
    facts_at(expression, expression.root, facts);
}

void facts_read(const Text& text, std::vector<CallFact>& facts) {
    each_insert(text, [&](const Insert& insert) { facts_read(insert.value, facts); });
}

}  // namespace flows
