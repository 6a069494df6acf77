// Moments as people write them, in the time zone of a flow.
#pragma once

#include "flows/engine/circumstances.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace flows {

// 2026-01-06T15:00:00Z, 2026-01-06T10:00:00.250-05:00; nothing where it is none, or not of the
// years 1971 to 2199: states count from 1970, and a clock of nanoseconds ends in 2262.
std::optional<Now> parse_moment(std::string_view text);

// 2026-11-24T10:00-05:00; without an offset in `zone`; a day alone is its ten o'clock, a time alone
// (10:00) that of the day of `now`. Nothing where it is none of these. A time that a clock change
// skips is as if it did not.
std::optional<Now> read_moment(std::string_view text, std::string_view zone, Now now);

// 2026-11-24T10:00-05:00, or Z; with seconds where it has some.
std::string write_moment(Now moment, std::string_view zone);

// For people: Tue 2026-11-24 10:00 America/New_York.
std::string show_moment(Now moment, std::string_view zone);

}  // namespace flows
