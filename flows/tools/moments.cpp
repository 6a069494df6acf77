#include "flows/tools/moments.hpp"

#include "flows/engine/hours.hpp"
#include "flows/model/flow.hpp"

#include <fmt/format.h>

#include <array>

namespace flows {
namespace {

using namespace std::chrono;

Now wall_of(Now moment, std::string_view zone) {
    const Moment local = local_time(moment, zone);
    return sys_days{local.day} + local.since_midnight;
}

Now whole_minutes(Now moment) { return floor<minutes>(moment); }

// The moment at which a clock in `zone` shows what `wall` says as UTC.
Now in_zone(Now wall, std::string_view zone) {
    Now guess = wall;
    for (int i = 0; i < 2; ++i)
        guess += whole_minutes(wall) - wall_of(guess, zone);
    return guess;
}

// Exactly `count` digits from `text`, taken off it; -1 where there are none.
int take_number(std::string_view& text, std::size_t count) {
    if (text.size() < count) return -1;
    int number = 0;
    for (const char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return -1;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

// "Z", "+01:00", "-05:00".
std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    using std::chrono::minutes;
    if (take(text, 'Z') || take(text, 'z')) return minutes{0};
    const int sign = text.starts_with('-') ? -1 : 1;
    if (!take(text, '-') && !take(text, '+')) return std::nullopt;
    const int hours = take_number(text, 2);
    const bool colon = take(text, ':');
    const int rest = take_number(text, 2);
    if (hours < 0 || rest < 0 || hours > 23 || rest > 59 || !colon) return std::nullopt;
    return minutes{sign * (hours * 60 + rest)};
}

}  // namespace

std::optional<Now> parse_moment(std::string_view text) {
    const int year_number = take_number(text, 4);
    const bool first = take(text, '-');
    const int month_number = take_number(text, 2);
    const bool second = take(text, '-');
    const int day_number = take_number(text, 2);
    const bool has_time = take(text, 'T') || take(text, ' ');
    const int hour = take_number(text, 2);
    const bool colon = take(text, ':');
    const int minute = take_number(text, 2);
    if (!first || !second || !has_time || !colon || year_number < 0 || month_number < 0 ||
        day_number < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return std::nullopt;
    }
    int second_number = 0;
    int millisecond = 0;
    if (take(text, ':')) {
        second_number = take_number(text, 2);
        if (second_number < 0 || second_number > 60) return std::nullopt;
        if (take(text, '.')) {
            for (int scale = 100; !text.empty() && text[0] >= '0' && text[0] <= '9'; scale /= 10) {
                millisecond += (text[0] - '0') * scale;
                text.remove_prefix(1);
            }
        }
    }
    const auto offset = take_offset(text);
    const year_month_day day{year{year_number}, month{static_cast<unsigned>(month_number)},
                             std::chrono::day{static_cast<unsigned>(day_number)}};
    const bool is_near = year_number > 1970 && year_number < 2200;
    if (!offset || !text.empty() || !day.ok() || !is_near) return std::nullopt;
    return Now{sys_days{day}} + hours{hour} + minutes{minute} + seconds{second_number} +
           milliseconds{millisecond} - *offset;
}

std::optional<Now> read_moment(std::string_view text, std::string_view zone, Now now) {
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

std::string write_moment(Now moment, std::string_view zone) {
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

std::string show_moment(Now moment, std::string_view zone) {
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
