// What a text message costs: SB607, a character that makes it take more segments than it would
// without.
#pragma once

#include "flows/load/reader.hpp"

namespace flows::load {

// `texts`, one a language of the flow, were read from `words`: a text, or a map with one a
// language, or what else words may be. Told is a text that would take fewer segments if every
// character outside the GSM alphabet were written otherwise: as its twin (' for a curly quote), as
// its bare letter (a for á), or not at all (emoji, symbols). Nothing is said where the language
// needs them: of letters that have no bare form there, and of more than three accented ones.
//
// Inserts count as characters of the GSM alphabet, as many as they usually are: digits(n) n,
// text(n) n but at most 20, a phone number 12, a number or money 10, a date or time 20, a URL 60,
// one_of its longest option.
void check_message_texts(const Reader& reader, const YamlNode& words,
                         const std::vector<Text>& texts);

}  // namespace flows::load
