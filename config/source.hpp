// A text that people wrote and where things stand in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace config {

// Lines and columns count from 1; columns count characters (Unicode code points), not bytes.
struct Place {
    int line = 1;
    int column = 1;
    auto operator<=>(const Place&) const = default;
};

// From the first character to the one behind the last, on one line as a rule.
struct Span {
    Place begin{};
    Place end{};
    auto operator<=>(const Span&) const = default;
};

// A file as it was read. `name` is what people are shown: the path as they gave it.
struct Source {
    std::string name{};
    std::string text{};
};

// The line `line` (from 1) of `text`, without its line end; empty where there is none.
std::string_view line_of(std::string_view text, int line);

// The place of the byte at `offset` (from 0; the end of the text where it lies beyond).
Place place_at(std::string_view text, std::size_t offset);

// The line of `span.begin` and a caret line below it, each with the line number's gutter:
//    58 |           2: {speech: [support, help], go: suport}
//       |                                            ^~~~~~
// Wide characters (East Asian, emoji) count two columns on the terminal, combining ones none.
std::string excerpt(std::string_view text, const Span& span);

}  // namespace config
