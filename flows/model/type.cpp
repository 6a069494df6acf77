#include "flows/model/type.hpp"

#include <unicode/ucurr.h>

#include <algorithm>
#include <charconv>

namespace flows {
namespace {

// A flow that wants more than this wants another medium; a document may hold 64 kB in all.
constexpr int longest_text = 4096;
constexpr int most_digits = 64;
constexpr std::size_t longest_option = 60;

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<int> count(std::string_view text, int at_most) {
    text = trim(text);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (number < 1 || number > at_most || text.front() == '-') return std::nullopt;
    return number;
}

bool is_currency(std::string_view code) {
    if (code.size() != 3) return false;
    UChar wide[4]{};
    for (std::size_t i = 0; i < 3; ++i) {
        if (code[i] < 'A' || code[i] > 'Z') return false;
        wide[i] = static_cast<UChar>(code[i]);
    }
    return ucurr_getNumericCode(wide) != 0;
}

bool is_option(std::string_view option) {
    return !option.empty() && option.size() <= longest_option &&
           option.find_first_of("()\"{}\n") == std::string_view::npos;
}

std::optional<Type> parse_digits(std::string_view argument) {
    Type type{.kind = TypeKind::digits};
    const auto dash = argument.find('-');
    const auto from = count(argument.substr(0, dash), most_digits);
    const auto to =
        dash == std::string_view::npos ? from : count(argument.substr(dash + 1), most_digits);
    if (!from || !to || *from > *to) return std::nullopt;
    type.at_least = *from;
    type.at_most = *to;
    return type;
}

std::optional<Type> parse_options(std::string_view argument) {
    Type type{.kind = TypeKind::one_of, .at_most = 0};
    for (;;) {
        const auto comma = argument.find(',');
        const auto option = trim(argument.substr(0, comma));
        if (!is_option(option)) return std::nullopt;
        if (std::find(type.options.begin(), type.options.end(), option) != type.options.end())
            return std::nullopt;
        type.options.emplace_back(option);
        if (comma == std::string_view::npos) return type;
        argument.remove_prefix(comma + 1);
    }
}

std::optional<Type> parse_with_argument(std::string_view name, std::string_view argument) {
    if (name == "text") {
        const auto length = count(argument, longest_text);
        if (!length) return std::nullopt;
        return Type{.kind = TypeKind::text, .at_most = *length};
    }
    if (name == "digits") return parse_digits(argument);
    if (name == "one_of") return parse_options(argument);
    if (name == "money" && is_currency(trim(argument)))
        return Type{.kind = TypeKind::money, .at_most = 0, .currency = std::string{trim(argument)}};
    return std::nullopt;
}

struct PlainType {
    std::string_view name;
    TypeKind kind;
};
// Those that take no argument; `text` and `digits` may stand alone too.
constexpr PlainType plain_types[]{
    {"number", TypeKind::number},       {"date", TypeKind::date},    {"time", TypeKind::time},
    {"phone", TypeKind::phone},         {"bool", TypeKind::boolean}, {"url", TypeKind::url},
    {"recording", TypeKind::recording},
};

std::string_view plain_name(TypeKind kind) {
    for (const auto& [name, plain] : plain_types)
        if (plain == kind) return name;
    switch (kind) {
    case TypeKind::moment:
        return "date and time";
    case TypeKind::list:
        return "list";
    case TypeKind::party:
        return "phone number or address";
    default:
        return {};
    }
}

}  // namespace

std::optional<Type> parse_type(std::string_view text) {
    text = trim(text);
    bool secret = false;
    if (text.starts_with("secret ") || text.starts_with("secret\t")) {
        secret = true;
        text = trim(text.substr(7));
    }
    std::optional<Type> type;
    if (const auto open = text.find('('); open != std::string_view::npos) {
        if (text.back() != ')') return std::nullopt;
        type = parse_with_argument(trim(text.substr(0, open)),
                                   text.substr(open + 1, text.size() - open - 2));
    } else if (text == "text") {
        type = Type{};
    } else if (text == "digits") {
        type = Type{.kind = TypeKind::digits, .at_least = 1, .at_most = 20};
    } else {
        for (const auto& [name, kind] : plain_types)
            if (name == text) type = Type{.kind = kind, .at_most = 0};
    }
    if (type) type->secret = secret;
    return type;
}

std::string to_text(const Type& type) {
    std::string text = type.secret ? "secret " : "";
    switch (type.kind) {
    case TypeKind::text:
        text += "text";
        if (type.at_most != Type{}.at_most) text += "(" + std::to_string(type.at_most) + ")";
        break;
    case TypeKind::digits:
        text += "digits";
        if (type.at_least == type.at_most)
            text += "(" + std::to_string(type.at_most) + ")";
        else if (type.at_least != 1 || type.at_most != 20)
            text += "(" + std::to_string(type.at_least) + "-" + std::to_string(type.at_most) + ")";
        break;
    case TypeKind::money:
        text += "money(" + type.currency + ")";
        break;
    case TypeKind::one_of:
        text += "one_of(";
        for (const auto& option : type.options) {
            if (&option != &type.options.front()) text += ", ";
            text += option;
        }
        text += ")";
        break;
    default:
        text += plain_name(type.kind);
    }
    return text;
}

int state_bytes(const Type& type) {
    constexpr int kind_and_length = 3;  // one byte for the kind, up to two for a length
    switch (type.kind) {
    case TypeKind::text:
        return text_bytes_per_character * type.at_most + kind_and_length;
    case TypeKind::digits:
        return type.at_most + kind_and_length;
    case TypeKind::number:
    case TypeKind::money:
        return 10 + 1 + 1;  // a varint of 64 bits, the scale, the kind
    case TypeKind::date:
    case TypeKind::time:
        return 5;
    case TypeKind::moment:
        return 8;
    case TypeKind::phone:
        return 16 + kind_and_length;
    case TypeKind::party:
    case TypeKind::url:
        return longest_url + kind_and_length;
    case TypeKind::boolean:
        return 2;
    case TypeKind::one_of: {
        std::size_t longest = 0;
        for (const auto& option : type.options)
            longest = std::max(longest, option.size());
        return static_cast<int>(longest) + kind_and_length;
    }
    case TypeKind::recording:
        return 2 * (34 + 1) + 6;  // two sids, the duration, the kind
    case TypeKind::list:
        break;  // never stored
    }
    return 0;
}

}  // namespace flows
