// YAML as nodes that know their place. YAML decides no types here: every scalar is its text, and
// the reader of a field says what it means. The one door to yaml-cpp.
#pragma once

#include "config/diagnostic.hpp"
#include "config/source.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace config {

struct YamlNode {
    enum class Kind { null, scalar, list, map };
    enum class Style { plain, single_quoted, double_quoted, block };  // of a scalar
    struct Entry;

    Kind kind = Kind::null;
    Style style = Style::plain;
    std::string text{};             // of a scalar, decoded
    std::vector<YamlNode> items{};  // of a list
    std::vector<Entry> entries;     // of a map, in written order; keys are scalars and unique
    Span span{};  // of a scalar its written form (first line of a block); of a list or map from its
                  // first character to behind its last; of an empty value the place behind its key

    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_list() const { return kind == Kind::list; }
    bool is_map() const { return kind == Kind::map; }
    bool is_null() const { return kind == Kind::null; }
    bool is_quoted() const {
        return style == Style::single_quoted || style == Style::double_quoted;
    }

    // The value behind `key` of a map, or null. Linear: for maps of a handful of keys.
    const YamlNode* find(std::string_view key) const;
    const Entry* find_entry(std::string_view key) const;
};

struct YamlNode::Entry {
    YamlNode key{};
    YamlNode value{};
};

// A comment of the file, without its `#`, for `# allow SB307: reason`.
struct YamlComment {
    std::string text{};
    Place place{};       // of the `#`
    bool alone = false;  // nothing but blanks stands before it on its line
};

struct YamlDocument {
    YamlNode root{};
    std::vector<YamlComment> comments{};
};

// How much is read. Sources of the numbers: SB109 in the flow language.
struct YamlBounds {
    std::size_t bytes = 256 * 1024;
    std::size_t depth = 32;
    std::size_t nodes = 20'000;
};

// Reads one document. Findings: SB101 SB102 SB103 SB104 SB109 SB110 SB111 SB112, all that can be
// found at once, each explained in the words of the table of traps (tests/config/yaml_traps_test).
// No result: the file cannot be trusted to mean what stands in it. A result beside errors: each of
// them was repaired as its writer meant it (SB102: the first of the two stays), so that what is
// wrong further in can be told with them; it is not for use (`has_errors`).
// Pure; safe from any thread; needs about 32 levels of stack.
std::unique_ptr<YamlDocument> read_yaml(const Source& source, Diagnostics& findings,
                                        const YamlBounds& bounds = {});

// Characters of a scalar that need care when a place inside it is to be shown: the place of byte
// `offset` of `node.text` within the file. Exact for plain and single-line quoted scalars (escapes
// counted), the line and column of the text for block scalars.
Place place_in_scalar(const Source& source, const YamlNode& node, std::size_t offset);

}  // namespace config
