// What was said against a menu's phrases: whole words after folding case, accents and punctuation
// and dropping the language's fillers; the longest phrase wins; a spoken digit equals its key.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

struct PhraseChoice {
    std::span<const std::string> phrases{};
    std::string_view key{};
};

// Index of the choice that was said, or -1. `language` picks fillers and number words.
int match_speech(std::string_view said, std::span<const PhraseChoice> choices,
                 std::string_view language);

// Folded words joined by single blanks: what is compared.
std::string fold_speech(std::string_view text, std::string_view language);

}  // namespace flows
