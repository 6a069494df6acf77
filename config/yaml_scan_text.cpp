#include "config/ascii.hpp"
#include "config/yaml_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace config {
namespace {

bool is_small(char c) { return c >= 'a' && c <= 'z'; }

// `en-US`, `es`: the key of a text in one language.
bool is_language(std::string_view key) {
    if (key.size() == 2) return is_small(key[0]) && is_small(key[1]);
    return key.size() >= 5 && key.size() <= 12 && is_small(key[0]) && is_small(key[1]) &&
           (key[2] == '-' || key[3] == '-');
}

bool is_spoken(std::string_view key) {
    static constexpr std::array<std::string_view, 10> keys{
        "say",     "again",   "text",    "words",  "confirm",
        "noinput", "nomatch", "whisper", "screen", "ssml"};
    return std::find(keys.begin(), keys.end(), key) != keys.end() || is_language(key);
}

// Words that go on behind a ` # `: several words, no end of a sentence before it, and none that
// begins behind it.
bool goes_on(std::string_view before, std::string_view behind) {
    if (before.find(' ') == std::string_view::npos || behind.empty()) return false;
    if (std::string_view{".!?:"}.find(before.back()) != std::string_view::npos) return false;
    return is_small(behind[0]) || is_digit(behind[0]);
}

// The first words of a text, for a message.
std::string beginning(std::string_view text) {
    constexpr std::size_t longest = 24;
    if (text.size() <= longest) return restored(std::string{text});
    std::size_t end = text.rfind(' ', longest);
    if (end == std::string_view::npos || end == 0) {
        end = longest;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            ++end;
    }
    return restored(std::string{text.substr(0, end)}) + "…";
}

}  // namespace

// A word with the colon of a key behind it.
bool Scanner::is_key(std::size_t at) const {
    std::size_t end = at;
    while (is_small(this->at(end)) || is_digit(this->at(end)) || this->at(end) == '_')
        ++end;
    return end > at && this->at(end) == ':' && is_gap(end + 1);
}

bool Scanner::last_key_is_spoken() const { return is_spoken(last_key_); }

void Scanner::note_key(std::size_t begin, std::size_t end) {
    const std::string_view key = slice(begin, std::min(end, begin + 40));
    last_key_ = key;
    if (key == "<<" && at(begin) != '"') {
        const bool quoted = begin > 0 && (at(begin - 1) == '"' || at(begin - 1) == '\'');
        if (quoted) return;
        report("SB103", begin, end, "the merge key `<<` is not used here",
               "write the entries out, or name what is shared (words go under `prompts`)");
        result_.faithful = false;
    }
}

void Scanner::add_comment(std::size_t hash, bool alone) {
    result_.comments.push_back({.text = std::string{slice(hash + 1, line_end(hash))},
                                .place = index_.place(hash),
                                .alone = alone});
}

// `#: operator`, or `#1: go_on`: a choice for the hash key that YAML takes for a comment.
bool Scanner::reads_as_choice(std::size_t hash) const {
    std::size_t end = hash + 1;
    while (is_digit(at(end)) || at(end) == '*' || at(end) == '#')
        ++end;
    if (at(end) != ':' || !is_gap(end + 1)) return false;
    if (end == hash + 1) return true;
    std::size_t place = skip_blanks(end + 1);
    if (at(place) == '{' || at(place) == '[') return true;
    const std::size_t begin = place;
    while (is_small(at(place)) || is_digit(at(place)) || at(place) == '_' || at(place) == '/') {
        ++place;
    }
    return place > begin && is_line_end(skip_blanks(place));
}

// Whether the comment at `hash` was meant as words; then it is told, and made part of the text.
bool Scanner::cuts_text(std::size_t hash, std::optional<std::size_t> text_begin) {
    const std::size_t word = skip_blanks(hash + 1);
    if (slice(word, size()).starts_with("allow SB")) return false;

    const bool choice = !text_begin && reads_as_choice(hash);
    const bool single = hash > 1 && is_blank(hash - 1) && !is_gap(hash - 2);
    const bool glued = single && !is_blank(hash + 1);
    const bool spoken = single && text_begin && is_spoken(last_key_) &&
                        goes_on(slice(*text_begin, trimmed(*text_begin, hash)),
                                slice(word, trimmed(word, line_end(word))));
    if (!choice && !glued && !spoken) return false;

    const std::size_t end = std::max(hash + 1, trimmed(hash, line_end(hash)));
    if (choice) {
        const std::size_t colon = text().find(':', hash);
        const std::string key{slice(hash, colon)};
        std::string place{slice(skip_blanks(colon + 1), std::max(colon + 1, end))};
        if (place.size() > 40) place = "…";
        report("SB111", hash, end,
               key == "#"
                   ? std::string{"this looks like a choice for the hash key, but it is a "
                                 "comment"}
                   : fmt::format("this looks like a choice for `{}`, but it is a comment", key),
               fmt::format("quote it: `\"{}\": {}`", key, place));
        stand_in(hash, colon);
    } else {
        report("SB111", hash, end,
               "everything from ` #` is a comment and will not be spoken or used",
               spoken && !glued
                   ? "put the text in quotes; if it is a comment, put two blanks before the `#`"
                   : "put the text in quotes; if it is a comment, put a blank behind the `#`");
        stand_in(hash);
    }
    return true;
}

void Scanner::colon_in_text(std::size_t colon) {
    report("SB101", colon, colon + 1, "a colon followed by a space needs quotes around the text",
           "put the whole text in quotes; or, if this begins a new entry, put it on a line of its "
           "own (in brackets: behind a comma)");
}

std::size_t Scanner::scan_plain(std::size_t begin, int parent) {
    std::size_t from = begin;
    std::size_t end = begin;
    std::size_t next = begin;
    bool colon_told = false;
    for (;;) {
        const std::size_t stop = plain_stop(begin, from);
        if (at(stop) == ':') {
            if (!colon_told) colon_in_text(stop);
            colon_told = true;
            stand_in(stop);
            from = stop + 1;
            continue;
        }
        const bool comment = at(stop) == '#';
        if (comment && cuts_text(stop, begin)) {
            stand_in(stop);
            from = stop + 1;
            continue;
        }
        end = std::max(trimmed(begin, stop), end);
        next = next_line(stop);
        if (comment) {
            add_comment(stop, false);
            break;
        }
        const std::size_t word = next_word(next);
        const bool goes_on =
            word < size() && column(word) > parent && at(word) != '#' &&
            !(column(word) == 0 && (is_marker(word, "---") || is_marker(word, "..."))) &&
            !looks_like_entry(word) && at(index_.line_start(word)) != '\t';
        if (!goes_on) break;
        from = word;
    }
    result_.scalar_ends[begin] = std::max(end, begin + 1);
    return next;
}

// A quoted text from its opening quote. Gives the byte behind the closing one; or empty where the
// quotes were a fault and the text is to be read again, as an unquoted one.
std::optional<std::size_t> Scanner::scan_quoted(std::size_t begin, int parent, bool in_brackets,
                                                bool entry) {
    const char quote = at(begin);
    bool several_lines = false;
    std::size_t at = begin + 1;
    for (;; ++at) {
        if (at >= size()) return never_closed(begin, in_brackets, entry);
        const char c = this->at(at);
        if (quote == '"' && c == '\\' && this->at(at + 1) != '\n' && this->at(at + 1) != '\r') {
            ++at;
        } else if (c == quote) {
            if (quote != '\'' || this->at(at + 1) != '\'') break;
            ++at;
        } else if (c == '\n') {
            several_lines = true;
            const std::size_t word = next_word(at);
            if (word >= size()) return never_closed(begin, in_brackets, entry);
            const bool marker =
                column(word) == 0 && (is_marker(word, "---") || is_marker(word, "..."));
            if (column(word) <= parent || marker) return never_closed(begin, in_brackets, entry);
            at = word - 1;
        }
    }
    const std::size_t end = at + 1;
    const std::size_t rest = skip_blanks(end);
    const char next = this->at(rest);
    const bool key = next == ':' && (is_gap(rest + 1) || in_brackets);
    const bool over = in_brackets && (next == ',' || next == ']' || next == '}');
    if (is_line_end(rest) || (next == '#' && rest > end) || key || over) {
        result_.scalar_ends[begin] = end;
        return end;
    }
    const std::size_t before = trimmed(begin, at);
    const bool opens =
        std::string_view{":,[{"}.find(this->at(before - 1)) != std::string_view::npos;
    if (several_lines || (in_brackets && opens)) return never_closed(begin, in_brackets, entry);
    if (entry && next == ':') {
        report("SB101", rest, rest + 1, "a space is missing after the colon",
               "write a space between the colon and the value");
        excused_ = begin;
        break_at(begin);
        stand_in(begin, line_end(begin));
        return std::nullopt;
    }
    const bool neighbour = next == '"' || next == '\'' || next == '[' || next == '{';
    if (in_brackets && rest > end && (neighbour || is_key(rest))) {
        result_.scalar_ends[begin] = end;
        return end;  // a comma is missing, which is told there
    }
    return closed_early(begin, at, parent, in_brackets, entry);
}

std::optional<std::size_t> Scanner::never_closed(std::size_t begin, bool in_brackets, bool entry) {
    report("SB110", begin, begin + 1, "this quote is never closed",
           fmt::format("put a {} where the text ends", at(begin)));
    const std::size_t stop = plain_stop(begin, begin);
    if (in_brackets || (entry && at(stop) == ':')) {
        stand_in(begin);
        result_.faithful = false;
    } else {
        stand_in(begin, line_end(begin));
    }
    return std::nullopt;
}

// `'Don't hang up'`: text stands behind the quote that closes.
std::optional<std::size_t> Scanner::closed_early(std::size_t begin, std::size_t quote, int parent,
                                                 bool in_brackets, bool entry) {
    const char c = at(begin);
    report("SB101", quote, quote + 1,
           fmt::format("the quote closes after `{}`", beginning(slice(begin + 1, quote))),
           c == '\'' ? "use double quotes around the text, or write '' for each quote inside"
                     : "write \\\" for a quote inside the text, or use single quotes around it");
    std::size_t last = begin;
    const std::size_t line = line_end(quote);
    for (std::size_t next = quote + 1; next < line; ++next) {
        if (at(next) != c) continue;
        const std::size_t rest = skip_blanks(next + 1);
        const bool over = in_brackets && (at(rest) == ',' || at(rest) == ']' || at(rest) == '}');
        const bool key = entry && at(rest) == ':' && is_gap(rest + 1);
        if (is_line_end(rest) || over || key || (at(rest) == '#' && rest > next + 1)) last = next;
        if (last == next && in_brackets) break;
    }
    if (last == begin) {
        if (in_brackets || entry) {
            stand_in(begin);
            result_.faithful = false;
        } else {
            stand_in(begin, line);
        }
        return std::nullopt;
    }
    for (std::size_t inside = begin + 1; inside < last; ++inside) {
        if (at(inside) == c) stand_in(inside);
    }
    return scan_quoted(begin, parent, in_brackets, entry);
}

// Text that begins with `{{`, or holds it inside brackets. Gives where the text ends.
std::size_t Scanner::fix_braces(std::size_t braces, std::size_t begin, bool in_brackets) {
    const std::size_t line = line_end(braces);
    std::size_t end = line;
    if (in_brackets) {
        std::size_t close = line;
        if (braces >= no_close_until_)
            close = braces + std::min(slice(braces, line).find("}}"), line - braces);
        if (close == line) no_close_until_ = line;
        end = close < line ? close + 2 : braces + 2;
        while (end < line && std::string_view{",]}"}.find(at(end)) == std::string_view::npos &&
               !(at(end) == '{' && at(end + 1) == '{')) {
            ++end;
        }
    } else {
        for (std::size_t hash = braces + 1; hash < line && end == line; ++hash) {
            if (at(hash) == '#' && is_blank(hash - 1) && at(hash + 1) == ' ') end = hash;
        }
    }
    if (excused_ != begin) {
        const std::size_t text_end = trimmed(begin, end);
        report("SB104", begin, text_end,
               begin == braces ? "a text that begins with `{{` must stand in quotes"
                               : "a text with `{{` inside brackets must stand in quotes",
               fmt::format("write \"{}\"", beginning(slice(begin, text_end))));
        excused_ = begin;
    }
    stand_in(braces, trimmed(braces, end));
    return end;
}

void Scanner::fix_star(std::size_t star) {
    std::size_t end = star;
    while (at(end) == '*' || at(end) == '#' || is_digit(at(end)))
        ++end;
    const std::size_t rest = skip_blanks(end);
    const bool alone =
        is_gap(end) || std::string_view{",:]}"}.find(at(end)) != std::string_view::npos;
    const std::string_view token = slice(star, end);
    if (alone && at(rest) == ':') {
        const std::size_t line = line_end(rest);
        std::string place{slice(skip_blanks(rest + 1), std::max(rest + 1, trimmed(rest, line)))};
        place.resize(std::min(place.size(), place.find_first_of(",}[{\"' ")));
        report("SB103", star, end,
               token == "*" ? std::string{"the star key must be quoted"}
                            : fmt::format("the key {} must be quoted", token),
               fmt::format("write `\"{}\": {}`", token, place.empty() ? "…" : place));
    } else if (alone) {
        report("SB103", star, end, fmt::format("`{}` must be quoted: a star names an alias", token),
               fmt::format("write \"{}\"", token));
    } else {
        while (!is_gap(end) && std::string_view{",]}"}.find(at(end)) == std::string_view::npos) {
            ++end;
        }
        report("SB103", star, end, "aliases are not used here",
               "name what is shared (words go under `prompts`, steps in a state of their own); "
               "quote it if it is a text");
        result_.faithful = false;
    }
    stand_in(star, star + token.size());
}

std::size_t Scanner::fix_anchor_or_tag(std::size_t begin) {
    std::size_t end = begin;
    while (!is_gap(end) && std::string_view{",[]{}"}.find(at(end)) == std::string_view::npos)
        ++end;
    const std::size_t rest = skip_blanks(end);
    const bool tag = at(begin) == '!';
    const bool before_value =
        std::string_view{"[{\"'|>&!"}.find(at(rest)) != std::string_view::npos;
    if (tag) {
        report("SB103", begin, end, "tags are not used here; quote the text",
               fmt::format("write \"{}\"", beginning(slice(begin, trimmed(begin, line_end(end))))));
    } else {
        report("SB103", begin, end, "anchors are not used here",
               "name what is shared (words go under `prompts`, steps in a state of their own); "
               "quote it if it is a text");
    }
    if (tag && at(begin + 1) != '!' && at(begin + 1) != '<' && !before_value) {
        stand_in(begin);
        return begin;
    }
    blank_out(begin, end);
    result_.faithful = false;
    return rest;
}

// Repairs a character with which no text can begin. Gives where the text begins then.
std::size_t Scanner::fix_start(std::size_t begin, bool in_brackets) {
    const char c = at(begin);
    bool wrong = false;
    switch (c) {
    case '{':
        if (at(begin + 1) != '{') return begin;
        fix_braces(begin, begin, in_brackets);
        return begin;
    case '*':
        fix_star(begin);
        return begin;
    case '!':
        return fix_anchor_or_tag(begin);
    case '&':
        if (!is_gap(begin + 1)) return fix_anchor_or_tag(begin);
        wrong = true;
        break;
    case '@':
    case '`':
    case '%':
        wrong = true;
        break;
    case '|':
    case '>':
        wrong = in_brackets || !is_block_header(begin);
        break;
    case ']':
    case '}':
    case ',':
        wrong = !in_brackets;
        break;
    case '?':
    case '-':
    case ':':
        wrong = is_gap(begin + 1);
        break;
    default:
        break;
    }
    if (!wrong) return begin;
    report("SB101", begin, begin + 1, fmt::format("a text cannot begin with `{}`; quote it", c),
           "put the whole text in quotes");
    stand_in(begin);
    return begin;
}

}  // namespace config
