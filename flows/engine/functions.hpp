// What some functions and operators of expressions compute; used inside flows/engine alone.
#pragma once

#include "flows/model/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace flows {

// See hash_bucket in evaluate.hpp.
std::uint64_t hash_of(std::string_view text);

// lower() and upper(), by the rules of the language (BCP 47): Turkish has an i of its own.
std::string change_case(const std::string& text, bool upper, std::string_view language);

// `days` after the date, or before it where `sign` is -1. Nothing where they are not whole, more
// than a million, or lead out of the years 0 to 9999.
std::optional<Date> days_from(const Date& date, const Decimal& days, int sign);

}  // namespace flows
