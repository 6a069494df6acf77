// The words that scripts and what is typed at a telephone share. Pure.
#pragma once

#include "flows/tools/call_script.hpp"

#include <algorithm>
#include <array>

namespace flows {

inline constexpr std::string_view blanks = " \t\r\n";
std::string_view trimmed(std::string_view text);
// In ASCII.
std::string lower(std::string_view text);
bool are_keys(std::string_view text);  // 0-9 * #, at least one

// "no answer" and "no-answer" are no_answer.
std::string as_outcome(std::string_view text);
// How a dial or a line ends: busy, bridged …; with `letters` also a dial's first letters. Null: it
// is none of these.
const Act* find_outcome(std::string_view text, bool letters);

// `failed` is a dial's, too: what the call waits for tells them apart.
inline constexpr std::array lookup_words{"ok", "denied", "not_found", "slow", "failed"};
inline constexpr std::array code_words{"approved", "wrong", "expired", "too_many", "failed"};
template <class List> bool is_in(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

// Seconds; nothing where it is no whole number up to 100,000.
std::optional<std::chrono::seconds> read_number(std::string_view text);

// `my account (0.3)`: said with that confidence.
SaySomething speech_of(std::string_view text);

bool is_quote(char c);
bool begins_json(std::string_view text);

}  // namespace flows
