// The scan behind yaml_text.hpp. A position is a byte offset; a column counts spaces from 0. Each
// trap is reported where it is met and then repaired in place, so that the scan goes on.
#pragma once

#include "config/yaml_text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace config {

class Scanner {
public:
    Scanner(std::string_view text, const TextIndex& index, const std::string& file,
            const YamlBounds& bounds, Diagnostics& findings);
    ScannedYaml run();

private:
    enum class Kind { unknown, map, list };
    struct Level {
        int indent = 0;
        Kind kind = Kind::unknown;
    };
    // A key or a dash with nothing behind it: what follows may be indented more.
    struct Slot {
        int indent = -1;
        bool of_key = false;
    };
    enum class Expects { key, colon, value, comma };  // in brackets
    struct Bracket {
        std::size_t begin = 0;
        bool map = false;
        Expects expects = Expects::key;
        std::size_t key_begin = 0;  // the plain key, for `{1:operator}`
        std::size_t key_end = 0;
    };

    // yaml_scan_block.cpp: lines, keys, dashes, indentation
    std::size_t scan_line(std::size_t line);
    std::size_t scan_entry(std::size_t at, std::size_t line, int parent);
    std::size_t scan_value(std::size_t at, int parent);
    std::size_t scan_rest(std::size_t at, int parent, bool entry);
    std::size_t scan_block_scalar(std::size_t at, int parent);
    std::size_t finish_line(std::size_t at, std::string_view behind);
    std::optional<std::size_t> key_colon(std::size_t at, std::size_t end) const;
    int enter_line(std::size_t at, int column);
    void settle(std::size_t at, int column, Kind kind);
    void settle_scalar(std::size_t at, int column, bool line_begins);
    bool open_slot(std::size_t at, int indent, bool of_key);
    void second_document(std::size_t at);

    // yaml_scan_brackets.cpp: `[…]` and `{…}`; empty where one is never closed (then `resume_`)
    std::optional<std::size_t> scan_brackets(std::size_t at, int parent);
    std::size_t scan_in_brackets(std::size_t at, Bracket& top, int parent);
    std::size_t scan_plain_in_brackets(std::size_t at, Bracket& top, int parent);
    std::size_t entry_without_comma(std::size_t begin, std::size_t colon) const;
    bool leaves_brackets(std::size_t at, int parent) const;
    void complete(Bracket& top);

    // yaml_scan_text.cpp: scalars, comments, and characters with which no text can begin
    std::size_t fix_start(std::size_t at, bool in_brackets);
    std::size_t fix_anchor_or_tag(std::size_t at);
    void fix_star(std::size_t at);
    std::size_t fix_braces(std::size_t at, std::size_t text_begin, bool in_brackets);
    std::size_t scan_plain(std::size_t at, int parent);
    std::optional<std::size_t> scan_quoted(std::size_t at, int parent, bool in_brackets,
                                           bool entry);
    std::optional<std::size_t> never_closed(std::size_t at, bool in_brackets, bool entry);
    std::optional<std::size_t> closed_early(std::size_t at, std::size_t quote, int parent,
                                            bool in_brackets, bool entry);
    bool cuts_text(std::size_t hash, std::optional<std::size_t> text_begin);
    bool reads_as_choice(std::size_t hash) const;
    void add_comment(std::size_t hash, bool alone);
    void colon_in_text(std::size_t colon);
    void note_key(std::size_t begin, std::size_t end);
    bool last_key_is_spoken() const;
    bool is_key(std::size_t at) const;

    // Looking at the text
    const std::string& text() const { return result_.text; }
    std::size_t size() const { return result_.text.size(); }
    char at(std::size_t offset) const { return offset < size() ? result_.text[offset] : '\n'; }
    std::string_view slice(std::size_t begin, std::size_t end) const {
        return std::string_view{result_.text}.substr(begin, end - begin);
    }
    bool is_blank(std::size_t offset) const { return at(offset) == ' ' || at(offset) == '\t'; }
    bool is_line_end(std::size_t offset) const {
        return at(offset) == '\n' || (at(offset) == '\r' && at(offset + 1) == '\n');
    }
    bool is_gap(std::size_t offset) const { return is_blank(offset) || is_line_end(offset); }
    std::size_t skip_blanks(std::size_t offset) const;
    std::size_t line_end(std::size_t offset) const;
    std::size_t next_line(std::size_t offset) const;
    std::size_t next_word(std::size_t offset) const;  // over blanks and line ends
    std::size_t trimmed(std::size_t begin, std::size_t end) const;
    int column(std::size_t offset) const;
    bool is_marker(std::size_t offset, std::string_view marker) const;
    bool is_dash(std::size_t offset) const { return at(offset) == '-' && is_gap(offset + 1); }
    bool looks_like_entry(std::size_t offset) const;
    bool is_block_header(std::size_t offset) const;
    std::size_t plain_stop(std::size_t begin, std::size_t from) const;

    // Telling and repairing
    void report(std::string_view code, std::size_t begin, std::size_t end, std::string message,
                std::string hint);
    void stand_in(std::size_t offset);
    void stand_in(std::size_t begin, std::size_t end);
    void blank_out(std::size_t begin, std::size_t end);
    void break_at(std::size_t offset);  // the structure is a guess from here on

    ScannedYaml result_{};
    const TextIndex& index_;
    const std::string& file_;
    const YamlBounds& bounds_;
    Diagnostics& findings_;
    std::size_t findings_at_start_ = 0;

    std::vector<Level> levels_{};
    std::optional<Slot> slot_{Slot{}};
    std::string last_key_{};
    int misindent_ = -1;                       // of the last line that was told to be wrong
    std::size_t excused_ = std::string::npos;  // an entry that already has its finding
    std::size_t resume_ = 0;
    std::size_t no_close_until_ = 0;  // no `}}` stands before it: searching again would be in vain
    bool has_content_ = false;
    bool has_marker_ = false;
    bool has_ended_ = false;
    bool tab_told_ = false;
    bool stopped_ = false;
};

// True for `say:hello`: a word, a colon, and something that is not the rest of a URL.
bool lacks_space(std::string_view text);

}  // namespace config
