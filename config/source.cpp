#include "config/source.hpp"

#include "config/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace config {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// A line longer than this is shown in part, around the caret.
constexpr std::size_t widest_line = 200;
constexpr std::size_t before_caret = 80;

struct Shown {
    std::string line{};
    std::string carets{};
};

// Nothing of a file may steer the terminal: what is no printable character is shown as one that is.
Shown draw(std::string_view line, std::size_t begin, std::size_t end) {
    Shown shown;
    const std::size_t length = count_characters(line);
    std::size_t first = 0;
    std::size_t last = length;
    if (length > widest_line) {
        first = begin > before_caret ? std::min(begin - before_caret, length) : 0;
        last = std::min(length, first + widest_line);
    }
    if (first > 0) {
        shown.line += "…";
        shown.carets += ' ';
    }
    std::size_t index = 0;
    for (std::size_t at = 0; at < line.size() && index < last; ++index) {
        const Character character = character_at(line, at);
        at += character.bytes;
        if (index < first) continue;
        int width = 1;
        if (!character.valid) {
            shown.line += "\xEF\xBF\xBD";
        } else if (character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0)) {
            shown.line += character.code == '\t' ? ' ' : '?';
        } else {
            width = display_width(character.code);
            shown.line += line.substr(at - character.bytes, character.bytes);
        }
        const char mark = index == begin ? '^' : index > begin && index < end ? '~' : ' ';
        if (width > 0) shown.carets += mark;
        if (width > 1) shown.carets += mark == ' ' ? ' ' : '~';
    }
    if (last < length) shown.line += "…";
    if (begin >= index) {
        shown.carets.append(std::min(begin - index, widest_line), ' ');
        shown.carets += '^';
    }
    const std::size_t blank = shown.carets.find_last_not_of(' ');
    shown.carets.resize(blank == std::string::npos ? 0 : blank + 1);
    return shown;
}

}  // namespace

std::string_view line_of(std::string_view text, int line) {
    if (line < 1) return {};
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    for (int passed = 1; passed < line; ++passed) {
        const std::size_t line_end = text.find('\n');
        if (line_end == std::string_view::npos) return {};
        text.remove_prefix(line_end + 1);
    }
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

Place place_at(std::string_view text, std::size_t offset) {
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
        offset -= std::min(offset, byte_order_mark.size());
    }
    const std::string_view before = text.substr(0, offset);
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return {.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
            .column = 1 + static_cast<int>(count_characters(before.substr(line_start)))};
}

std::string excerpt(std::string_view text, const Span& span) {
    const std::string_view line = line_of(text, span.begin.line);
    const std::size_t begin = static_cast<std::size_t>(std::max(span.begin.column, 1) - 1);
    std::size_t end = begin + 1;
    if (span.end.line > span.begin.line) {
        end = std::max(end, count_characters(line));
    } else if (span.end.line == span.begin.line && span.end.column > span.begin.column) {
        end = static_cast<std::size_t>(span.end.column - 1);
    }
    const Shown shown = draw(line, begin, end);
    const std::string number = fmt::format("{:>5}", span.begin.line);
    return fmt::format("{} | {}\n{:{}} | {}\n", number, shown.line, "", number.size(),
                       shown.carets);
}

}  // namespace config
