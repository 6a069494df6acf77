#include "flows/load/expression_types.hpp"

#include "config/ascii.hpp"
#include "config/diagnostic.hpp"
#include "config/utf8.hpp"
#include "flows/engine/phone_number.hpp"

#include <algorithm>
#include <iterator>

namespace flows {
namespace {

bool is_numeric(const Type& type) {
    return type.kind == TypeKind::number || type.kind == TypeKind::money;
}

bool is_text_literal(const Expression::Node& node) {
    return node.operation == Operation::literal && node.type.kind == TypeKind::text;
}

// True for what stands for itself in a message: "this value", "this text".
bool is_unnamed(std::string_view written) { return written.starts_with("this "); }

std::string in_quotes(std::string_view written) {
    if (is_unnamed(written)) return std::string{written};
    std::string out = "\"";
    out += written;
    out += '"';
    return out;
}

// How a message names an operand: a literal as it stands, anything else in quotes.
std::string name_of(const Operand& operand) {
    if (operand.node.operation == Operation::literal) return std::string{operand.written};
    return in_quotes(operand.written);
}

std::string describe(const Operand& operand) {
    Type type = operand.node.type;
    type.secret = false;
    return name_of(operand) + " is " +
           (operand.node.operation == Operation::literal && type.kind == TypeKind::text
                ? "text"
                : to_text(type));
}

std::string list_of(const std::vector<std::string>& options) {
    std::string out;
    for (const auto& option : options) {
        if (!out.empty()) out += ", ";
        out += option;
    }
    return out;
}

bool is_ordering(Operation operation) {
    return operation == Operation::less || operation == Operation::less_equal ||
           operation == Operation::greater || operation == Operation::greater_equal;
}

Complaint differ(const Operand& left, const Operand& right, std::string hint) {
    return {describe(left) + " and " + describe(right) + ": they cannot be compared",
            std::move(hint)};
}

// A date, time or moment beside a text literal: the literal becomes one.
std::optional<Complaint> read_literal(const Operand& literal, const Type& type) {
    const auto value = convert(std::get<std::string>(literal.node.literal), type);
    if (value) {
        literal.node.literal = *value;
        literal.node.type = type;
        return std::nullopt;
    }
    const std::string_view example = type.kind == TypeKind::date   ? "\"2026-11-24\""
                                     : type.kind == TypeKind::time ? "\"17:30\""
                                                                   : "\"2026-11-24 17:30\"";
    return Complaint{std::string{literal.written} + " is not a " + to_text(type),
                     "write it like " + std::string{example}};
}

std::optional<Complaint> compare_option(const Operand& choice, const Operand& literal) {
    const auto& text = std::get<std::string>(literal.node.literal);
    const auto& options = choice.node.type.options;
    if (std::find(options.begin(), options.end(), text) != options.end()) return std::nullopt;
    const auto meant = config::did_you_mean(text, options);
    return Complaint{in_quotes(choice.written) + " is never " + std::string{literal.written},
                     meant.empty() ? "it is one of: " + list_of(options)
                                   : "did you mean " + in_quotes(meant) + "?"};
}

// Numbers arrive as E.164. Of a party, which may be a client's or a SIP address too, only what has
// the figures of a whole number is taken for one. Whence a call was forwarded carriers write as
// they like. Source: Twilio, "TwiML Voice", request parameters.
std::optional<Complaint> compare_number(const Operand& number, const Operand& literal) {
    const auto& text = std::get<std::string>(literal.node.literal);
    if (convert(text, Type{.kind = TypeKind::phone})) return std::nullopt;
    std::string keys;
    std::copy_if(text.begin(), text.end(), std::back_inserter(keys),
                 [](char c) { return config::is_digit(c) || c == '+'; });
    constexpr std::size_t fewest_figures = 7;
    const bool is_meant = keys.size() >= fewest_figures &&
                          text.find_first_not_of("+0123456789 ()-./") == std::string::npos;
    const bool is_party = number.node.type.kind == TypeKind::party;
    if (is_party && (!is_meant || number.node.fact == CallFact::forwarded_from)) {
        return std::nullopt;
    }
    const auto meant = is_meant ? phone_from_keys(keys, "US") : std::nullopt;
    return Complaint{in_quotes(number.written) + " is never " + std::string{literal.written},
                     meant ? "numbers have a + and their country code: write \"" + *meant + "\""
                           : "numbers have a + and their country code, as in \"+12025550123\""};
}

std::optional<Complaint> compare_texts(const Operand& left, const Operand& right) {
    const auto& a = left.node.type;
    const auto& b = right.node.type;
    if (a.kind == TypeKind::one_of && is_text_literal(right.node))
        return compare_option(left, right);
    if (b.kind == TypeKind::one_of && is_text_literal(left.node))
        return compare_option(right, left);
    for (const auto& [side, other] : {std::pair{left, right}, std::pair{right, left}}) {
        const TypeKind kind = side.node.type.kind;
        const bool is_number = kind == TypeKind::phone || kind == TypeKind::party;
        if (is_number && is_text_literal(other.node)) return compare_number(side, other);
    }
    if (a.kind == TypeKind::one_of && b.kind == TypeKind::one_of) {
        const bool share =
            std::any_of(a.options.begin(), a.options.end(), [&](const std::string& option) {
                return std::find(b.options.begin(), b.options.end(), option) != b.options.end();
            });
        if (!share)
            return Complaint{name_of(left) + " and " + name_of(right) + " are never equal",
                             "the first is one of: " + list_of(a.options) +
                                 "; the other one of: " + list_of(b.options)};
    }
    return std::nullopt;
}

std::string hint_for(const Operand& left, const Operand& right) {
    const Operand* number = is_numeric(left.node.type)    ? &left
                            : is_numeric(right.node.type) ? &right
                                                          : nullptr;
    const Operand& other = number == &left ? right : left;
    if (number != nullptr && is_text_like(other.node.type)) {
        if (number->node.operation == Operation::literal)
            return "write " + in_quotes(number->written) + " in quotes: " +
                   (other.node.type.kind == TypeKind::digits ? "digits compare" : "it compares") +
                   " with text";
        if (is_text_literal(other.node)) return "write the number without quotes";
        return "number(" + std::string{other.written} + ") is its number";
    }
    for (const Operand* side : {&left, &right}) {
        if (side->node.type.kind == TypeKind::boolean)
            return "a bool stands alone: write " + std::string{side->written} + ", or not " +
                   std::string{side->written};
        if (side->node.type.kind == TypeKind::recording)
            return "known(" + std::string{side->written} + ") asks whether there is one";
        if (side->node.type.kind == TypeKind::list) return "write in to look for it in a list";
    }
    if (left.node.type.kind == TypeKind::moment || right.node.type.kind == TypeKind::moment)
        return "today is the date of now";
    return "compare values of one type";
}

Complaint no_arithmetic(Operation operation, const Operand& left, const Operand& right) {
    const Operand& wrong =
        is_numeric(left.node.type) || left.node.type.kind == TypeKind::date ? right : left;
    if (operation == Operation::add && is_text_like(wrong.node.type))
        return {describe(wrong) + ", and + does not join text",
                "where text is wanted, write the inserts one behind the other: {{ a }} {{ b }}"};
    if (is_text_like(wrong.node.type))
        return {describe(wrong) + ": there is no arithmetic on it",
                "number(" + std::string{wrong.written} + ") is its number"};
    return {describe(left) + " and " + describe(right) + ": there is no such arithmetic",
            "numbers, money of one currency, and dates with days can be computed"};
}

std::string_view filter_for(const Type& type) {
    switch (type.kind) {
    case TypeKind::money:
        return "money";
    case TypeKind::date:
        return "date";
    case TypeKind::time:
        return "time";
    case TypeKind::moment:
        return "day_and_time";
    default:
        return "number";
    }
}

Complaint wrong_type(const Type& from, const Type& to, std::string_view written) {
    Type plain = from;
    plain.secret = false;
    Type wanted = to;
    wanted.secret = false;
    const std::string name{is_unnamed(written) ? "…" : written};
    std::string hint = "a value of type " + to_text(wanted) + " is wanted";
    if (is_numeric(to) && is_text_like(from))
        hint = "number(" + name + ") is its number";
    else if (to.kind == TypeKind::number && from.kind == TypeKind::money)
        hint = "number(" + name + ") is the bare amount";
    else if (to.kind == TypeKind::text && from.kind == TypeKind::boolean)
        hint = "an if step can set one text or the other";
    else if (to.kind == TypeKind::text && from.kind != TypeKind::recording)
        hint = "a filter makes it text, as in {{ " + name + " | " + std::string{filter_for(from)} +
               " }}";
    else if (from.kind == TypeKind::recording)
        hint = "a recording has .url, .duration and .text";
    return {in_quotes(written) + " is " + to_text(plain) + ", and " + to_text(wanted) +
                " is wanted",
            std::move(hint)};
}

bool sizes_meet(const Type& from, const Type& to) {
    const int shortest = from.kind == TypeKind::digits ? from.at_least : 0;
    const int least = to.kind == TypeKind::digits ? to.at_least : 0;
    return shortest <= to.at_most && (from.kind == TypeKind::text || from.at_most >= least);
}

}  // namespace

bool is_text_like(const Type& type) {
    switch (type.kind) {
    case TypeKind::text:
    case TypeKind::digits:
    case TypeKind::phone:
    case TypeKind::url:
    case TypeKind::one_of:
    case TypeKind::party:
        return true;
    default:
        return false;
    }
}

std::optional<Complaint> compare_types(Operation operation, Operand left, Operand right) {
    const auto& a = left.node.type;
    const auto& b = right.node.type;
    for (const auto& [side, other] : {std::pair{left, right}, std::pair{right, left}}) {
        const TypeKind kind = other.node.type.kind;
        const bool on_calendar =
            kind == TypeKind::date || kind == TypeKind::time || kind == TypeKind::moment;
        if (on_calendar && is_text_literal(side.node)) {
            Type wanted{.kind = kind, .at_most = 0};
            return read_literal(side, wanted);
        }
    }
    if (is_numeric(a) && is_numeric(b)) {
        if (a.kind == b.kind && a.currency != b.currency)
            return Complaint{describe(left) + " and " + describe(right) +
                                 ": amounts of different "
                                 "currencies cannot be compared",
                             "compare amounts of one currency"};
        return std::nullopt;
    }
    if (is_text_like(a) && is_text_like(b)) {
        if (is_ordering(operation))
            return Complaint{"text has no order that < and > could ask for",
                             "number(" + std::string{left.written} + ") is its number"};
        return compare_texts(left, right);
    }
    if (a.kind != b.kind || a.kind == TypeKind::list || a.kind == TypeKind::recording ||
        (a.kind == TypeKind::boolean && is_ordering(operation)))
        return differ(left, right, hint_for(left, right));
    return std::nullopt;
}

std::variant<Type, Complaint> arithmetic_type(Operation operation, Operand left, Operand right) {
    const Type& a = left.node.type;
    const Type& b = right.node.type;
    const bool secret = a.secret || b.secret;
    Type number{.kind = TypeKind::number, .at_most = 0, .secret = secret};
    const bool sums = operation == Operation::add || operation == Operation::subtract;

    if (a.kind == TypeKind::date || b.kind == TypeKind::date) {
        Type date{.kind = TypeKind::date, .at_most = 0, .secret = secret};
        if (operation == Operation::subtract && a.kind == b.kind) return number;
        const bool days_later = (a.kind == TypeKind::date && b.kind == TypeKind::number && sums) ||
                                (a.kind == TypeKind::number && operation == Operation::add);
        if (!days_later) return no_arithmetic(operation, left, right);
        const auto& days = a.kind == TypeKind::number ? left.node : right.node;
        const auto* literal = std::get_if<Decimal>(&days.literal);
        if (literal != nullptr && !literal->is_whole())
            return Complaint{"a date is whole days away", "write a whole number of days"};
        return date;
    }
    if (!is_numeric(a) || !is_numeric(b)) return no_arithmetic(operation, left, right);
    if (a.kind == TypeKind::number && b.kind == TypeKind::number) return number;

    Type money{.kind = TypeKind::money, .at_most = 0, .currency = a.currency, .secret = secret};
    if (money.currency.empty()) money.currency = b.currency;
    if (a.kind == b.kind && a.currency != b.currency)
        return Complaint{describe(left) + " and " + describe(right) +
                             ": amounts of different currencies cannot be computed",
                         "there are no exchange rates here"};
    if (a.kind == b.kind && operation == Operation::divide) return number;
    if (a.kind == b.kind && operation == Operation::multiply)
        return Complaint{"money times money is nothing", "multiply money by a number"};
    if (a.kind == TypeKind::number && operation == Operation::divide)
        return Complaint{"a number cannot be divided by money", "divide money by a number"};
    return money;
}

std::optional<Complaint> assignable(const Type& from, const Type& to, std::string_view written) {
    switch (to.kind) {
    case TypeKind::text:
        if (!is_text_like(from)) return wrong_type(from, to, written);
        if (!sizes_meet(from, to))
            return Complaint{in_quotes(written) + " has at least " + std::to_string(from.at_least) +
                                 " digits and never fits " + to_text(to),
                             "make the variable longer"};
        return std::nullopt;
    case TypeKind::digits:
        if (from.kind != TypeKind::digits) return wrong_type(from, to, written);
        if (!sizes_meet(from, to))
            return Complaint{in_quotes(written) + " is " + to_text(from) + " and never fits " +
                                 to_text(to),
                             "give both the same number of digits"};
        return std::nullopt;
    case TypeKind::money:
        if (from.kind == TypeKind::number) return std::nullopt;
        if (from.kind != TypeKind::money || from.currency != to.currency)
            return wrong_type(from, to, written);
        return std::nullopt;
    case TypeKind::phone:
        if (from.kind != TypeKind::phone && from.kind != TypeKind::party)
            return wrong_type(from, to, written);
        return std::nullopt;
    case TypeKind::one_of: {
        const bool share =
            from.kind == TypeKind::one_of &&
            std::any_of(from.options.begin(), from.options.end(), [&](const std::string& option) {
                return std::find(to.options.begin(), to.options.end(), option) != to.options.end();
            });
        if (!share) return wrong_type(from, to, written);
        return std::nullopt;
    }
    default:
        if (from.kind != to.kind) return wrong_type(from, to, written);
        return std::nullopt;
    }
}

}  // namespace flows
