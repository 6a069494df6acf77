// Characters of a UTF-8 text: where one ends, and how wide a terminal draws it.
#pragma once

#include <cstddef>
#include <string_view>

namespace config {

struct Character {
    char32_t code = 0;      // U+FFFD where `valid` is not set
    std::size_t bytes = 1;  // to step over; 1 for a byte that begins no character
    bool valid = true;      // shortest form, no surrogate, at most U+10FFFF (RFC 3629)
};

// The character that begins at `offset`, which must lie inside `text`.
Character character_at(std::string_view text, std::size_t offset);

// How many characters there are; a byte that is part of none counts as one.
std::size_t count_characters(std::string_view text);

// The columns a terminal gives it: 2 for East Asian wide and emoji, 0 for combining marks.
int display_width(char32_t code);

// True for what an XML 1.0 document may hold (production 2, "Char"), and so a TwiML reply.
bool is_xml_character(char32_t code);

}  // namespace config
