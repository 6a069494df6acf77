#include "server/turn/callback_urls.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using server::connection_overrides;

TEST_CASE("Twilio waits for an answer as long as we may wait for our effects, and a little more") {
    CHECK(connection_overrides(5s) == "#ct=2000&rt=6500&rc=2&rp=ct,5xx,rt");
    CHECK(connection_overrides(100ms) == connection_overrides(5s));
    CHECK(connection_overrides(12s) == "#ct=2000&rt=13500&rc=2&rp=ct,5xx,rt");
    CHECK(connection_overrides(14s) == "#ct=2000&rt=15000&rc=2&rp=ct,5xx,rt");
}
