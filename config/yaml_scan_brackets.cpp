#include "config/ascii.hpp"
#include "config/yaml_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace config {

// A line that cannot belong to brackets which began on a line indented by `parent`.
bool Scanner::leaves_brackets(std::size_t at, int parent) const {
    if (at >= size()) return false;
    if (column(at) == 0 && (is_marker(at, "---") || is_marker(at, "..."))) return true;
    return column(at) <= parent && looks_like_entry(at);
}

std::optional<std::size_t> Scanner::scan_brackets(std::size_t at, int parent) {
    std::vector<Bracket> open;
    const auto push = [&](std::size_t begin) {
        open.push_back({.begin = begin, .map = this->at(begin) == '{'});
        if (open.size() > bounds_.depth) {
            report("SB109", begin, begin + 1,
                   fmt::format("this is nested more than {} levels deep", bounds_.depth),
                   "give the inner parts names of their own");
            result_.refused = true;
            stopped_ = true;
        }
        return begin + 1;
    };
    at = push(at);
    while (!open.empty() && !stopped_) {
        Bracket& top = open.back();
        if (is_blank(at)) {
            ++at;
            continue;
        }
        if (at >= size() || is_line_end(at)) {
            at = next_word(at);
            if (at < size() && !leaves_brackets(at, parent)) continue;
            report("SB101", top.begin, top.begin + 1,
                   fmt::format("this `{}` is never closed", this->at(top.begin)),
                   fmt::format("close it with `{}` where its {} ends", top.map ? '}' : ']',
                               top.map ? "map" : "list"));
            break_at(top.begin);
            resume_ = at < size() ? index_.line_start(at) : size();
            return std::nullopt;
        }
        const char c = this->at(at);
        if (c == ']' || c == '}') {
            complete(top);
            if ((c == '}') != top.map) {
                report("SB101", at, at + 1,
                       fmt::format("`{}` closes the `{}` of line {}", c, this->at(top.begin),
                                   index_.place(top.begin).line),
                       fmt::format("write `{}`", top.map ? '}' : ']'));
                break_at(at);
            }
            ++at;
            result_.bracket_ends[top.begin] = at;
            open.pop_back();
            if (!open.empty()) {
                Bracket& outer = open.back();
                outer.expects = outer.expects == Expects::key ? Expects::colon : Expects::comma;
            }
        } else if ((c == '[' || c == '{') && !(c == '{' && this->at(at + 1) == '{') &&
                   (top.expects == Expects::key || top.expects == Expects::value)) {
            at = push(at);
        } else {
            at = scan_in_brackets(at, top, parent);
        }
    }
    return at;
}

// At an entry that is over: a key alone with a colon inside lacks the space behind it.
void Scanner::complete(Bracket& top) {
    if (top.map && top.expects == Expects::colon && top.key_end > top.key_begin) {
        const std::string_view key = slice(top.key_begin, top.key_end);
        const std::size_t colon = key.find(':');
        if (colon != std::string_view::npos && colon > 0 && colon + 1 < key.size()) {
            report("SB101", top.key_begin + colon, top.key_begin + colon + 1,
                   "a space is missing after the colon",
                   fmt::format("write `{}: {}`", restored(std::string{key.substr(0, colon)}),
                               restored(std::string{key.substr(colon + 1)})));
            result_.faithful = false;
        }
    }
    top.expects = Expects::key;
    top.key_begin = top.key_end = 0;
}

// One token other than a bracket. Gives where the next one begins.
std::size_t Scanner::scan_in_brackets(std::size_t at, Bracket& top, int parent) {
    const char c = this->at(at);
    if (c == ',') {
        complete(top);
        return at + 1;
    }
    const bool quoted_key = top.expects == Expects::colon && top.key_end == top.key_begin;
    if (c == ':' && (is_gap(at + 1) ||
                     std::string_view{",[]{}"}.find(this->at(at + 1)) != std::string_view::npos ||
                     quoted_key)) {
        if (top.expects == Expects::key) {
            report("SB101", at, at + 1, "no key stands before this colon",
                   "write the key, or quote the text");
            break_at(at);
        } else if (top.expects == Expects::comma) {
            colon_in_text(at);
            break_at(at);
        }
        top.expects = Expects::value;
        return at + 1;
    }
    if (c == '#' && !cuts_text(at, std::nullopt)) {
        add_comment(at, false);
        return line_end(at);
    }
    if (top.expects == Expects::colon || top.expects == Expects::comma) {
        const bool glued = at > 0 && this->at(at - 1) == ':';
        report("SB101", at, at + 1,
               glued ? "a space is missing after the colon" : "a comma is missing before this",
               glued ? "write a space between the colon and the value"
                     : "put a comma between two entries, or quotes around the whole text");
        break_at(at);
        top.expects = glued ? Expects::value : Expects::key;
        return at;
    }
    const std::size_t fixed = fix_start(at, true);
    if (fixed != at) return fixed;

    const bool value = top.expects == Expects::value;
    if (c == '"' || c == '\'') {
        if (const auto end = scan_quoted(at, parent, true, !value)) {
            if (!value) note_key(at + 1, *end - 1);
            top.expects = value ? Expects::comma : Expects::colon;
            return *end;
        }
    }
    return scan_plain_in_brackets(at, top, parent);
}

// Where the next entry begins in a text that is cut by the colon of its key, as in `{1: a 2: b}`;
// `begin` where the colon may as well belong to the text. What is spoken has colons of its own.
std::size_t Scanner::entry_without_comma(std::size_t begin, std::size_t colon) const {
    std::size_t key = colon;
    while (key > begin && !is_gap(key - 1))
        --key;
    if (key == begin || key == colon || !is_blank(key - 1)) return begin;
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '*';
    };
    const std::string_view word = slice(key, colon);
    if (!std::all_of(word.begin(), word.end(), is_part)) return begin;
    const char next = at(skip_blanks(colon + 1));
    return !last_key_is_spoken() || next == '{' || next == '[' ? key : begin;
}

std::size_t Scanner::scan_plain_in_brackets(std::size_t begin, Bracket& top, int parent) {
    const bool value = top.expects == Expects::value;
    bool colon_told = false;
    std::size_t at = begin;
    std::size_t end = begin;
    while (at < size()) {
        const char c = this->at(at);
        if (is_line_end(at)) {
            const std::size_t next = next_word(at);
            const bool goes_on =
                next < size() && !leaves_brackets(next, parent) &&
                std::string_view{",[]{}#"}.find(this->at(next)) == std::string_view::npos;
            if (!goes_on) break;
            at = next;
            continue;
        }
        const char next = this->at(at + 1);
        if (c == '{' && next == '{') {
            at = fix_braces(at, begin, true);
            end = trimmed(begin, at);
            continue;
        }
        if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}') break;
        if (c == ':' && (is_gap(at + 1) || next == ',' || next == ']' || next == '}')) {
            if (!value) break;
            if (const std::size_t key = entry_without_comma(begin, at); key > begin) {
                report("SB101", key, at, "a comma is missing before this",
                       "put a comma between two entries, or quotes around the whole text");
                result_.text[key - 1] = ',';  // read as it was meant
                result_.scalar_ends[begin] = trimmed(begin, key);
                top.expects = Expects::key;
                return key;
            }
            if (!colon_told) colon_in_text(at);
            colon_told = true;
            stand_in(at);
        } else if (c == '#' && is_blank(at - 1)) {
            if (!cuts_text(at, begin)) break;
            stand_in(at);
        } else if (c == '?') {
            stand_in(at);  // yaml-cpp ends a text in brackets there; YAML does not
        }
        ++at;
        if (!is_blank(at - 1)) end = at;
    }
    end = std::max(end, begin + 1);
    result_.scalar_ends[begin] = end;
    if (!value) {
        top.key_begin = begin;
        top.key_end = end;
        note_key(begin, end);
    }
    top.expects = value ? Expects::comma : Expects::colon;
    return std::max(at, begin + 1);
}

}  // namespace config
