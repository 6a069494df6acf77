// What was heard, as it is compared: case and blanks folded, audio by its file's name.
#pragma once

#include "flows/tools/verbs.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

// Unicode case folding; each run of blanks is one, none at the ends.
std::string folded(std::string_view text);

class Transcript {
public:
    explicit Transcript(std::span<const Heard> heard);

    // Where `text` ends that begins at `from` or behind it, each byte of it in `language` (empty:
    // any). `text` is folded.
    std::optional<std::size_t> find(std::string_view text, std::string_view language,
                                    std::size_t from) const;
    const std::string& text() const { return text_; }
    // The language that `text` is heard in anywhere, or nothing; empty: audio, or without one.
    std::optional<std::string> language_of(std::string_view text) const;

private:
    bool is_in(std::size_t begin, std::size_t end, std::string_view language) const;

    struct Part {
        std::size_t end = 0;
        std::string language{};
    };
    std::string text_{};
    std::vector<Part> parts_{};
};

}  // namespace flows
