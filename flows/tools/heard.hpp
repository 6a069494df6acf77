// What a caller hears of a TwiML document, in words; and a document made comparable.
#pragma once

#include "twiml/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace flows {

// One line a verb or a part of one: en-US "Press 1", plays URL, asks for 1 key or speech, dials
// +12025550100, records up to 120 s, hangs up.
std::vector<std::string> what_is_heard(const twiml::Document& document);

// A TwiML body as it is compared: tokens masked, the host and connection overrides of callback URLs
// dropped, indented. What is no TwiML stays as it is, tokens apart.
std::string comparable(std::string_view body);

// Lines that two texts do not share, "- " in front of the first's, "+ " of the second's, "  " of
// what stands around them.
std::vector<std::string> difference(std::string_view before, std::string_view now);

}  // namespace flows
