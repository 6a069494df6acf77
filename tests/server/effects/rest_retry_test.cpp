#include "server/effects/rest_retry.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using server::ConcurrencyLimit;
using server::delay_before_next;
using server::retry_after;
using server::RetryPolicy;

TEST_CASE("the wait before the next attempt is any part of what doubles, up to the cap") {
    const RetryPolicy policy{.most = 10};
    CHECK(delay_before_next(policy, 1, 0.0, 1h) == 0ms);
    CHECK(delay_before_next(policy, 1, 0.5, 1h) == 125ms);
    CHECK(delay_before_next(policy, 1, 0.999, 1h) == 249ms);
    CHECK(delay_before_next(policy, 2, 0.5, 1h) == 250ms);
    CHECK(delay_before_next(policy, 3, 0.5, 1h) == 500ms);
    CHECK(delay_before_next(policy, 4, 0.5, 1h) == 1000ms);
    CHECK(delay_before_next(policy, 5, 0.5, 1h) == 1500ms);
    CHECK(delay_before_next(policy, 10, 0.5, 1h) == 1500ms);
}

TEST_CASE("after three repeats, or with no time for another, there is none") {
    const RetryPolicy policy;
    CHECK(delay_before_next(policy, 3, 0.0, 1h));
    CHECK_FALSE(delay_before_next(policy, 4, 0.0, 1h));
    CHECK(delay_before_next(policy, 1, 0.5, 126ms));
    CHECK_FALSE(delay_before_next(policy, 1, 0.5, 125ms));
    CHECK_FALSE(delay_before_next(policy, 1, 0.0, 0ms));
    CHECK_FALSE(delay_before_next(policy, 1, 0.0, -1ms));
}

TEST_CASE("what the other side asks for is the least, beyond the cap too") {
    const RetryPolicy policy;
    CHECK(delay_before_next(policy, 1, 0.5, 1h, 2s) == 2000ms);
    CHECK(delay_before_next(policy, 1, 0.5, 1h, 10ms) == 125ms);
    CHECK(delay_before_next(policy, 1, 0.0, 1h, 7s) == 7000ms);
    CHECK_FALSE(delay_before_next(policy, 1, 0.0, 2s, 2s));
}

TEST_CASE("Retry-After is seconds or a date") {
    CHECK(retry_after("3", "") == 3000ms);
    CHECK(retry_after("0", "") == 0ms);
    CHECK(retry_after("Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT") == 30000ms);
    CHECK(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT") == 0ms);
    for (const char* nonsense :
         {"", "-1", "1.5", "soon", "3 ", "99999999999", "Sun, 06 Nov 1994 08:50:07",
          "Sun, 32 Nov 1994 08:50:07 GMT", "Sun, 06 Xxx 1994 08:50:07 GMT"}) {
        INFO(nonsense);
        CHECK_FALSE(retry_after(nonsense, "Sun, 06 Nov 1994 08:49:37 GMT"));
    }
    CHECK_FALSE(retry_after("Sun, 06 Nov 1994 08:50:07 GMT", ""));
}

TEST_CASE("the limit of requests at a time halves when there were too many, and creeps back") {
    const ConcurrencyLimit::TimePoint start{};
    ConcurrencyLimit limit{8};
    limit.refused(start, start + 1s);
    CHECK(limit.now() == 4);
    // Of those that were under way then, each refusal says the same thing once more.
    limit.refused(start, start + 1s);
    limit.refused(start + 500ms, start + 2s);
    CHECK(limit.now() == 4);
    limit.refused(start + 1s, start + 2s);
    CHECK(limit.now() == 2);
    limit.refused(start + 2s, start + 3s);
    limit.refused(start + 3s, start + 4s);
    CHECK(limit.now() == 1);

    limit.succeeded();
    CHECK(limit.now() == 2);
    limit.succeeded();
    CHECK(limit.now() == 2);
    limit.succeeded();
    CHECK(limit.now() == 3);
    for (int i = 0; i < 100; ++i)
        limit.succeeded();
    CHECK(limit.now() == 8);
}

TEST_CASE("chance stays within its bounds, and is chance") {
    const auto chance = server::system_chance();
    bool differs = false;
    const double first = chance();
    for (int i = 0; i < 1000; ++i) {
        const double value = chance();
        CHECK((value >= 0 && value < 1));
        differs = differs || value != first;
    }
    CHECK(differs);
}
