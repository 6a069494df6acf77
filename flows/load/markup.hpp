// XML that a designer writes: SSML inside words, and TwiML fragments. Both are parsed and checked
// against the catalogue at load.
#pragma once

#include "flows/load/reader.hpp"

namespace flows::load {

// Fills `spoken.markup` from `spoken.text`; SB106 where it is no SSML that Twilio knows.
void read_markup(const Reader& reader, const YamlNode& node, Spoken& spoken);

// Nothing (and SB106) where it is no TwiML.
std::optional<Twiml> read_fragment(const Reader& reader, const YamlNode& node);

}  // namespace flows::load
