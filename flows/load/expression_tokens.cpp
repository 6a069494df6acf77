#include "flows/load/expression_tokens.hpp"

#include "config/ascii.hpp"
#include "config/utf8.hpp"

#include <algorithm>
#include <array>

namespace flows {
namespace {

using config::is_digit;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return begins_name(c) || is_digit(c); }

struct Slip {
    std::string_view written;
    std::string_view message;
    std::string_view hint;
};
// What people bring from other languages; the longer before its beginning.
constexpr std::array slips{
    Slip{"===", "\"===\" is not known here", "write == to compare"},
    Slip{"!==", "\"!==\" is not known here", "write != to compare"},
    Slip{"=>", "\"=>\" is not known here", "write >= to compare"},
    Slip{"=<", "\"=<\" is not known here", "write <= to compare"},
    Slip{"=~", "\"=~\" is not known here", "write: name matches \"pattern\""},
    Slip{"<>", "\"<>\" is not known here", "write != to compare"},
    Slip{"&&", "\"&&\" is not known here", "write and"},
    Slip{"||", "\"||\" is not known here", "write or"},
    Slip{"{{", "braces inside an expression", "the expression stands alone: leave {{ and }} out"},
    Slip{"}}", "braces inside an expression", "the expression stands alone: leave {{ and }} out"},
    Slip{"=", "a single \"=\" sets nothing here", "write == to compare"},
    Slip{"!", "\"!\" is not known here", "write not"},
    Slip{"&", "\"&\" is not known here", "write and"},
    Slip{"%", "\"%\" is not known here", "there are + - * / only"},
    Slip{"^", "\"^\" is not known here", "there are + - * / only"},
    Slip{"?", "an expression has no branches", "write an if step with then and else"},
    Slip{":", "\":\" is not known here",
         "write times and dates in double quotes, \"17:30\"; for branches an if step"},
    Slip{"$", "\"$\" is not known here", "write the bare name, or the amount as a number: 12.50"},
    Slip{"{", "a brace is not part of an expression", "inserts have two braces: {{ name }}"},
    Slip{"}", "a brace is not part of an expression", "inserts have two braces: {{ name }}"},
    Slip{"\xE2\x80\x9C", "a curly quote", "write straight double quotes: \"text\""},
    Slip{"\xE2\x80\x9D", "a curly quote", "write straight double quotes: \"text\""},
    Slip{"\xE2\x80\x98", "a curly quote", "write straight double quotes: \"text\""},
    Slip{"\xE2\x80\x99", "a curly quote", "write straight double quotes: \"text\""},
    Slip{"\xE2\x89\xA0", "\"\xE2\x89\xA0\" is not known here", "write != to compare"},
    Slip{"\xE2\x89\xA4", "\"\xE2\x89\xA4\" is not known here", "write <= to compare"},
    Slip{"\xE2\x89\xA5", "\"\xE2\x89\xA5\" is not known here", "write >= to compare"},
};
constexpr std::array<std::string_view, 16> symbols{"==", "!=", "<=", ">=", "<", ">", "+", "-",
                                                   "*",  "/",  "(",  ")",  "[", "]", ",", "."};

Token fault(std::string_view raw, std::size_t begin, std::string_view message,
            std::string_view hint) {
    Token token{.kind = Token::Kind::fault, .raw = raw, .begin = begin};
    token.message = message;
    token.hint = hint;
    return token;
}

Token single_quoted(std::string_view text, std::size_t begin) {
    const auto close = text.find('\'', begin + 1);
    const auto raw = text.substr(begin, close == std::string_view::npos ? 1 : close + 1 - begin);
    std::string hint = "write double quotes: ";
    hint += raw.size() > 1 ? "\"" + std::string{raw.substr(1, raw.size() - 2)} + "\"" : "\"text\"";
    return fault(raw, begin, "text stands in double quotes, not in single ones", hint);
}

Token quoted(std::string_view text, std::size_t begin) {
    Token token{.kind = Token::Kind::text, .begin = begin};
    for (std::size_t i = begin + 1; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') {
            token.decoded += '"';
            ++i;
        } else if (text[i] == '"') {
            token.raw = text.substr(begin, i + 1 - begin);
            return token;
        } else {
            token.decoded += text[i];
        }
    }
    return fault(text.substr(begin), begin, "a text that is never closed", "close it with \"");
}

// Where 2026-11-24 or 17:30, written without quotes, ends; `begin` where neither begins there. Of
// figures without a blank between them a subtraction is not meant.
std::size_t end_of_date_or_time(std::string_view text, std::size_t begin) {
    for (const std::string_view shape : {"0000-00-00", "00:00", "0:00"}) {
        const std::string_view written = text.substr(begin, shape.size());
        const bool same = std::equal(
            written.begin(), written.end(), shape.begin(), shape.end(),
            [](char c, char wanted) { return wanted == '0' ? is_digit(c) : c == wanted; });
        const std::size_t end = begin + shape.size();
        if (same && (end == text.size() || !is_digit(text[end]))) return end;
    }
    return begin;
}

Token number(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
        ++end;
        while (end < text.size() && is_digit(text[end]))
            ++end;
    }
    if (const auto stop = end_of_date_or_time(text, begin); stop > end) {
        const std::string written{text.substr(begin, stop - begin)};
        return fault(text.substr(begin, stop - begin), begin, "\"" + written + "\" is not a number",
                     "dates and times stand in double quotes: \"" + written + "\"");
    }
    if (end < text.size() && (continues_name(text[end]) || text[end] == '.')) {
        while (end < text.size() && (continues_name(text[end]) || text[end] == '.'))
            ++end;
        return fault(text.substr(begin, end - begin), begin,
                     "\"" + std::string{text.substr(begin, end - begin)} + "\" is not a number",
                     "numbers are written like 12 or 12.5; anything else in double quotes");
    }
    return {.kind = Token::Kind::number, .raw = text.substr(begin, end - begin), .begin = begin};
}

}  // namespace

Token next_token(std::string_view text, std::size_t offset) {
    while (offset < text.size() && is_blank(text[offset]))
        ++offset;
    if (offset >= text.size()) return {.kind = Token::Kind::end, .begin = text.size()};
    const char first = text[offset];
    const auto rest = text.substr(offset);
    if (begins_name(first)) {
        std::size_t size = 1;
        while (size < rest.size() && continues_name(rest[size]))
            ++size;
        return {.kind = Token::Kind::name, .raw = rest.substr(0, size), .begin = offset};
    }
    if (is_digit(first)) return number(text, offset);
    if (first == '"') return quoted(text, offset);
    if (first == '\'') return single_quoted(text, offset);
    if (rest.starts_with("==") && !rest.starts_with("==="))
        return {.kind = Token::Kind::symbol, .raw = rest.substr(0, 2), .begin = offset};
    if (rest.starts_with("!=") && !rest.starts_with("!=="))
        return {.kind = Token::Kind::symbol, .raw = rest.substr(0, 2), .begin = offset};
    for (const auto& slip : slips)
        if (rest.starts_with(slip.written))
            return fault(rest.substr(0, slip.written.size()), offset, slip.message, slip.hint);
    for (const auto symbol : symbols)
        if (rest.starts_with(symbol))
            return {
                .kind = Token::Kind::symbol, .raw = rest.substr(0, symbol.size()), .begin = offset};
    if (first == '|')
        return {.kind = Token::Kind::symbol, .raw = rest.substr(0, 1), .begin = offset};
    const auto raw = rest.substr(0, config::character_at(text, offset).bytes);
    return fault(raw, offset, "\"" + std::string{raw} + "\" is not known here",
                 "names are a-z, 0-9 and _; text stands in double quotes");
}

std::size_t find_closing_braces(std::string_view text, std::size_t offset) {
    bool quoted_text = false;
    for (std::size_t i = offset; i < text.size(); ++i) {
        if (quoted_text && text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"')
            ++i;
        else if (text[i] == '"')
            quoted_text = !quoted_text;
        else if (!quoted_text && text.substr(i).starts_with("}}"))
            return i;
    }
    return std::string_view::npos;
}

}  // namespace flows
