// UTF-8 and the characters XML allows, shared by rendering and parsing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace twiml {

struct Utf8Character {
    std::uint32_t character = 0;
    std::size_t size = 1;  // bytes; of an invalid piece, how many to skip
    bool valid = false;
};

// The first character of `text`, which is not empty, or the longest piece that is none.
// Source: Unicode 15, 3.9, table 3-7 and "U+FFFD substitution of maximal subparts".
Utf8Character decode_utf8(std::string_view text);

// XML 1.0, production 2 (Char).
constexpr bool is_xml_character(std::uint32_t c) {
    return c >= 0x20 ? c != 0xfffe && c != 0xffff : c == '\t' || c == '\n' || c == '\r';
}

// Characters, not bytes: how Twilio counts its limits.
std::size_t count_characters(std::string_view text);

}  // namespace twiml
