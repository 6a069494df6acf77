// Telephone numbers as libphonenumber's metadata knows them: what a caller keyed, as E.164, and
// where a number belongs. The one door to libphonenumber. Pure; thread-safe. The metadata is as old
// as the library, so numbers are judged by "possible number" and only told from others by "valid".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flows {

// `country`: ISO 3166-1 alpha-2, empty or unknown: US. Decided by "possible number": a length that
// its country has, not only within an area. Keys beside digits (and a + in front) are none.
std::optional<std::string> phone_from_keys(std::string_view keys, std::string_view country);

// What a call or text to a number is, as far as the numbering plan tells.
enum class NumberKind {
    unknown,  // also every number that is not valid
    fixed,
    mobile,
    fixed_or_mobile,  // one plan for both, as in +1
    toll_free,
    premium,      // the called earns on it; also +979, premium in all countries
    shared_cost,  // the caller pays a part; also +808
    voip,
    personal,  // follows its owner at the caller's cost, as +44 70 does
    pager,
    company,  // one number for many places (UAN); also +888
    voicemail,
    satellite  // Inmarsat +870, Iridium and others +881, international networks +882 and +883
};

struct NumberFacts {
    std::string region{};  // ISO 3166-1 alpha-2, real within +1 (US, CA, JM ...); empty: unknown
    NumberKind kind = NumberKind::unknown;
    bool is_valid = false;  // the metadata knows such a number
};

// Nothing where no such number can exist: no E.164, or of a length that its country does not have.
// A number of +1 in an area code that the metadata does not know belongs to the US: those are new
// ones, of which North America opens several a year.
std::optional<NumberFacts> number_facts(std::string_view e164);

// The number less its last four digits, for counting what goes to numbers that begin alike. One
// who earns on messages owns whole blocks of numbers. Empty of what has no more than four digits.
std::string_view number_block(std::string_view e164);

}  // namespace flows
