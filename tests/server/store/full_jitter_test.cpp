#include "server/store/full_jitter.hpp"

#include <catch2/catch.hpp>

using namespace server;
using namespace std::chrono_literals;

TEST_CASE("waits are anything up to a bound that doubles with every failure, to the longest") {
    FullJitter waits{10ms, 35ms};
    for (const auto bound : {10ms, 20ms, 35ms, 35ms}) {
        const auto wait = waits.next();
        CHECK(wait >= 0ms);
        CHECK(wait <= bound);
    }
}

TEST_CASE("after a success the first bound counts again") {
    FullJitter waits{1ms, 1h};
    for (int failures = 0; failures < 20; ++failures)
        waits.next();
    waits.succeeded();
    CHECK(waits.next() <= 1ms);
}

TEST_CASE("two that lost the same thing at once do not wait alike") {
    FullJitter one{1h, 1h};
    FullJitter two{1h, 1h};
    bool differ = false;
    for (int i = 0; i < 5; ++i)
        differ = differ || one.next() != two.next();
    CHECK(differ);
}
