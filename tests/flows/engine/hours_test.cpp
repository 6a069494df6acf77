#include "flows/engine/hours.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;
using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

namespace {

constexpr int at(int hour, int minute = 0) { return hour * 60 + minute; }

Hours office() {
    Hours hours{.name = "office", .timezone = "America/New_York"};
    for (int day = 0; day < 5; ++day)
        hours.week[day] = {{.from = at(9), .to = at(17, 30)}};
    hours.week[5] = {{.from = at(10), .to = at(14)}};
    hours.holidays = {{.from = year{2026} / 12 / 25, .to = year{2026} / 12 / 25},
                      {.from = year{2026} / 12 / 31, .to = year{2027} / 1 / 1},
                      {.from = year{2026} / 12 / 24,
                       .to = year{2026} / 12 / 24,
                       .open = {{.from = at(9), .to = at(12)}}}};
    return hours;
}
Hours night() {
    Hours hours{.name = "night", .timezone = "America/New_York"};
    for (auto& day : hours.week)
        day = {{.from = at(22), .to = at(30)}};
    hours.holidays = {{.from = year{2026} / 12 / 25, .to = year{2026} / 12 / 25}};
    return hours;
}

// New York is five hours behind UTC in winter, four in summer.
Now winter(std::chrono::year_month_day day, int hour, int minute = 0) {
    return sys_days{day} + 5h + std::chrono::minutes{at(hour, minute)};
}
Now summer(std::chrono::year_month_day day, int hour, int minute = 0) {
    return sys_days{day} + 4h + std::chrono::minutes{at(hour, minute)};
}
std::string said(const std::optional<Moment>& moment) {
    return moment ? plain_text(*moment) : "never";
}

}  // namespace

TEST_CASE("an office is open from its first minute to before its last") {
    CHECK_FALSE(is_open(office(), winter(year{2026} / 1 / 6, 8, 59)));
    CHECK(is_open(office(), winter(year{2026} / 1 / 6, 9)));
    CHECK(is_open(office(), winter(year{2026} / 1 / 6, 17, 29)));
    CHECK_FALSE(is_open(office(), winter(year{2026} / 1 / 6, 17, 30)));
    CHECK(is_open(office(), summer(year{2026} / 7 / 7, 9)));
    CHECK_FALSE(is_open(office(), winter(year{2026} / 1 / 11, 12)));
}

TEST_CASE("a holiday replaces the hours of its day") {
    CHECK_FALSE(is_open(office(), winter(year{2026} / 12 / 25, 12)));
    CHECK_FALSE(is_open(office(), winter(year{2027} / 1 / 1, 12)));
    CHECK(is_open(office(), winter(year{2026} / 12 / 24, 11)));
    CHECK_FALSE(is_open(office(), winter(year{2026} / 12 / 24, 13)));
    CHECK(said(next_opening(office(), winter(year{2026} / 12 / 24, 13))) == "2026-12-26 10:00");
    CHECK(said(next_closing(office(), winter(year{2026} / 12 / 24, 10))) == "2026-12-24 12:00");
}

TEST_CASE("a range past midnight belongs to the day on which it begins") {
    CHECK(is_open(night(), winter(year{2026} / 1 / 6, 23)));
    CHECK(is_open(night(), winter(year{2026} / 1 / 7, 5, 59)));
    CHECK_FALSE(is_open(night(), winter(year{2026} / 1 / 7, 6)));
    // Christmas begins no night, but the night before lasts into it.
    CHECK(is_open(night(), winter(year{2026} / 12 / 25, 3)));
    CHECK_FALSE(is_open(night(), winter(year{2026} / 12 / 25, 23)));
    CHECK_FALSE(is_open(night(), winter(year{2026} / 12 / 26, 3)));
    CHECK(said(next_closing(night(), winter(year{2026} / 12 / 24, 23))) == "2026-12-25 06:00");
    CHECK(said(next_opening(night(), winter(year{2026} / 12 / 25, 7))) == "2026-12-26 22:00");
}

TEST_CASE("ranges that touch are one: it neither closes nor opens between them") {
    Hours hours{.name = "all", .timezone = "UTC"};
    for (auto& day : hours.week)
        day = {{.from = 0, .to = at(12)}, {.from = at(12), .to = at(24)}};
    CHECK(is_open(hours, sys_days{year{2026} / 1 / 6} + 12h));
    CHECK(said(next_closing(hours, sys_days{year{2026} / 1 / 6} + 1h)) == "never");
    CHECK(said(next_opening(hours, sys_days{year{2026} / 1 / 6} + 1h)) == "never");
}

TEST_CASE("hours that never open say so") {
    const Hours hours{.name = "none", .timezone = "UTC"};
    CHECK_FALSE(is_open(hours, sys_days{year{2026} / 1 / 6}));
    CHECK(said(next_opening(hours, sys_days{year{2026} / 1 / 6})) == "never");
}

TEST_CASE("clock changes move openings as the wall does") {
    Hours hours{.name = "early", .timezone = "America/New_York"};
    for (auto& day : hours.week)
        day = {{.from = at(2, 30), .to = at(8)}};
    // 2026-03-08: 2:00 becomes 3:00. The office that opens at 2:30 opens when 3:00 strikes.
    CHECK(said(next_opening(hours, winter(year{2026} / 3 / 8, 0))) == "2026-03-08 03:00");
    CHECK(is_skipped("America/New_York", year{2026} / 3 / 8, at(2, 30)));
    CHECK_FALSE(is_skipped("America/New_York", year{2026} / 3 / 8, at(3)));
    CHECK_FALSE(is_skipped("America/New_York", year{2026} / 3 / 9, at(2, 30)));
    // 2026-11-01: 2:00 becomes 1:00. What opens at 1:30 does so twice.
    for (auto& day : hours.week)
        day = {{.from = at(1, 30), .to = at(8)}};
    const Now first = summer(year{2026} / 11 / 1, 1, 30);
    CHECK(is_open(hours, first));
    CHECK_FALSE(is_open(hours, first + 45min));
    CHECK(is_open(hours, first + 60min));
    CHECK(said(next_opening(hours, first + 45min)) == "2026-11-01 01:30");
}

TEST_CASE("zones are known by their IANA names") {
    for (const auto* zone : {"America/New_York", "Europe/Berlin", "UTC", "Asia/Kolkata"})
        CHECK(is_known_zone(zone));
    for (const auto* zone : {"", "New York", "America/Nowhere", "../../etc/passwd", "EST5"})
        CHECK_FALSE(is_known_zone(zone));
    CHECK(plain_text(local_time(sys_days{year{2026} / 7 / 1} + 12h, "Asia/Kolkata")) ==
          "2026-07-01 17:30");
    CHECK(plain_text(local_time(sys_days{year{2026} / 7 / 1} + 12h, "America/Nowhere")) ==
          "2026-07-01 12:00");
}

TEST_CASE("it is open at every next opening and closed just before, at any time of any hours") {
    CHECK(rc::check([] {
        Hours hours{.name = "any",
                    .timezone = *rc::gen::element<std::string>("UTC", "America/New_York",
                                                               "Australia/Lord_Howe")};
        for (auto& day : hours.week) {
            const int from = *rc::gen::inRange(0, 24 * 60);
            if (*rc::gen::inRange(0, 3) > 0)
                day = {{.from = from, .to = from + *rc::gen::inRange(1, 24 * 60)}};
        }
        const Now now =
            sys_days{year{2026} / 1 / 1} + std::chrono::seconds{*rc::gen::inRange(0, 400 * 86400)};
        const auto opening = next_opening(hours, now);
        if (!opening) return;
        // The first instant behind now at which the wall shows it and the hours begin to be open.
        bool found = false;
        const Now minute = std::chrono::floor<std::chrono::minutes>(now);
        for (int i = 1; i <= 9 * 24 * 60 && !found; ++i) {
            const Now then = minute + std::chrono::minutes{i};
            if (!is_open(hours, then) || is_open(hours, then - 1s)) continue;
            found = true;
            RC_ASSERT(local_time(then, hours.timezone) == *opening);
        }
        RC_ASSERT(found);
    }));
}
