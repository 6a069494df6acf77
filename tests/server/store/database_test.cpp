// What every engine has to hold to, below all SQL of ours.
#include "tests/server/store/test_store.hpp"

#include <limits>
#include <thread>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view things_sql[] = {
    "CREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY, label TEXT, raw BLOB, n BIGINT) STRICT"};
constexpr Migration things[] = {{things_sql}};

constexpr std::string_view insert_sql =
    "INSERT INTO things (id, label, raw, n) VALUES ($1, $2, $3, $4)";
constexpr std::string_view insert_id_sql = "INSERT INTO things (id) VALUES ($1)";
constexpr std::string_view all_ids_sql = "SELECT id FROM things ORDER BY id";

// Counts for minutes, in either engine.
constexpr std::string_view slow_sql = R"(
    WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 1000000000)
    SELECT count(*) FROM numbers)";

SqlRows ids(std::initializer_list<std::int64_t> wanted) {
    SqlRows rows;
    for (const std::int64_t id : wanted)
        rows.push_back({id});
    return rows;
}

Transaction inserting(std::vector<std::int64_t> wanted) {
    Transaction transaction;
    for (const std::int64_t id : wanted)
        transaction.statements.push_back({.sql = insert_id_sql, .values = {id}});
    return transaction;
}

}  // namespace

TEST_CASE("values come back as they were written") {
    TestStore store{GENERATE(each_engine()), things};
    const SqlRows rows{
        {std::int64_t{1}, "Grüße ✓", Blob{std::string{"\0\xff'\\", 4}}, std::int64_t{-7}},
        {std::numeric_limits<std::int64_t>::max(), "", Blob{""},
         std::numeric_limits<std::int64_t>::min()},
        {std::numeric_limits<std::int64_t>::min(), std::string(100'000, 'x'),
         Blob{std::string(100'000, '\x80')}, std::int64_t{0}},
        {std::int64_t{2}, std::monostate{}, std::monostate{}, std::monostate{}},
    };
    for (const SqlRow& row : rows)
        REQUIRE(store.run(insert_sql, row).has_value());
    for (const SqlRow& row : rows)
        CHECK(store.rows("SELECT id, label, raw, n FROM things WHERE id = $1", {row[0]}) ==
              SqlRows{row});
}

TEST_CASE("a value may be used twice, in any order, and be missing") {
    TestStore store{GENERATE(each_engine()), things};
    REQUIRE(store
                .run("INSERT INTO things (n, id, label) VALUES ($2, $1, $3)",
                     {std::int64_t{1}, std::int64_t{2}, "a"})
                .has_value());
    REQUIRE(store
                .run("INSERT INTO things (n, id, label) VALUES ($2, $1, $3)",
                     {std::int64_t{2}, std::monostate{}, std::monostate{}})
                .has_value());
    CHECK(store.rows("SELECT id FROM things WHERE id = $1 OR n = $1", {std::int64_t{2}}).size() ==
          2);
}

TEST_CASE("a transaction's statements see each other's changes, and their rows come in order") {
    TestStore store{GENERATE(each_engine()), things};
    Transaction transaction = inserting({1});
    transaction.statements.push_back(
        {.sql = "UPDATE things SET n = $1 RETURNING id, n", .values = {std::int64_t{5}}});
    transaction.statements.push_back({.sql = "SELECT n FROM things"});
    const DatabaseResult result = store.run(std::move(transaction));
    REQUIRE(result.has_value());
    CHECK(*result ==
          std::vector<SqlRows>{{}, {{std::int64_t{1}, std::int64_t{5}}}, {{std::int64_t{5}}}});
}

TEST_CASE("where one statement fails nothing of the transaction has happened") {
    TestStore store{GENERATE(each_engine()), things};
    REQUIRE(store.run(inserting({3})).has_value());
    const DatabaseResult result = store.run(inserting({1, 2, 3, 4}));
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::constraint);
    CHECK_FALSE(result.error().may_be_done);
    CHECK(store.rows(all_ids_sql) == ids({3}));
    CHECK(store.database().health().ok);
}

TEST_CASE("a transaction that fails takes none of those beside it with it") {
    TestStore store{GENERATE(each_engine()), things};
    REQUIRE(store.run(inserting({0})).has_value());
    std::vector<net::awaitable<DatabaseResult>> runs;
    for (std::int64_t i = 1; i <= 500; ++i)
        runs.push_back(
            store.database().run(inserting(i % 5 == 0 ? std::vector{i, i - i} : std::vector{i})));
    const auto results = store.wait_for_all(std::move(runs));
    for (std::size_t i = 0; i < results.size(); ++i)
        CHECK(results[i].has_value() == ((i + 1) % 5 != 0));
    CHECK(store.rows("SELECT count(*) FROM things") == SqlRows{{std::int64_t{401}}});
}

TEST_CASE("what cannot be understood is broken, and what comes after it is not") {
    TestStore store{GENERATE(each_engine()), things};
    const auto sql = GENERATE(as<std::string_view>{}, "SELECT nothing FROM things",
                              "SELECT 1 FROM nowhere", "SELEKT 1", "SELECT $1");
    const DatabaseResult result = store.run(sql);
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::broken);
    CHECK_FALSE(result.error().may_be_done);
    CHECK_FALSE(result.error().why.empty());
    CHECK_FALSE(store.database().health().ok);
    CHECK(store.run(inserting({1})).has_value());
    CHECK(store.database().health().ok);
}

TEST_CASE("a text that is none is refused alike everywhere") {
    TestStore store{GENERATE(each_engine()), things};
    const auto text = GENERATE(as<std::string>{}, "\xff", "\xc3", std::string{"a\0b", 3});
    const DatabaseResult result =
        store.run(insert_sql, {std::int64_t{1}, text, std::monostate{}, std::monostate{}});
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::constraint);
    CHECK(store.rows(all_ids_sql).empty());
}

TEST_CASE("a statement that takes too long is ended in time, and changes nothing") {
    TestStore store{GENERATE(each_engine()), things};
    REQUIRE(store.run(inserting({1})).has_value());
    Transaction transaction = inserting({2});
    transaction.statements.push_back({.sql = slow_sql});
    transaction.within = 100ms;
    const auto before = std::chrono::steady_clock::now();
    const DatabaseResult result = store.run(std::move(transaction));
    CHECK(std::chrono::steady_clock::now() - before < 2s);
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::timed_out);
    // Who waits is told at the deadline; the writer notes it when the statement has been ended.
    while (store.database().health().ok && std::chrono::steady_clock::now() - before < 2s)
        std::this_thread::yield();
    CHECK_FALSE(store.database().health().ok);
    CHECK(store.rows(all_ids_sql) == ids({1}));
    CHECK(store.run(inserting({3})).has_value());
    CHECK(store.database().health().ok);
}

TEST_CASE("rows outlive whoever wrote them") {
    TestStore store{GENERATE(each_engine())};
    REQUIRE(
        store.run("INSERT INTO claims VALUES ($1, 'sms', '', '', 1, 2, 3, NULL, 1)", {Blob{"key"}})
            .has_value());
    store.reopen();
    CHECK(store.rows("SELECT effect FROM claims") == SqlRows{{Blob{"key"}}});
}

TEST_CASE("several processes write to one store at once") {
    TestStore store{GENERATE(each_engine()), things};
    const auto second = store.open_again(things);
    std::vector<net::awaitable<DatabaseResult>> runs;
    for (std::int64_t i = 0; i < 100; ++i)
        runs.push_back((i % 2 == 0 ? store.database() : *second).run(inserting({i})));
    for (const DatabaseResult& result : store.wait_for_all(std::move(runs))) {
        INFO((result.has_error() ? result.error().why : ""));
        CHECK(result.has_value());
    }
    CHECK(store.rows("SELECT count(*) FROM things") == SqlRows{{std::int64_t{100}}});
}
