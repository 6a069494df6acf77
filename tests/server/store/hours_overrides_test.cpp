#include "server/store/hours_overrides.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

StoredHoursOverride closed(std::string name, StoreTime until = noon + 3h) {
    return {.flow = "acme",
            .name = std::move(name),
            .open = false,
            .until = until,
            .by = "console",
            .at = noon};
}

}  // namespace

TEST_CASE("an operator's word on hours is seen by every node, and told once") {
    TestStore store{GENERATE(each_engine())};
    const auto second = store.open_again();
    StoredHoursOverrides here{store.database()};
    StoredHoursOverrides there{*second};
    CHECK_FALSE(store.must(there.changed_since(0)));
    store.must_do(here.set(closed("sales")));
    store.must_do(here.set(closed("office")));
    const auto seen = store.must(there.changed_since(0));
    REQUIRE(seen);
    CHECK(seen->overrides == std::vector{closed("office"), closed("sales")});
    CHECK_FALSE(store.must(there.changed_since(seen->seen)));

    auto opened = closed("sales", noon + 5h);
    opened.open = true;
    store.must_do(there.set(opened));
    const auto later = store.must(here.changed_since(seen->seen));
    REQUIRE(later);
    CHECK(later->overrides == std::vector{closed("office"), opened});
}

TEST_CASE("an override is lifted, and its history tells who did what and when") {
    TestStore store{GENERATE(each_engine())};
    StoredHoursOverrides overrides{store.database()};
    store.must_do(overrides.set(closed("sales")));
    store.must_do(overrides.set(closed("office")));
    const std::int64_t seen = store.must(overrides.changed_since(0))->seen;
    CHECK(store.must(overrides.lift("acme", "sales", "bo", noon + 1h)));
    CHECK_FALSE(store.must(overrides.lift("acme", "nights", "bo", noon + 1h)));
    CHECK(store.must(overrides.changed_since(seen))->overrides == std::vector{closed("office")});

    const auto history = store.must(overrides.history("acme", "sales"));
    REQUIRE(history.size() == 2);
    CHECK_FALSE(history[0].lifted);
    CHECK(history[0].what == closed("sales"));
    CHECK(history[1].lifted);
    CHECK(history[1].what.by == "bo");
    CHECK(history[1].what.at == noon + 1h);
}

TEST_CASE("overrides outlive a restart") {
    TestStore store{GENERATE(each_engine())};
    store.must_do(StoredHoursOverrides{store.database()}.set(closed("sales")));
    store.reopen();
    StoredHoursOverrides after{store.database()};
    CHECK(store.must(after.changed_since(0))->overrides == std::vector{closed("sales")});
}
