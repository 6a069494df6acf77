// What the steps that ask something of the world have in common: numbers, URLs, sids.
#pragma once

#include "flows/load/reader.hpp"

namespace flows::load {

// A number to call or to text: E.164 as written (else SB106), or a text with what may hold one
// (else SB501). Nothing where a finding was made.
std::optional<Text> read_phone(const Reader& reader, const YamlNode& node, std::string_view what);

// A whole URL: http:// or https:// and its host as written, or a value of the type url at its
// start; what is inserted further on is percent-encoded when it runs. Nothing where a finding was
// made (SB106, SB501).
std::optional<Text> read_web_url(const Reader& reader, const YamlNode& node, std::string_view what);

// Twilio's name of something: two letters that say of what, then 32 hexadecimal digits.
bool is_sid(std::string_view text, std::string_view letters);

}  // namespace flows::load
