#include "server/store/flow_versions.hpp"
#include "server/store/secrets.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

FlowVersion version(int which) { return {.bytes = {static_cast<unsigned char>(which), 0, 0xff}}; }

const StoredFlow acme{.flow = "acme",
                      .files = {{"acme.yaml", "flow: acme\n"},
                                {"library.yaml", std::string{"\0 \xff\n", 4}},
                                {"empty.yaml", ""}}};

}  // namespace

TEST_CASE("another node, and the next process, read the files of a version as they were") {
    TestStore store{GENERATE(each_engine())};
    const auto second = store.open_again();
    FlowVersions here{store.database()};
    FlowVersions there{*second};
    CHECK_FALSE(store.must(there.get(version(1))));
    store.must_do(here.put(version(1), acme, noon));
    CHECK(store.must(there.get(version(1))) == acme);
    CHECK_FALSE(store.must(there.get(version(2))));
    store.reopen();
    CHECK(store.must(FlowVersions{store.database()}.get(version(1))) == acme);
}

TEST_CASE("a version that is there stays as it is") {
    TestStore store{GENERATE(each_engine())};
    FlowVersions versions{store.database()};
    store.must_do(versions.put(version(1), acme, noon));
    store.must_do(versions.put(version(1), {.flow = "other"}, noon + 1h));
    CHECK(store.must(versions.get(version(1))) == acme);
}

TEST_CASE("a version that was in use within the hour is not written again") {
    TestStore store{GENERATE(each_engine())};
    FlowVersions versions{store.database()};
    const auto last_used = [&] { return store.rows("SELECT last_used FROM flow_versions"); };
    store.must_do(versions.put(version(1), acme, noon));
    const auto first = last_used();
    store.must_do(versions.put(version(1), acme, noon + 59min));
    CHECK(last_used() == first);
    store.must_do(versions.put(version(1), acme, noon + 1h));
    CHECK(last_used() != first);
}

TEST_CASE("a version goes when nobody has used it for long") {
    TestStore store{GENERATE(each_engine())};
    FlowVersions versions{store.database()};
    for (const int which : {1, 2, 3, 4})
        store.must_do(versions.put(version(which), acme, noon));
    store.must_do(versions.touch({version(1), version(2), version(9)}, noon + 1h));
    store.must_do(versions.touch({version(2)}, noon));
    store.must_do(versions.put(version(3), acme, noon + 1h));
    CHECK(store.must(versions.forget(noon + 1h)) == 0);  // which may have been used until then
    CHECK(store.must(versions.forget(noon + 2h)) == 1);
    CHECK(store.must(versions.get(version(1))));
    CHECK(store.must(versions.get(version(2))));
    CHECK(store.must(versions.get(version(3))));
    CHECK_FALSE(store.must(versions.get(version(4))));
}

TEST_CASE("a version whose row is damaged is an error, not another flow") {
    TestStore store{GENERATE(each_engine())};
    FlowVersions versions{store.database()};
    store.must_do(versions.put(version(1), acme, noon));
    store.rows("UPDATE flow_versions SET files = $1", {Blob{std::string{"\0\0\0\x05"
                                                                        "ac",
                                                                        6}}});
    CHECK(store.wait(versions.get(version(1))).error().what == StoreFailure::broken);
}

TEST_CASE("a secret is made once, whoever comes first") {
    TestStore store{GENERATE(each_engine())};
    const auto second = store.open_again();
    Secrets here{store.database()};
    Secrets there{*second};
    const std::string first = store.must(here.get_or_make("person", std::string(32, '\xff')));
    CHECK(first == std::string(32, '\xff'));
    CHECK(store.must(there.get_or_make("person", std::string(32, 'b'))) == first);
    CHECK(store.must(there.get_or_make("other", std::string(32, 'c'))) == std::string(32, 'c'));

    std::vector<net::awaitable<Stored<std::string>>> asking;
    for (char fresh = 'a'; fresh <= 'z'; ++fresh)
        asking.push_back(
            (fresh % 2 == 0 ? here : there).get_or_make("raced", std::string(1, fresh)));
    const auto got = store.wait_for_all(std::move(asking));
    for (const auto& secret : got) {
        REQUIRE(secret.has_value());
        CHECK(*secret == *got.front());
    }
}
