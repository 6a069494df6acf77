#include "config/utf8.hpp"
#include "config/yaml_text.hpp"

#include <algorithm>

namespace config {
namespace {

// Characters that mean something to YAML, and the control characters that stand in for them: a
// source holds none of those (SB112), and to the parser they are letters. Not 0x04: yaml-cpp's end
// of file; not tab, line feed, carriage return.
constexpr std::string_view meaningful = "#*{}[],:&!@`%'\"|>?-\\";
constexpr std::string_view stand_ins =
    "\x01\x02\x03\x05\x06\x07\x08\x0b\x0c\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18";
static_assert(meaningful.size() == stand_ins.size());

}  // namespace

char stand_in_for(char c) {
    const std::size_t index = meaningful.find(c);
    return index == std::string_view::npos ? c : stand_ins[index];
}

std::string restored(std::string text) {
    for (char& c : text) {
        const std::size_t index = stand_ins.find(c);
        if (index != std::string_view::npos) c = meaningful[index];
    }
    return text;
}

TextIndex::TextIndex(std::string_view text) : line_starts_{0} {
    characters_.reserve(text.size() + 1);
    std::uint32_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = character_at(text, at).bytes;
        for (std::size_t index = 0; index < bytes; ++index)
            characters_.push_back(count);
        ++count;
        at += bytes;
        if (text[at - 1] == '\n') line_starts_.push_back(at);
    }
    characters_.push_back(count);
}

std::size_t TextIndex::line_index(std::size_t offset) const {
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    return static_cast<std::size_t>(after - line_starts_.begin()) - 1;
}

std::size_t TextIndex::line_start(std::size_t offset) const {
    return line_starts_[line_index(offset)];
}

std::size_t TextIndex::line_end(std::size_t offset) const {
    const std::size_t next = line_index(offset) + 1;
    return next < line_starts_.size() ? line_starts_[next] - 1 : characters_.size() - 1;
}

Place TextIndex::place(std::size_t offset) const {
    offset = std::min(offset, characters_.size() - 1);
    const std::size_t line = line_index(offset);
    return {.line = static_cast<int>(line) + 1,
            .column = static_cast<int>(characters_[offset] - characters_[line_starts_[line]]) + 1};
}

std::size_t TextIndex::offset(const Place& place) const {
    const std::size_t line =
        std::min(static_cast<std::size_t>(std::max(place.line, 1)), line_starts_.size()) - 1;
    const auto begin = characters_.begin() + static_cast<std::ptrdiff_t>(line_starts_[line]);
    const std::uint32_t wanted = *begin + static_cast<std::uint32_t>(std::max(place.column, 1) - 1);
    const auto found = std::lower_bound(begin, characters_.end(), wanted);
    return std::min(static_cast<std::size_t>(found - characters_.begin()), characters_.size() - 1);
}

}  // namespace config
