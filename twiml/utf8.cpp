#include "twiml/utf8.hpp"

#include <algorithm>

namespace twiml {

Utf8Character decode_utf8(std::string_view text) {
    const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = at(0);
    if (first < 0x80) return {first, 1, true};
    std::size_t length = 0;
    unsigned low = 0x80, high = 0xbf;
    std::uint32_t character = 0;
    if (first >= 0xc2 && first <= 0xdf) {
        length = 2;
        character = first & 0x1f;
    } else if (first >= 0xe0 && first <= 0xef) {
        length = 3;
        character = first & 0x0f;
        if (first == 0xe0) low = 0xa0;
        if (first == 0xed) high = 0x9f;
    } else if (first >= 0xf0 && first <= 0xf4) {
        length = 4;
        character = first & 0x07;
        if (first == 0xf0) low = 0x90;
        if (first == 0xf4) high = 0x8f;
    } else {
        return {0, 1, false};
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size() || at(i) < low || at(i) > high) return {0, i, false};
        character = character << 6 | (at(i) & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    return {character, length, true};
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace twiml
