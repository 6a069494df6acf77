#include "flows/engine/hours.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

namespace flows {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;
using Instant = std::chrono::sys_seconds;

constexpr int minutes_a_day = 24 * 60;
constexpr int furthest_days = 400;

// The zone, or null: an unknown name, or a machine without the zone database. UTC needs neither.
const date::time_zone* find_zone(std::string_view name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

// A calendar day's clock in a zone, whatever the zone does on that day.
class Clock {
public:
    explicit Clock(std::string_view zone) : zone_{zone == "UTC" ? nullptr : find_zone(zone)} {}

    // Days and time of day since 1970 as the wall shows them.
    seconds wall(Instant instant) const {
        const auto since = instant.time_since_epoch();
        return zone_ == nullptr ? since : since + zone_->get_info(instant).offset;
    }

    // The instants at which the wall shows `wall`: one; two when clocks are set back; when they are
    // set forward over it, the one at which they are.
    std::vector<Instant> instants(seconds wall) const {
        if (zone_ == nullptr) return {Instant{wall}};
        const auto info = zone_->get_info(date::local_seconds{wall});
        switch (info.result) {
        case date::local_info::nonexistent:
            return {info.first.end};
        case date::local_info::ambiguous:
            return {Instant{wall - info.first.offset}, Instant{wall - info.second.offset}};
        default:
            return {Instant{wall - info.first.offset}};
        }
    }

    // When the offset that holds at `instant` ends; far away where it never does.
    Instant next_change(Instant instant) const {
        return zone_ == nullptr ? Instant::max() : Instant{zone_->get_info(instant).end};
    }

private:
    const date::time_zone* zone_;
};

Moment moment_of(seconds wall) {
    const auto day = std::chrono::floor<days>(wall);
    return {.day = std::chrono::sys_days{day},
            .since_midnight = std::chrono::floor<minutes>(wall - day)};
}

const std::vector<OpenRange>& ranges_of(const Hours& hours, days day) {
    const std::chrono::sys_days date{day};
    // The last that names the day wins: a single day may stand beside the holidays around it.
    const auto holiday =
        std::find_if(hours.holidays.rbegin(), hours.holidays.rend(), [&](const Holiday& each) {
            return std::chrono::sys_days{each.from} <= date &&
                   date <= std::chrono::sys_days{each.to};
        });
    if (holiday != hours.holidays.rend()) return holiday->open;
    return hours.week[std::chrono::weekday{date}.iso_encoding() - 1];
}

bool is_open_at_wall(const Hours& hours, seconds wall) {
    const auto today = std::chrono::floor<days>(wall);
    const auto time = std::chrono::floor<minutes>(wall - today).count();
    for (int before = 0; before <= 1; ++before) {
        const auto shifted = time + before * minutes_a_day;
        for (const auto& range : ranges_of(hours, today - days{before}))
            if (range.from <= shifted && shifted < range.to) return true;
    }
    return false;
}

// The next instant behind `now` at which `open` begins to hold. It can begin only where a range
// begins or ends, or the clock is changed.
std::optional<Moment> next_turn(const Hours& hours, Now now, bool open) {
    const Clock clock{hours.timezone};
    const auto holds = [&](Instant at) { return is_open_at_wall(hours, clock.wall(at)) == open; };
    const Instant after = std::chrono::floor<seconds>(now);
    const auto first = std::chrono::floor<days>(clock.wall(after));
    Instant change = clock.next_change(after);

    std::vector<Instant> turns;
    for (auto day = first; day <= first + days{furthest_days}; day += days{1}) {
        turns.clear();
        for (int before = 0; before <= 1; ++before) {
            for (const auto& range : ranges_of(hours, day - days{before})) {
                for (const int edge : {range.from, range.to}) {
                    const int here = edge - before * minutes_a_day;
                    if (here < 0 || here >= minutes_a_day) continue;
                    for (const auto instant : clock.instants(day + minutes{here}))
                        turns.push_back(instant);
                }
            }
        }
        const Instant midnight = clock.instants(day + days{1}).back();
        for (; change < midnight; change = clock.next_change(change))
            turns.push_back(change);
        turns.push_back(midnight);  // a holiday may cut what the day before left open
        std::sort(turns.begin(), turns.end());
        for (const Instant turn : turns)
            if (turn > after && holds(turn) && !holds(turn - seconds{1}))
                return moment_of(clock.wall(turn));
    }
    return std::nullopt;
}

}  // namespace

std::string_view zone_of(const Flow& flow) {
    return flow.hours.empty() ? std::string_view{"UTC"} : flow.hours.front().timezone;
}

bool is_known_zone(std::string_view iana_name) { return find_zone(iana_name) != nullptr; }

Moment local_time(Now now, std::string_view iana_name) {
    return moment_of(Clock{iana_name}.wall(std::chrono::floor<seconds>(now)));
}

bool is_open(const Hours& hours, Now now) {
    return is_open_at_wall(hours, Clock{hours.timezone}.wall(std::chrono::floor<seconds>(now)));
}

std::optional<Moment> next_opening(const Hours& hours, Now now) {
    return next_turn(hours, now, true);
}

std::optional<Moment> next_closing(const Hours& hours, Now now) {
    return next_turn(hours, now, false);
}

bool is_skipped(std::string_view iana_name, std::chrono::year_month_day day, int minute) {
    const auto* zone = find_zone(iana_name);
    if (zone == nullptr) return false;
    const auto wall = std::chrono::sys_days{day}.time_since_epoch() + minutes{minute};
    return zone->get_info(date::local_seconds{wall}).result == date::local_info::nonexistent;
}

}  // namespace flows
