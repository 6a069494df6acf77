#include "server/http/http_date.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono;
using server::http_date;

TEST_CASE("a date of HTTP's or of mail's form is a moment in UTC") {
    const sys_seconds moment = sys_days{year{1994} / November / 6} + 8h + 49min + 37s;
    CHECK(http_date("Sun, 06 Nov 1994 08:49:37 GMT") == moment);
    CHECK(http_date("Sun, 06 Nov 1994 08:49:37 +0000") == moment);
}

TEST_CASE("what is neither is no date") {
    for (const char* text :
         {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 +0100",
          "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:x9:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"}) {
        INFO(text);
        CHECK_FALSE(http_date(text).has_value());
    }
}
