#include "config/ascii.hpp"
#include "config/yaml_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace config {
namespace {

bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

}  // namespace

bool lacks_space(std::string_view text) {
    static constexpr std::array<std::string_view, 14> schemes{
        "http", "https", "ws",   "wss",      "sip",      "sips",   "tel",
        "sim",  "file",  "data", "whatsapp", "postgres", "sqlite", "mailto"};
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 >= text.size()) return false;
    const std::string_view word = text.substr(0, colon);
    if (!std::all_of(word.begin(), word.end(), is_word) || (word[0] >= '0' && word[0] <= '9')) {
        return false;
    }
    if (text[colon + 1] == '/' || text[colon + 1] == ':') return false;
    return std::find(schemes.begin(), schemes.end(), word) == schemes.end() && word != "client";
}

Scanner::Scanner(std::string_view text, const TextIndex& index, const std::string& file,
                 const YamlBounds& bounds, Diagnostics& findings)
    : index_{index}, file_{file}, bounds_{bounds}, findings_{findings}, findings_at_start_{
                                                                            findings.size()} {
    result_.text = text;
}

ScannedYaml Scanner::run() {
    for (std::size_t line = 0; line < size() && !stopped_;)
        line = scan_line(line);
    return std::move(result_);
}

std::size_t Scanner::scan_line(std::size_t line) {
    std::size_t at = line;
    while (this->at(at) == ' ')
        ++at;
    if (this->at(at) == '\t') {
        const std::size_t first = skip_blanks(at);
        if (!is_line_end(first) && this->at(first) != '#') {
            if (!tab_told_) {
                report("SB101", at, first,
                       fmt::format("line {} is indented with a tab", index_.place(at).line),
                       "indent with spaces: YAML allows no tab there");
            }
            tab_told_ = true;
            misindent_ = static_cast<int>(first - line);
            break_at(line);
        } else {
            blank_out(at, first);  // harmless, but yaml-cpp refuses it
        }
        at = first;
    }
    if (is_line_end(at)) return next_line(at);
    if (this->at(at) == '#' && !(reads_as_choice(at) && cuts_text(at, std::nullopt))) {
        add_comment(at, true);
        return next_line(at);
    }
    if (at == line && is_marker(at, "...")) {
        has_ended_ = has_content_ || has_marker_;
        return next_line(at);
    }
    if (has_ended_ || (at == line && is_marker(at, "---") && (has_content_ || has_marker_))) {
        second_document(at);
        return size();
    }
    if (at == line && is_marker(at, "---")) {
        has_marker_ = true;
        at = skip_blanks(at + 3);
        if (is_line_end(at) || this->at(at) == '#') return finish_line(at, "the marker `---`");
        has_content_ = true;
        return scan_value(at, -1);
    }
    if (slice(at, size()).starts_with("%YAML ") || slice(at, size()).starts_with("%TAG ")) {
        report("SB103", at, line_end(at), "directives are not used here", "remove this line");
        result_.text[at] = '#';
        return next_line(at);
    }
    has_content_ = true;
    const int parent = enter_line(at, static_cast<int>(at - line));
    return scan_entry(at, line, parent);
}

void Scanner::second_document(std::size_t at) {
    report(
        "SB101", at, trimmed(at, line_end(at)), "a second document begins here",
        "a file holds one document: remove this line, or move what follows to a file of its own");
    result_.text.resize(at);
    result_.faithful = false;
    stopped_ = true;
}

// Which level the line at `column` belongs to; gives what its continuation lines must exceed.
int Scanner::enter_line(std::size_t at, int column) {
    if (slot_) {
        const Slot slot = *slot_;
        slot_.reset();
        if (column > slot.indent || (column == slot.indent && slot.of_key && is_dash(at))) {
            levels_.push_back({column, Kind::unknown});
            return column > slot.indent ? slot.indent : slot.indent - 1;
        }
    }
    std::optional<Level> left;
    while (levels_.size() > 1 && levels_.back().indent > column) {
        left = levels_.back();
        levels_.pop_back();
    }
    if (levels_.size() > 1 && levels_.back().kind == Kind::list && !is_dash(at) &&
        levels_.back().indent == column && levels_[levels_.size() - 2].indent == column) {
        levels_.pop_back();  // a list stands as far left as the key that holds it
    }
    if (levels_.empty()) levels_.push_back({column, Kind::unknown});
    if (levels_.back().indent == column) {
        misindent_ = -1;
        return column;
    }
    const int above = levels_.back().indent;
    const bool as_left = left && column > above && left->indent - column <= column - above;
    if (as_left) levels_.push_back(*left);
    if (misindent_ != column && !tab_told_) {  // how far a tab indents nobody knows
        const std::size_t end = trimmed(at, plain_stop(at, at));
        report("SB101", at, std::max(end, at + 1),
               fmt::format("this line is indented by {}; its siblings by {}", column,
                           levels_.back().indent),
               "lines that belong together begin in the same column; a text that goes on over "
               "several lines needs quotes");
    }
    misindent_ = column;
    excused_ = at;
    break_at(at);
    return column;
}

// What stands at `column` is an entry of a `kind`: the level's first, or one more of the same.
void Scanner::settle(std::size_t at, int column, Kind kind) {
    if (levels_.empty() || levels_.back().indent < column) {
        if (excused_ != at) levels_.push_back({column, kind});
        return;
    }
    Level& level = levels_.back();
    if (level.kind == Kind::unknown) level.kind = kind;
    if (level.kind == kind || excused_ == at) return;
    excused_ = at;
    break_at(at);
    if (tab_told_) return;
    const std::size_t end = std::max(trimmed(at, plain_stop(at, at)), at + 1);
    if (kind == Kind::list) {
        report("SB101", at, end, "an item of a list stands among keys",
               "indent it below the key whose list it belongs to, or remove the dash");
    } else {
        report("SB101", at, end, "a key stands among the items of a list",
               "put `- ` before it if it is the next item; indent it by two more if it belongs to "
               "the item above");
    }
}

// A text where an entry could stand: right as the whole value of a key above or of a dash, wrong
// among keys.
void Scanner::settle_scalar(std::size_t at, int column, bool line_begins) {
    const std::size_t end = trimmed(at, plain_stop(at, at));
    const std::string_view line = slice(at, end);
    const bool among_keys = line_begins && !levels_.empty() && levels_.back().indent == column &&
                            levels_.back().kind != Kind::unknown;
    const bool whole = levels_.size() == 1 && line_begins && !among_keys;
    if (line_begins && !among_keys && !levels_.empty() && levels_.back().kind == Kind::unknown &&
        levels_.back().indent == column && levels_.size() > 1) {
        levels_.pop_back();
    }
    if (excused_ == at) return;
    const std::size_t colon = at + line.find(':');
    const bool small = std::all_of(
        line.begin(), line.begin() + static_cast<long>(std::min(line.find(':'), line.size())),
        [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
    if (lacks_space(line) && (among_keys || whole || small)) {
        report("SB101", colon, colon + 1, "a space is missing after the colon",
               fmt::format("write `{}: {}`, or put quotes around it if it is one text",
                           restored(std::string{slice(at, colon)}),
                           restored(std::string{slice(colon + 1, end)})));
        result_.faithful = false;
        if (among_keys || whole) break_at(at);
    } else if (among_keys) {
        report("SB101", at, std::max(end, at + 1),
               levels_.back().kind == Kind::map
                   ? "this line is no `key: value` like those around it"
                   : "this line is no item like those around it",
               "a colon or a dash is missing; or, if it goes on with the text above, put that text "
               "in quotes and indent this line more");
        break_at(at);
    }
}

// Whether nothing stands at `at` but perhaps a comment: then the value may follow below.
bool Scanner::open_slot(std::size_t at, int indent, bool of_key) {
    if (!is_line_end(at)) {
        if (this->at(at) != '#' || cuts_text(at, std::nullopt)) return false;
        add_comment(at, false);
    }
    slot_ = Slot{.indent = indent, .of_key = of_key};
    return true;
}

std::size_t Scanner::scan_entry(std::size_t at, std::size_t line, int parent) {
    const std::size_t line_begin = at;
    int column = static_cast<int>(at - line);
    while (is_dash(at)) {
        result_.dashes.push_back(at);
        settle(at, column, Kind::list);
        parent = column;
        at = skip_blanks(at + 1);
        if (open_slot(at, parent, false)) return next_line(at);
        if (excused_ == line_begin) excused_ = at;
        column = static_cast<int>(at - line);
    }
    const bool line_begins = at == line_begin;
    const std::size_t fixed = fix_start(at, false);
    if (fixed != at) {
        if (excused_ == at) excused_ = fixed;
        at = fixed;
        if (is_line_end(at)) {
            slot_ = Slot{.indent = parent, .of_key = false};
            return next_line(at);
        }
    }
    std::optional<std::size_t> colon;
    if (this->at(at) == '"' || this->at(at) == '\'') {
        if (const auto end = scan_quoted(at, parent, false, true)) {
            colon = key_colon(at, *end);
            if (colon) {
                note_key(at + 1, *end - 1);
            } else {
                settle_scalar(at, column, line_begins);
                return finish_line(*end, "the closing quote");
            }
        }
    }
    const bool text_begins = this->at(at) != '[' && this->at(at) != '{' && !is_block_header(at);
    if (!colon && text_begins) {
        const std::size_t stop = plain_stop(at, at);
        if (this->at(stop) == ':') {
            colon = stop;
            result_.scalar_ends[at] = trimmed(at, stop);
            note_key(at, trimmed(at, stop));
        }
    }
    if (!colon) {
        settle_scalar(at, column, line_begins);
        return scan_rest(at, parent, true);
    }
    settle(at, column, Kind::map);
    const std::size_t value = skip_blanks(*colon + 1);
    if (open_slot(value, column, true)) return next_line(value);
    return scan_value(value, column);
}

std::optional<std::size_t> Scanner::key_colon(std::size_t at, std::size_t end) const {
    const std::size_t colon = skip_blanks(end);
    const bool same_line = index_.line_start(at) == index_.line_start(end);
    if (same_line && this->at(colon) == ':' && is_gap(colon + 1)) return colon;
    return std::nullopt;
}

// The value of a key, on the key's own line.
std::size_t Scanner::scan_value(std::size_t at, int parent) {
    if (is_dash(at)) {
        report("SB101", at, at + 1, "a list cannot begin on the line of its key",
               "put each `- item` on a line of its own below the key, or quote the text");
        stand_in(at);
        result_.faithful = false;
    }
    const std::size_t fixed = fix_start(at, false);
    if (fixed != at && open_slot(fixed, parent, true)) return next_line(fixed);
    at = fixed;
    if (this->at(at) == '"' || this->at(at) == '\'') {
        if (const auto end = scan_quoted(at, parent, false, false)) {
            return finish_line(*end, "the closing quote");
        }
    }
    return scan_rest(at, parent, false);
}

std::size_t Scanner::scan_rest(std::size_t at, int parent, bool entry) {
    if (is_block_header(at)) return scan_block_scalar(at, parent);
    if (this->at(at) != '[' && this->at(at) != '{') return scan_plain(at, parent);
    const auto end = scan_brackets(at, parent);
    if (!end) return resume_;
    if (entry && key_colon(at, *end)) {
        report("SB101", at, *end, "a list or map cannot be a key", "write the key as one word");
        break_at(at);
        return next_line(*end);
    }
    return finish_line(*end, "the closing bracket");
}

std::size_t Scanner::scan_block_scalar(std::size_t at, int parent) {
    std::size_t end = at;
    while (!is_gap(end))
        ++end;
    result_.scalar_ends[at] = end;
    const std::size_t comment = skip_blanks(end);
    if (this->at(comment) == '#') add_comment(comment, false);
    std::size_t line = next_line(end);
    while (line < size()) {
        const std::size_t first = skip_blanks(line);
        if (!is_line_end(first) && column(first) <= parent) break;
        if (first == line && (is_marker(line, "---") || is_marker(line, "..."))) break;
        line = next_line(first);
    }
    return line;
}

std::size_t Scanner::finish_line(std::size_t at, std::string_view behind) {
    const std::size_t rest = skip_blanks(at);
    if (is_line_end(rest)) return next_line(rest);
    if (this->at(rest) == '#' && (rest > at || is_blank(rest - 1))) {
        add_comment(rest, false);
    } else {
        report("SB101", rest, trimmed(rest, line_end(rest)),
               fmt::format("this stands behind {}", behind),
               "one value ends there: remove what follows, or put quotes around the whole text");
        break_at(rest);
    }
    return next_line(rest);
}

std::size_t Scanner::skip_blanks(std::size_t offset) const {
    while (is_blank(offset))
        ++offset;
    return offset;
}

std::size_t Scanner::line_end(std::size_t offset) const {
    const std::size_t end = std::min(index_.line_end(offset), size());
    return end > offset && end < size() && at(end - 1) == '\r' ? end - 1 : end;
}

std::size_t Scanner::next_line(std::size_t offset) const {
    const std::size_t feed = text().find('\n', offset);
    return feed == std::string::npos ? size() : feed + 1;
}

std::size_t Scanner::next_word(std::size_t offset) const {
    while (offset < size() && is_gap(offset))
        ++offset;
    return offset;
}

std::size_t Scanner::trimmed(std::size_t begin, std::size_t end) const {
    while (end > begin && is_blank(end - 1))
        --end;
    return end;
}

int Scanner::column(std::size_t offset) const {
    return static_cast<int>(offset - index_.line_start(offset));
}

bool Scanner::is_marker(std::size_t offset, std::string_view marker) const {
    return slice(offset, size()).starts_with(marker) && is_gap(offset + marker.size());
}

// One word and a colon, or a dash: what no text goes on with.
bool Scanner::looks_like_entry(std::size_t offset) const {
    if (is_dash(offset)) return true;
    const char quote = at(offset);
    std::size_t end = offset;
    if (quote == '"' || quote == '\'') {
        const std::string_view rest = slice(offset + 1, line_end(offset));
        const std::size_t length = rest.find(quote);
        if (length == std::string_view::npos) return false;
        end = offset + length + 2;
    } else {
        while (is_word(at(end)) || at(end) == '-' || at(end) == '*' || at(end) == '.')
            ++end;
    }
    return end > offset && at(end) == ':' && is_gap(end + 1);
}

bool Scanner::is_block_header(std::size_t offset) const {
    if (at(offset) != '|' && at(offset) != '>') return false;
    std::size_t end = offset + 1;
    while (at(end) == '+' || at(end) == '-' || (at(end) >= '1' && at(end) <= '9'))
        ++end;
    const std::size_t rest = skip_blanks(end);
    return end - offset <= 3 && (is_line_end(rest) || (at(rest) == '#' && rest > end));
}

// Where an unquoted text ends on its line: at a colon with a gap behind it, a ` #`, or the end.
std::size_t Scanner::plain_stop(std::size_t begin, std::size_t from) const {
    std::size_t stop = from;
    for (; !is_line_end(stop); ++stop) {
        if (at(stop) == ':' && is_gap(stop + 1)) break;
        if (at(stop) == '#' && stop > begin && is_blank(stop - 1)) break;
    }
    return stop;
}

void Scanner::report(std::string_view code, std::size_t begin, std::size_t end, std::string message,
                     std::string hint) {
    if (stopped_) return;
    findings_.push_back({.code = std::string{code},
                         .message = std::move(message),
                         .hint = std::move(hint),
                         .file = file_,
                         .span = index_.span(begin, std::max(begin, end))});
    if (findings_.size() - findings_at_start_ >= most_findings) {
        result_.refused = true;
        stopped_ = true;
    }
}

void Scanner::stand_in(std::size_t offset) { result_.text[offset] = stand_in_for(at(offset)); }

void Scanner::stand_in(std::size_t begin, std::size_t end) {
    for (; begin < end; ++begin)
        stand_in(begin);
}

void Scanner::blank_out(std::size_t begin, std::size_t end) {
    for (; begin < end; ++begin)
        result_.text[begin] = ' ';
}

void Scanner::break_at(std::size_t offset) {
    result_.faithful = false;
    if (!result_.broken || *result_.broken > offset) result_.broken = offset;
}

ScannedYaml scan_yaml(std::string_view text, const TextIndex& index, const std::string& file,
                      const YamlBounds& bounds, Diagnostics& findings) {
    return Scanner{text, index, file, bounds, findings}.run();
}

}  // namespace config
