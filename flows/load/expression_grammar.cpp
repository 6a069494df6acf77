#include "flows/load/expression_grammar.hpp"

#include "flows/load/expression_types.hpp"
#include "flows/load/findings.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace flows {
namespace {

struct Comparison {
    std::string_view symbol;
    Operation operation;
};
constexpr Comparison comparisons[]{
    {"==", Operation::equal},  {"!=", Operation::not_equal},
    {"<", Operation::less},    {"<=", Operation::less_equal},
    {">", Operation::greater}, {">=", Operation::greater_equal},
    {"in", Operation::in},     {"matches", Operation::matches},
};

std::optional<Operation> comparison_of(const Token& token) {
    for (const auto& [symbol, operation] : comparisons)
        if (token.is(symbol)) return operation;
    return std::nullopt;
}

bool ends_with_anchor(std::string_view pattern) {
    if (!pattern.ends_with('$')) return false;
    pattern.remove_suffix(1);
    const auto last = pattern.find_last_not_of('\\');
    const auto backslashes = pattern.size() - (last == std::string_view::npos ? 0 : last + 1);
    return backslashes % 2 == 0;
}

std::shared_ptr<const re2::RE2> compile(const std::string& pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return std::make_shared<const re2::RE2>(pattern, options);
}

// What people write for a word of the grammar.
std::string_view hint_for_word(std::string_view word) {
    if (word == "is" || word == "equals" || word == "eq" || word == "IS")
        return "write == to compare";
    if (word == "AND" || word == "And" || word == "OR" || word == "Or" || word == "NOT" ||
        word == "Not" || word == "IN" || word == "In")
        return "and, or, not and in are written in lower case";
    if (word == "not") return R"(write not before the whole comparison: not x in ["a", "b"])";
    if (word == "if" || word == "then" || word == "else")
        return "an expression has no branches: write an if step with then and else";
    return "join conditions with and, or; text stands in double quotes";
}

}  // namespace

Grammar::Grammar(const ScalarSource& where, const Names& names, std::string_view text,
                 std::size_t offset, config::Diagnostics& findings)
    : where_{where}, names_{names}, text_{text}, offset_{offset}, findings_{findings},
      token_{next_token(text, 0)} {}

void Grammar::report(std::string_view code, std::size_t begin, std::size_t end, std::string message,
                     std::string hint) {
    faulty_ = true;
    const config::Span span{
        config::place_in_scalar(*where_.source, *where_.node, offset_ + begin),
        config::place_in_scalar(*where_.source, *where_.node, offset_ + std::max(end, begin + 1))};
    findings_.push_back(
        finding(code, where_.source->name, span, std::move(message), std::move(hint)));
}

void Grammar::complain(int index, Complaint complaint) {
    report("SB501", extent(index).begin, extent(index).end, std::move(complaint.message),
           std::move(complaint.hint));
    extent(index).bad = true;
}

int Grammar::broken(const Token& token, std::string_view wanted) {
    if (token.kind == Token::Kind::fault) {
        const bool braces = token.raw == "{{" || token.raw == "}}";
        report(braces ? "SB104" : "SB113", token.begin, token.end(), token.message, token.hint);
    } else if (token.kind == Token::Kind::end) {
        report("SB113", token.begin, token.begin, "the expression ends too early",
               std::string{wanted} + " is missing here");
    } else {
        report("SB113", token.begin, token.end(),
               "\"" + std::string{token.raw} + "\" does not fit here",
               std::string{wanted} + " is expected");
    }
    return -1;
}

int Grammar::add(Operation operation, Type type, std::size_t begin, std::size_t end,
                 std::vector<int> children) {
    Extent place{.begin = begin, .end = end};
    for (const int child : children) {
        place.depth = std::max(place.depth, extent(child).depth + 1);
        place.bad = place.bad || extent(child).bad;
    }
    if (place.depth > deepest_expression) {
        report("SB113", begin, end, "an expression that is too long or nested too deeply",
               "use `in` with a list, or several steps");
        return -1;
    }
    Expression::Node made;
    made.operation = operation;
    made.type = std::move(type);
    made.children = std::move(children);
    made.span = {config::place_in_scalar(*where_.source, *where_.node, offset_ + begin),
                 config::place_in_scalar(*where_.source, *where_.node, offset_ + end)};
    out_.nodes.push_back(std::move(made));
    extents_.push_back(place);
    return static_cast<int>(out_.nodes.size()) - 1;
}

int Grammar::literal(Value value, Type type, const Token& token) {
    const int made = add(Operation::literal, std::move(type), token.begin, token.end());
    node(made).literal = std::move(value);
    return made;
}

int Grammar::want_boolean(int index) {
    if (extent(index).bad || node(index).type.kind == TypeKind::boolean) return index;
    const std::string name{written(index)};
    Type type = node(index).type;
    type.secret = false;
    std::string hint = type.kind == TypeKind::moment ? "compare it, as in now < " + name
                       : node(index).operation == Operation::literal
                           ? "write a comparison, as in name == " + name
                           : "compare it, as in " + name + " == ..., or ask known(" + name + ")";
    complain(index, {"a condition is true or false, and " + name + " is " + to_text(type),
                     std::move(hint)});
    return index;
}

int Grammar::at_end_of_expression(int index) {
    if (index < 0 || token_.kind == Token::Kind::end) return index;
    if (token_.kind == Token::Kind::name) {
        report("SB113", token_.begin, token_.end(),
               "\"" + std::string{token_.raw} + "\" does not fit here",
               std::string{hint_for_word(token_.raw)});
        return -1;
    }
    if (at("|")) {
        report("SB113", token_.begin, token_.end(), "a filter inside a condition",
               "filters stand in texts, as in {{ name | digits }}; or is written out");
        return -1;
    }
    return broken(token_, "and, or, or the end of the expression");
}

std::optional<Expression> Grammar::condition(bool want_bool) {
    if (token_.kind == Token::Kind::end) {
        report("SB113", 0, 0, "an expression is missing", "write a condition, as in open(office)");
        return std::nullopt;
    }
    const int root = at_end_of_expression(parse_condition());
    if (root < 0) return std::nullopt;
    if (want_bool) want_boolean(root);
    if (!want_bool && node(root).type.kind == TypeKind::list)
        complain(root, {"a list is no value", "lists stand behind in"});
    if (faulty_) return std::nullopt;
    out_.root = root;
    return std::move(out_);
}

int Grammar::parse_condition() {
    if (++nesting_ > deepest_expression) {
        report("SB113", token_.begin, token_.end(), "an expression that is nested too deeply",
               "use fewer parentheses, or several steps");
        return -1;
    }
    int left = parse_and();
    while (left >= 0 && at("or")) {
        advance();
        const int right = parse_and();
        if (right < 0) return -1;
        want_boolean(left);
        want_boolean(right);
        left = binary(Operation::logical_or, left, right);
    }
    --nesting_;
    return left;
}

int Grammar::parse_and() {
    int left = parse_not();
    while (left >= 0 && at("and")) {
        advance();
        const int right = parse_not();
        if (right < 0) return -1;
        want_boolean(left);
        want_boolean(right);
        left = binary(Operation::logical_and, left, right);
    }
    return left;
}

int Grammar::parse_not() {
    if (!at("not")) return parse_compare();
    const auto begin = token_.begin;
    advance();
    const int inner = parse_compare();
    if (inner < 0) return -1;
    want_boolean(inner);
    return add(Operation::logical_not, boolean_type(), begin, extent(inner).end, {inner});
}

int Grammar::parse_compare() {
    const int left = parse_sum();
    if (left < 0) return -1;
    const auto operation = comparison_of(token_);
    if (!operation) return left;
    advance();
    const int right = parse_sum();
    if (right < 0) return -1;
    if (comparison_of(token_)) {
        report("SB113", token_.begin, token_.end(), "two comparisons in one",
               "join them with and, as in 1 < x and x < 9");
        return -1;
    }
    return *operation == Operation::matches ? match(left, right) : compare(*operation, left, right);
}

int Grammar::parse_sum() {
    int left = parse_term();
    while (left >= 0 && (at("+") || at("-"))) {
        const auto operation = at("+") ? Operation::add : Operation::subtract;
        advance();
        const int right = parse_term();
        if (right < 0) return -1;
        left = arithmetic(operation, left, right);
    }
    return left;
}

int Grammar::parse_term() {
    int left = parse_unary();
    while (left >= 0 && (at("*") || at("/"))) {
        const auto operation = at("*") ? Operation::multiply : Operation::divide;
        advance();
        const int right = parse_unary();
        if (right < 0) return -1;
        left = arithmetic(operation, left, right);
    }
    return left;
}

int Grammar::parse_unary() {
    if (!at("-")) return parse_value();
    const auto begin = token_.begin;
    advance();
    const int inner = parse_value();
    if (inner < 0) return -1;
    const Type type = node(inner).type;
    if (!extent(inner).bad && type.kind != TypeKind::number && type.kind != TypeKind::money)
        complain(inner, {"\"" + std::string{written(inner)} + "\" is " + to_text(type) +
                             ": it has no minus",
                         "numbers and money have one"});
    if (const auto* number = std::get_if<Decimal>(&node(inner).literal)) {
        // The least 64-bit number cannot be written as a literal, so this never overflows.
        node(inner).literal = *subtract(Decimal{}, *number);
        extent(inner).begin = begin;
        node(inner).span.begin =
            config::place_in_scalar(*where_.source, *where_.node, offset_ + begin);
        return inner;
    }
    return add(Operation::negate, type, begin, extent(inner).end, {inner});
}

int Grammar::parse_value() {
    const Token token = token_;
    switch (token.kind) {
    case Token::Kind::number: {
        advance();
        const auto number = Decimal::parse(token.raw);
        if (!number) {
            report("SB501", token.begin, token.end(), "a number with too many digits",
                   "18 digits are exact, nine of them behind the point");
            return -1;
        }
        return literal(*number, {.kind = TypeKind::number, .at_most = 0}, token);
    }
    case Token::Kind::text:
        advance();
        return literal(token.decoded, {}, token);
    case Token::Kind::name:
        return parse_name();
    default:
        break;
    }
    if (at("[")) return parse_list();
    if (!at("(")) return broken(token, "a value: a name, a number, or text in double quotes");
    advance();
    const int inner = parse_condition();
    if (inner < 0) return -1;
    if (at(",")) {
        report("SB113", token_.begin, token_.end(), "a list in parentheses",
               R"(a list stands in square brackets: ["a", "b"])");
        return -1;
    }
    if (!at(")")) return broken(token_, ")");
    extent(inner).begin = token.begin;
    extent(inner).end = token_.end();
    advance();
    return inner;
}

int Grammar::parse_list() {
    const auto begin = token_.begin;
    advance();
    std::vector<int> items;
    while (!at("]")) {
        const int item = parse_condition();
        if (item < 0) return -1;
        items.push_back(item);
        if (!at(",") && !at("]")) return broken(token_, ", or ]");
        if (at(",")) advance();
    }
    const auto end = token_.end();
    advance();
    const bool empty = items.empty();
    const int list =
        add(Operation::list, {.kind = TypeKind::list, .at_most = 0}, begin, end, std::move(items));
    if (list >= 0 && empty) complain(list, {"a list with nothing in it", "put values in it"});
    return list;
}

int Grammar::binary(Operation operation, int left, int right) {
    return add(operation, boolean_type(), extent(left).begin, extent(right).end, {left, right});
}

int Grammar::compare(Operation operation, int left, int right) {
    const int made = binary(operation, left, right);
    if (made < 0 || extent(made).bad) return made;
    if (operation == Operation::in) return compare_with_list(left, right, made);
    if (auto complaint = compare_types(operation, operand(left), operand(right)))
        complain(made, std::move(*complaint));
    return made;
}

int Grammar::compare_with_list(int left, int right, int made) {
    if (node(right).operation != Operation::list) {
        const bool texts = is_text_like(node(left).type) && is_text_like(node(right).type);
        complain(made, {"in wants a list behind it",
                        texts ? "write a list, [\"a\", \"b\"]; a part of a text is asked for by "
                                "contains(text, part)"
                              : "a list stands in square brackets: [1, 2]"});
        return made;
    }
    for (const int item : std::vector<int>{node(right).children}) {
        if (auto complaint = compare_types(Operation::equal, operand(left), operand(item))) {
            complain(item, std::move(*complaint));
            extent(made).bad = true;
        }
    }
    return made;
}

int Grammar::match(int left, int right) {
    const int made = binary(Operation::matches, left, right);
    if (made < 0 || extent(made).bad) return made;
    if (!is_text_like(node(left).type)) {
        complain(left, {"only text can match a pattern, and " + std::string{written(left)} +
                            " is " + to_text(node(left).type),
                        "compare it with == < >"});
        extent(made).bad = true;
        return made;
    }
    const auto* pattern = std::get_if<std::string>(&node(right).literal);
    if (node(right).operation != Operation::literal || pattern == nullptr) {
        complain(right, {"matches wants its pattern as text in double quotes",
                         "a pattern is fixed when the flow is loaded"});
        extent(made).bad = true;
        return made;
    }
    const auto refuse = [&](std::string message, std::string hint) {
        report("SB504", extent(right).begin, extent(right).end, std::move(message),
               std::move(hint));
        extent(made).bad = true;
        return made;
    };
    if (pattern->size() > longest_pattern)
        return refuse("a pattern of more than " + std::to_string(longest_pattern) + " characters",
                      "use several, joined with and, or");
    const auto as_written = compile(*pattern);
    if (!as_written->ok())
        return refuse(
            "this pattern is refused: " + as_written->error(),
            "patterns are RE2's: no look-around, no back-references, at most 1000 repeats");
    const bool says_where = pattern->starts_with('^') || ends_with_anchor(*pattern);
    node(made).pattern = says_where ? as_written : compile("\\A(?:" + *pattern + ")\\z");
    if (!node(made).pattern->ok())
        return refuse("this pattern is refused: " + node(made).pattern->error(), "make it smaller");
    return made;
}

int Grammar::arithmetic(Operation operation, int left, int right) {
    const int made = add(operation, {}, extent(left).begin, extent(right).end, {left, right});
    if (made < 0 || extent(made).bad) return made;
    auto type = arithmetic_type(operation, operand(left), operand(right));
    if (auto* complaint = std::get_if<Complaint>(&type)) {
        complain(made, std::move(*complaint));
        return made;
    }
    node(made).type = std::get<Type>(std::move(type));
    const auto* a = std::get_if<Decimal>(&node(left).literal);
    const auto* b = std::get_if<Decimal>(&node(right).literal);
    if (operation == Operation::divide && b != nullptr && b->units() == 0) {
        complain(right, {"a division by zero", "divide by something else"});
        extent(made).bad = true;
        return made;
    }
    if (a == nullptr || b == nullptr) return made;
    const auto result = operation == Operation::add        ? flows::add(*a, *b)
                        : operation == Operation::subtract ? subtract(*a, *b)
                        : operation == Operation::multiply ? multiply(*a, *b)
                                                           : divide(*a, *b);
    if (!result) {
        complain(made, {"a number with too many digits",
                        "18 digits are exact, nine of them behind the point"});
        return made;
    }
    node(made).operation = Operation::literal;
    node(made).literal = *result;
    node(made).children.clear();
    return made;
}

}  // namespace flows
