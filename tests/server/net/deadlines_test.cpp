#include "server/net/deadlines.hpp"

#include <catch2/catch.hpp>

using namespace server;
using namespace std::chrono_literals;

namespace {

struct Waiter : Timed {};

Deadlines some_deadlines() { return Deadlines{{10s, 60s, 10s, 30s, 2s, Deadlines::never}}; }

}  // namespace

TEST_CASE("deadlines are never early and at most two ticks late") {
    Deadlines deadlines = some_deadlines();
    const auto start = Deadlines::Clock::time_point{} + 1h;
    CHECK(deadlines.tick() == 250ms);
    deadlines.set_now(start);
    Waiter waiter;
    deadlines.enter(waiter, WaitsFor::next_request);
    deadlines.set_now(start + 60s);
    CHECK(deadlines.take_expired() == nullptr);
    deadlines.set_now(start + 60s + deadlines.tick());
    CHECK(deadlines.take_expired() == &waiter);
    CHECK(deadlines.take_expired() == nullptr);
}

TEST_CASE("a move to another queue ends the earlier wait") {
    Deadlines deadlines = some_deadlines();
    const auto start = Deadlines::Clock::time_point{} + 1h;
    deadlines.set_now(start);
    Waiter idle;
    Waiter busy;
    Waiter answers;
    deadlines.enter(idle, WaitsFor::rest_of_request);
    deadlines.enter(busy, WaitsFor::rest_of_request);
    deadlines.enter(answers, WaitsFor::rest_of_request);
    deadlines.enter(idle, WaitsFor::next_request);
    deadlines.enter(answers, WaitsFor::answer);
    deadlines.set_now(start + 20s);
    CHECK(deadlines.take_expired() == &busy);
    CHECK(deadlines.take_expired() == nullptr);
    deadlines.set_now(start + 24h);
    CHECK(deadlines.take_expired() == &idle);
    CHECK(deadlines.take_expired() == nullptr);
}

TEST_CASE("who waits longest stands first, and who is destroyed stands nowhere") {
    Deadlines deadlines = some_deadlines();
    Waiter second;
    {
        Waiter first;
        deadlines.enter(first, WaitsFor::next_request);
        deadlines.enter(second, WaitsFor::next_request);
        CHECK(deadlines.longest(WaitsFor::next_request) == &first);
    }
    CHECK(deadlines.longest(WaitsFor::next_request) == &second);
    CHECK(deadlines.longest(WaitsFor::writing) == nullptr);
}

TEST_CASE("changed durations hold for who waits already") {
    Deadlines deadlines = some_deadlines();
    const auto start = Deadlines::Clock::time_point{} + 1h;
    deadlines.set_now(start);
    Waiter first;
    Waiter second;
    Waiter answers;
    deadlines.enter(first, WaitsFor::next_request);
    deadlines.enter(answers, WaitsFor::answer);
    deadlines.set_now(start + 10s);
    deadlines.set_durations({10s, 4s, 10s, 30s, 2s, Deadlines::never});
    deadlines.enter(second, WaitsFor::next_request);
    CHECK(deadlines.take_expired() == &first);
    CHECK(deadlines.take_expired() == nullptr);
    deadlines.set_durations({10s, 30s, 10s, 30s, 2s, Deadlines::never});
    deadlines.set_now(start + 30s);
    CHECK(deadlines.take_expired() == nullptr);
    deadlines.set_now(start + 41s);
    CHECK(deadlines.take_expired() == &second);
    CHECK(deadlines.take_expired() == nullptr);
}
