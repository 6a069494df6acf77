// Opening hours in a time zone: holidays, ranges past midnight, clock changes. The one door to the
// zone database in the engine. Thread-safe.
#pragma once

#include "flows/engine/circumstances.hpp"

#include <optional>

namespace flows {

// The zone a flow lives in: that of its first hours, else UTC.
std::string_view zone_of(const Flow& flow);
bool is_known_zone(std::string_view iana_name);
Moment local_time(Now now, std::string_view iana_name);
bool is_open(const Hours& hours, Now now);
// The next moment it opens (closes) strictly after `now`, in its zone; nothing within 400 days.
std::optional<Moment> next_opening(const Hours& hours, Now now);
std::optional<Moment> next_closing(const Hours& hours, Now now);
// A local time on a day that the zone's clock change skips, if any of a range's ends is one
// (SB705).
bool is_skipped(std::string_view iana_name, std::chrono::year_month_day day, int minute);

}  // namespace flows
