#include "flows/tools/moments.hpp"

#include "flows/engine/hours.hpp"
#include "flows/model/flow.hpp"
#include "flows/tools/in_process.hpp"

#include <fmt/format.h>

#include <array>

namespace flows {
namespace {

using namespace std::chrono;

Now wall_of(Now moment, const std::string& zone) {
    const Moment local = local_time(moment, zone);
    return sys_days{local.day} + local.since_midnight;
}

Now whole_minutes(Now moment) { return floor<minutes>(moment); }

// The moment at which a clock in `zone` shows what `wall` says as UTC.
Now in_zone(Now wall, const std::string& zone) {
    Now guess = wall;
    for (int i = 0; i < 2; ++i)
        guess += whole_minutes(wall) - wall_of(guess, zone);
    return guess;
}

}  // namespace

std::string zone_of(const Flow& flow) {
    return flow.hours.empty() ? std::string{"UTC"} : flow.hours.front().timezone;
}

std::optional<Now> read_moment(std::string_view text, const std::string& zone, Now now) {
    if (const auto moment = parse_moment(text)) return moment;
    const auto today = floor<days>(wall_of(now, zone));
    const auto with_day = fmt::format("{}T10:00Z", text);
    const year_month_day day{today};
    const auto with_time = fmt::format(
        "{:04}-{:02}-{:02}T{}{}Z", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
        static_cast<unsigned>(day.day()), text.find(':') == 1 ? "0" : "", text);
    for (const std::string& written : {fmt::format("{}Z", text), with_day, with_time}) {
        if (const auto wall = parse_moment(written)) return in_zone(*wall, zone);
    }
    return std::nullopt;
}

std::string write_moment(Now moment, const std::string& zone) {
    const Now wall = wall_of(moment, zone);
    const auto offset = duration_cast<minutes>(wall - whole_minutes(moment)).count();
    const year_month_day day{floor<days>(wall)};
    const hh_mm_ss time{wall - floor<days>(wall)};
    const auto second = floor<seconds>(moment) - floor<minutes>(moment);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", static_cast<int>(day.year()),
                    static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                    time.hours().count(), time.minutes().count());
    if (second.count() != 0) text += fmt::format(":{:02}", second.count());
    if (offset == 0) return text + "Z";
    const auto size = offset < 0 ? -offset : offset;
    return text + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', size / 60, size % 60);
}

std::string show_moment(Now moment, const std::string& zone) {
    constexpr std::array names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const Now wall = wall_of(moment, zone);
    const year_month_day day{floor<days>(wall)};
    const hh_mm_ss time{wall - floor<days>(wall)};
    return fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02} {}",
                       names[weekday{floor<days>(wall)}.c_encoding()], static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                       time.hours().count(), time.minutes().count(), zone);
}

}  // namespace flows
