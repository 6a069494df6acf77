#include "server/store/verify_watch.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

const PersonKey prefix{{1}}, other{{2}};

struct Desk {
    TestStore store{GENERATE(each_engine())};
    VerifyWatch watch{store.database()};

    bool starts(StoreTime now, const PersonKey& whose = prefix) {
        return store.must(watch.may_start(whose, now));
    }
    void starts_and_approves(int started, int approved) {
        for (int i = 0; i < started; ++i)
            REQUIRE(starts(noon));
        for (int i = 0; i < approved; ++i)
            store.must_do(watch.approved(prefix));
    }
};

}  // namespace

TEST_CASE("a prefix whose codes nobody types gets no more for an hour") {
    Desk desk;
    desk.starts_and_approves(20, 3);
    CHECK_FALSE(desk.starts(noon));
    CHECK_FALSE(desk.starts(noon + 1h - 1ms));
    CHECK(desk.starts(noon, other));
    CHECK(desk.starts(noon + 1h));
    for (int i = 1; i < 20; ++i)
        CHECK(desk.starts(noon + 1h));
    CHECK_FALSE(desk.starts(noon + 1h));
}

TEST_CASE("a prefix of which one code in five is typed goes on") {
    Desk desk;
    desk.starts_and_approves(20, 4);
    CHECK(desk.starts(noon));
    SECTION("and is watched anew") {
        for (int i = 1; i < 20; ++i)
            CHECK(desk.starts(noon));
        CHECK_FALSE(desk.starts(noon));
    }
}

TEST_CASE("nobody is judged by fewer than twenty codes") {
    Desk desk;
    desk.starts_and_approves(19, 0);
    CHECK(desk.starts(noon));
}

TEST_CASE("prefixes are forgotten that see no more starts") {
    Desk desk;
    desk.starts(noon);
    CHECK(desk.store.must(desk.watch.forget(noon)) == 0);
    CHECK(desk.store.must(desk.watch.forget(noon + 1ms)) == 1);
}
