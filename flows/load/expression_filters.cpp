// Inserts and their filters: what stands inside {{ }}.
#include "flows/engine/filters.hpp"
#include "flows/load/expression_grammar.hpp"
#include "flows/load/expression_hints.hpp"

namespace flows {

std::optional<Insert> Grammar::insert() {
    if (token_.kind == Token::Kind::end) {
        report("SB113", 0, 0, "an insert with nothing in it", "write a name: {{ name }}");
        return std::nullopt;
    }
    const int root = parse_condition();
    if (root < 0) return std::nullopt;
    Insert insert;
    insert.type = node(root).type;
    if (!extent(root).bad && insert.type.kind == TypeKind::list)
        complain(root, {"a list is no value", "lists stand behind in"});
    bool keeps_type = true;
    while (at("|")) {
        advance();
        if (!parse_filter_call(insert, !extent(root).bad && keeps_type)) return std::nullopt;
        keeps_type = !insert.filters.empty();
    }
    if (at_end_of_expression(root) < 0 || faulty_) return std::nullopt;
    out_.root = root;
    insert.value = std::move(out_);
    return insert;
}

bool Grammar::parse_filter_call(Insert& insert, bool typed) {
    const Token name = token_;
    if (name.kind != Token::Kind::name) {
        broken(name, "the name of a filter");
        return false;
    }
    advance();
    const auto filter = parse_filter(name.raw);
    if (!filter) {
        report("SB505", name.begin, name.end(), "no filter " + quote(name.raw),
               parse_function(name.raw)
                   ? "it is a function: write " + std::string{name.raw} + "(name)"
                   : did_you_mean(name.raw, filter_names(), listing(filter_names(), "")));
        if (!at("(")) return true;
        std::vector<int> ignored;
        if (!parse_arguments(ignored)) return false;
        advance();
        return true;
    }
    if (*filter == Filter::otherwise) {
        const auto call = parse_or_literal(name, insert);
        if (!call) return false;
        insert.filters.push_back(*call);
        return true;
    }
    if (at("(")) {
        report("SB501", token_.begin, token_.end(),
               quote(name.raw) + " takes nothing in parentheses",
               "write it alone: | " + std::string{name.raw});
        return false;
    }
    if (typed && !faulty_ && !filter_accepts(*filter, insert.type)) {
        Type type = insert.type;
        type.secret = false;
        report("SB501", name.begin, name.end(),
               quote(name.raw) + " cannot say a value of type " + to_text(type),
               type.kind == TypeKind::recording
                   ? "a recording has .url, .duration and .text"
                   : "use a filter for " + to_text(type) + ", or none");
    }
    insert.filters.push_back({.filter = *filter});
    const bool secret = insert.type.secret;
    insert.type = Type{};
    insert.type.secret = secret;
    return true;
}

std::optional<FilterCall> Grammar::parse_or_literal(const Token& name, Insert& insert) {
    FilterCall call{.filter = Filter::otherwise};
    const auto refuse = [&](std::size_t begin, std::size_t end) {
        report("SB501", begin, end, "or wants one literal in its parentheses",
               "write it like | or(\"friend\")");
        return std::nullopt;
    };
    if (!at("(")) return refuse(name.begin, name.end());
    const std::size_t begin = token_.begin;
    std::vector<int> arguments;
    if (!parse_arguments(arguments)) return std::nullopt;
    const std::size_t end = token_.end();
    advance();
    if (arguments.size() != 1 || node(arguments[0]).operation != Operation::literal)
        return refuse(begin, end);
    if (extent(arguments[0]).bad) return call;
    call.argument = node(arguments[0]).literal;
    if (const auto fitting = fit(call.argument, insert.type)) {
        call.argument = *fitting;
    } else if (at("|")) {
        report("SB501", begin, end,
               std::string{written(arguments[0])} + " does not fit " + to_text(insert.type),
               "write a value of that type, or put or behind the other filters");
    } else {
        const bool secret = insert.type.secret;
        insert.type = Type{};
        insert.type.secret = secret;
    }
    return call;
}

}  // namespace flows
