// A YAML source made ready for the parser: a scan that knows YAML's quoting, comments, brackets and
// indentation well enough to find what designers get wrong and YAML takes in silence, or refuses
// without saying why. Used by yaml_reader alone.
#pragma once

#include "config/diagnostic.hpp"
#include "config/source.hpp"
#include "config/yaml_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace config {

// Places for many offsets of one text; linear to build, then a binary search each.
class TextIndex {
public:
    explicit TextIndex(std::string_view text);
    Place place(std::size_t offset) const;
    Span span(std::size_t begin, std::size_t end) const { return {place(begin), place(end)}; }
    std::size_t offset(const Place& place) const;
    std::size_t line_start(std::size_t offset) const;
    std::size_t line_end(std::size_t offset) const;  // of its line feed, or of the text

private:
    std::size_t line_index(std::size_t offset) const;
    std::vector<std::size_t> line_starts_{};
    std::vector<std::uint32_t> characters_{};  // that begin before each byte
};

struct ScannedYaml {
    // What the parser reads: as long as the source, byte for byte at the same offset. Characters
    // that a trap made YAML misread are replaced by stand-ins (see `restored`), so that one fault
    // hides no other.
    std::string text{};
    std::unordered_map<std::size_t, std::size_t> scalar_ends{};   // by first byte, behind the last
    std::unordered_map<std::size_t, std::size_t> bracket_ends{};  // of `[…]` and `{…}`
    std::vector<std::size_t> dashes{};                            // of block lists, ascending
    std::vector<YamlComment> comments{};
    std::optional<std::size_t> broken{};  // from here on the structure is a guess
    bool faithful = true;  // the text means what its writer meant, in spite of the findings
    bool refused = false;  // too deep, or too many findings: not to be parsed at all
};

// `text` is valid UTF-8 without control characters and byte order mark; `index` is its own.
ScannedYaml scan_yaml(std::string_view text, const TextIndex& index, const std::string& file,
                      const YamlBounds& bounds, Diagnostics& findings);

// The control character that stands in for `c`, or `c` itself where YAML sees nothing in it.
char stand_in_for(char c);

// The text with every stand-in replaced by the character it stands for.
std::string restored(std::string text);

}  // namespace config
