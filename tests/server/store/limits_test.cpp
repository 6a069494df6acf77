#include "server/store/limits.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

constexpr Rate three_an_hour{.count = 3, .period = 1h};

struct Buckets {
    TestStore store{GENERATE(each_engine())};
    RateLimits limits{store.database()};

    bool draw(std::vector<Draw> draws, StoreTime now) {
        return std::holds_alternative<Granted>(store.must(limits.draw(std::move(draws), now)));
    }
    Denied denied(std::vector<Draw> draws, StoreTime now) {
        const Drawn drawn = store.must(limits.draw(std::move(draws), now));
        REQUIRE(std::holds_alternative<Denied>(drawn));
        return std::get<Denied>(drawn);
    }
};

}  // namespace

TEST_CASE("a rate gives its count at once after quiet, then evenly") {
    Buckets buckets;
    const std::vector<Draw> one{{.key = "caller/a", .rate = three_an_hour}};
    for (int i = 0; i < 3; ++i)
        CHECK(buckets.draw(one, noon));
    const Denied denied = buckets.denied(one, noon);
    CHECK(denied.key == "caller/a");
    CHECK(denied.retry_at == noon + 20min);
    CHECK_FALSE(buckets.draw(one, noon + 20min - 1ms));
    CHECK(buckets.draw(one, noon + 20min));
    CHECK_FALSE(buckets.draw(one, noon + 20min));
    CHECK(buckets.draw({{.key = "caller/b", .rate = three_an_hour}}, noon));
    for (int i = 0; i < 3; ++i)
        CHECK(buckets.draw(one, noon + 24h));
    CHECK_FALSE(buckets.draw(one, noon + 24h));
}

TEST_CASE("what is larger counts for more, and what never fits is never granted") {
    Buckets buckets;
    const auto segments = [](std::int64_t amount) {
        return std::vector<Draw>{
            {.key = "sender/a", .rate = {.count = 10, .period = 1s}, .amount = amount}};
    };
    CHECK(buckets.draw(segments(7), noon));
    CHECK_FALSE(buckets.draw(segments(4), noon));
    CHECK(buckets.draw(segments(3), noon));
    CHECK(buckets.draw(segments(4), noon + 400ms));
    CHECK(buckets.denied(segments(11), noon + 1h).retry_at == StoreTime::max());
}

TEST_CASE("several limits grant together or not at all") {
    Buckets buckets;
    const Draw caller{.key = "caller/a", .rate = three_an_hour};
    const Draw prefix{.key = "prefix/1", .rate = {.count = 1, .period = 1h}};
    CHECK(buckets.draw({prefix, caller}, noon));
    const Denied denied = buckets.denied({caller, prefix}, noon);
    CHECK(denied.key == "prefix/1");
    CHECK(denied.retry_at == noon + 1h);
    // The caller has lost nothing by being denied.
    CHECK(buckets.draw({caller}, noon));
    CHECK(buckets.draw({caller}, noon));
    CHECK_FALSE(buckets.draw({caller}, noon));
}

TEST_CASE("many nodes that draw at once get no more than the limit") {
    Buckets buckets;
    const auto second = buckets.store.open_again();
    RateLimits there{*second};
    const std::vector<Draw> draws{{.key = "a", .rate = {.count = 20, .period = 1h}},
                                  {.key = "b", .rate = {.count = 30, .period = 1h}}};
    std::vector<net::awaitable<Stored<Drawn>>> drawing;
    for (int i = 0; i < 60; ++i) {
        auto ordered = draws;
        if (i % 3 == 0) std::swap(ordered[0], ordered[1]);
        drawing.push_back((i % 2 == 0 ? buckets.limits : there).draw(ordered, noon));
    }
    int granted = 0;
    for (const auto& drawn : buckets.store.wait_for_all(std::move(drawing))) {
        REQUIRE(drawn.has_value());
        granted += std::holds_alternative<Granted>(*drawn) ? 1 : 0;
    }
    CHECK(granted == 20);
}

TEST_CASE("what is at rest is forgotten, and limits nobody less") {
    Buckets buckets;
    const std::vector<Draw> rested{{.key = "rested", .rate = three_an_hour}};
    const std::vector<Draw> busy{{.key = "busy", .rate = {.count = 1, .period = 1h}}};
    CHECK(buckets.draw(rested, noon));
    CHECK(buckets.draw(busy, noon));
    CHECK(buckets.store.must(buckets.limits.forget(noon + 30min)) == 1);
    CHECK_FALSE(buckets.draw(busy, noon + 30min));
}
