#include "flows/tools/moments.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace std::chrono_literals;

namespace {

const std::string new_york = "America/New_York";
const Now afternoon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 15h;

}  // namespace

TEST_CASE("a moment is read with an offset, or in the flow's zone") {
    CHECK(read_moment("2026-11-24T10:00-05:00", "UTC", {}) == afternoon);
    CHECK(read_moment("2026-11-24T15:00Z", new_york, {}) == afternoon);
    CHECK(read_moment("2026-11-24T10:00", new_york, {}) == afternoon);
    CHECK(read_moment("2026-11-24 10:00:05", new_york, {}) == afternoon + 5s);
    CHECK(read_moment("2026-11-24T15:00", "UTC", {}) == afternoon);
}

TEST_CASE("a day alone is its ten o'clock, a time alone is today's") {
    CHECK(read_moment("2026-11-24", new_york, {}) == afternoon);
    CHECK(read_moment("10:00", new_york, afternoon + 7h) == afternoon);
    CHECK(read_moment("9:30", new_york, afternoon) == afternoon - 30min);
    CHECK(read_moment("23:00", new_york, afternoon) == afternoon + 13h);
}

TEST_CASE("what is no moment is none") {
    for (const std::string_view text :
         {"", "tomorrow", "25:00", "2026-13-01", "10", "10:0", "1970-12-31", "2200-01-01T00:00Z",
          "6026-11-24T10:00-05:00"})
        CHECK_FALSE(read_moment(text, new_york, afternoon));
}

TEST_CASE("a moment is written as tests have it, and read again") {
    CHECK(write_moment(afternoon, new_york) == "2026-11-24T10:00-05:00");
    CHECK(write_moment(afternoon + 5s, "Europe/Berlin") == "2026-11-24T16:00:05+01:00");
    CHECK(write_moment(afternoon, "UTC") == "2026-11-24T15:00Z");
    for (const std::string& zone : {new_york, std::string{"Asia/Kolkata"}, std::string{"UTC"}})
        CHECK(read_moment(write_moment(afternoon, zone), "UTC", {}) == afternoon);
    CHECK(show_moment(afternoon, new_york) == "Tue 2026-11-24 10:00 America/New_York");
}
