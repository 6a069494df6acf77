// The characters that Twilio's `SmartEncoded` swaps for ones of the GSM alphabet, so that a text
// message needs fewer segments: curly quotes, dashes, odd blanks, fullwidth forms and the like.
// Source: Twilio, "List of characters replaced by Smart Encoding", as its calculator
// (sms-segments-calculator 1.3.0) has it; tests/twiml/oracle compares the two. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace twiml {

// What `character` is swapped for: up to seven characters, all of the GSM alphabet; empty where it
// is dropped; nothing where it stays. Letters with accents stay: é is in the alphabet, ç and á are
// not, and have no twin.
std::optional<std::string_view> gsm_twin(char32_t character);

// `text`, UTF-8, with every such character swapped. What is not UTF-8 stays as it is.
std::string smart_encode(std::string_view text);

}  // namespace twiml
