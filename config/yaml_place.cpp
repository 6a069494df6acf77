// The way back from a character of a decoded scalar to where it is written.
#include "config/utf8.hpp"
#include "config/yaml_reader.hpp"

#include <algorithm>

namespace config {
namespace {

// Walks the written form beside the decoded text.
class Walk {
public:
    Walk(std::string_view written, std::size_t at) : written_{written}, at_{at} {}

    std::size_t at() const { return at_; }
    char look(std::size_t ahead = 0) const {
        return at_ + ahead < written_.size() ? written_[at_ + ahead] : '\0';
    }
    void step(std::size_t bytes = 1) { at_ = std::min(at_ + bytes, written_.size()); }
    bool at_blank() const { return look() == ' ' || look() == '\t'; }

    // Over blanks to a line end, and over that and the blanks of the next line; gives the number of
    // line ends, and stays where it is when there is none.
    std::size_t fold() {
        const std::size_t start = at_;
        std::size_t feeds = 0;
        while (at_blank() || look() == '\n' || look() == '\r') {
            if (look() == '\n') ++feeds;
            step();
        }
        if (feeds == 0) at_ = start;
        return feeds;
    }

private:
    std::string_view written_;
    std::size_t at_ = 0;
};

std::size_t escape_length(char letter) {
    switch (letter) {
    case 'x':
        return 4;
    case 'u':
        return 6;
    case 'U':
        return 10;
    default:
        return 2;
    }
}

std::size_t walk_flow(Walk walk, const YamlNode& node, std::size_t offset) {
    if (node.is_quoted()) walk.step();
    for (std::size_t done = 0; done < offset && done < node.text.size();) {
        const std::size_t bytes = character_at(node.text, done).bytes;
        if (walk.at_blank() || walk.look() == '\n' || walk.look() == '\r') {
            if (const std::size_t feeds = walk.fold(); feeds > 0) {
                done += feeds == 1 ? 1 : feeds - 1;
                continue;
            }
        } else if (node.style == YamlNode::Style::double_quoted && walk.look() == '\\') {
            if (walk.look(1) == '\n' || walk.look(1) == '\r') {
                walk.step();
                walk.fold();
                continue;
            }
            walk.step(escape_length(walk.look(1)));
            done += bytes;
            continue;
        } else if (node.style == YamlNode::Style::single_quoted && walk.look() == '\'') {
            walk.step();
        }
        walk.step(bytes);
        done += bytes;
    }
    return walk.at();
}

// Lines of a literal block are the text's lines; those of a folded one are found by their words.
std::size_t walk_block(Walk walk, const YamlNode& node, std::size_t offset) {
    while (walk.look() != '\n' && walk.look() != '\0')
        walk.step();
    walk.fold();
    const std::size_t words = node.text.find_first_not_of(" \n");
    for (std::size_t done = std::min(words, offset); done < offset && done < node.text.size();) {
        const std::size_t bytes = character_at(node.text, done).bytes;
        if (walk.at_blank() || walk.look() == '\n' || walk.look() == '\r') {
            const bool gap = node.text[done] == ' ' || node.text[done] == '\n';
            if (walk.fold() > 0) {
                while (gap && done < offset &&
                       (node.text[done] == ' ' || node.text[done] == '\n')) {
                    ++done;
                }
                continue;
            }
        }
        walk.step(bytes);
        done += bytes;
    }
    return walk.at();
}

// Where line `line` begins: by line feeds, for this is asked for each insert of a large file.
std::size_t start_of_line(std::string_view text, int line) {
    std::size_t start = 0;
    for (int at = 1; at < line; ++at) {
        const std::size_t feed = text.find('\n', start);
        if (feed == std::string_view::npos) break;
        start = feed + 1;
    }
    return start;
}

std::size_t skip_characters(std::string_view text, std::size_t at, int count) {
    for (; count > 0 && at < text.size(); --count)
        at += character_at(text, at).bytes;
    return std::min(at, text.size());
}

// The place of the byte at `offset`, counted on from the beginning of a line before it.
Place place_from(std::string_view text, std::size_t start, int line, std::size_t offset) {
    offset = std::min(offset, text.size());
    for (std::size_t feed = text.find('\n', start); feed < offset; feed = text.find('\n', start)) {
        start = feed + 1;
        ++line;
    }
    int column = 1;
    for (std::size_t at = start; at < offset; ++column)
        at += character_at(text, at).bytes;
    return {.line = line, .column = column};
}

}  // namespace

Place place_in_scalar(const Source& source, const YamlNode& node, std::size_t offset) {
    std::string_view text = source.text;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const int line = std::max(node.span.begin.line, 1);
    const std::size_t start = start_of_line(text, line);
    const Walk walk{text, skip_characters(text, start, node.span.begin.column - 1)};
    const std::size_t found = node.style == YamlNode::Style::block ? walk_block(walk, node, offset)
                                                                   : walk_flow(walk, node, offset);
    return place_from(text, start, line, found);
}

}  // namespace config
