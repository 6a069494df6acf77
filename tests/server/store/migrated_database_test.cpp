#include "tests/server/store/test_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <utility>

using namespace server;
using namespace server::testing;

namespace {

constexpr std::string_view first_sql[] = {
    "CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, photo BLOB) STRICT",
    "INSERT INTO people (id) VALUES (1)"};
constexpr std::string_view second_sql[] = {"ALTER TABLE people ADD COLUMN name TEXT",
                                           "UPDATE people SET name = 'one'"};
constexpr Migration versions[] = {{first_sql}, {second_sql}};
constexpr std::span<const Migration> old_program{versions, 1};
constexpr std::span<const Migration> new_program{versions, 2};

constexpr std::string_view names_sql = "SELECT id, name FROM people";
const SqlRows one_person{{std::int64_t{1}, "one"}};

// Has all its tables, and answers the first who asks too late: after all others.
class SlowAtFirst final : public Database {
public:
    net::awaitable<DatabaseResult> run(Transaction /*transaction*/) override {
        if (std::exchange(is_first_, false)) {
            net::steady_timer timer{co_await net::this_coro::executor,
                                    std::chrono::milliseconds{5}};
            co_await timer.async_wait(net::use_awaitable);
            co_return StoreError{.what = StoreFailure::timed_out, .why = "too late"};
        }
        co_return std::vector<SqlRows>{{{std::int64_t{0}}}};
    }
    StoreHealth health() const override { return {}; }
    SqlDialect dialect() const override { return SqlDialect::sqlite; }

private:
    bool is_first_ = true;
};

Transaction asking(std::string_view sql) { return {.statements = {{.sql = sql}}}; }

}  // namespace

TEST_CASE("the tables of the program are there with the first transaction") {
    TestStore store{GENERATE(each_engine())};
    CHECK(store.rows("SELECT count(*) FROM claims") == SqlRows{{std::int64_t{0}}});
    CHECK(store.rows("SELECT max(version) FROM schema_version") ==
          SqlRows{{static_cast<std::int64_t>(schema_migrations().size())}});
}

TEST_CASE("a newer program brings the tables of an older one up to date, with what is in them") {
    TestStore store{GENERATE(each_engine()), old_program};
    CHECK(store.run("SELECT name FROM people").error().what == StoreFailure::broken);
    const auto newer = store.open_again(new_program);
    const DatabaseResult result = store.wait(newer->run(asking(names_sql)));
    REQUIRE(result.has_value());
    CHECK(result->at(0) == one_person);
    // The older one is still at work during a roll-out.
    CHECK(store.rows("SELECT id FROM people") == SqlRows{{std::int64_t{1}}});
}

TEST_CASE("many processes that bring the tables up to date at once do it once") {
    TestStore store{GENERATE(each_engine()), new_program};
    std::vector<std::unique_ptr<MigratedDatabase>> processes;
    std::vector<net::awaitable<DatabaseResult>> runs;
    for (int i = 0; i < 8; ++i) {
        processes.push_back(store.open_again(new_program));
        runs.push_back(processes.back()->run(asking(names_sql)));
    }
    for (const DatabaseResult& result : store.wait_for_all(std::move(runs))) {
        REQUIRE(result.has_value());
        CHECK(result->at(0) == one_person);
    }
}

TEST_CASE("a store of a newer program is left alone, and both versions are named") {
    TestStore store{GENERATE(each_engine()), new_program};
    REQUIRE(store.run(names_sql).has_value());
    const auto older = store.open_again(old_program);
    const DatabaseResult result = store.wait(older->run(asking("SELECT id FROM people")));
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::newer_schema);
    CHECK(result.error().why == "the store was made by a newer program (its tables are of version "
                                "2, this program knows 1): run that one");
    CHECK_FALSE(older->health().ok);
    CHECK(older->health().why == result.error().why);
}

TEST_CASE("a version that fails half-way leaves the one before it, and says so until it works") {
    TestStore store{GENERATE(each_engine()), old_program};
    constexpr static std::string_view wrong_sql[] = {"CREATE TABLE pets (id BIGINT) STRICT",
                                                     "CREATE TABEL houses (id BIGINT)"};
    constexpr static Migration wrong[] = {{first_sql}, {wrong_sql}};
    const auto newer = store.open_again(wrong);
    const DatabaseResult result = store.wait(newer->run(asking("SELECT id FROM pets")));
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::broken);
    CHECK_FALSE(newer->health().ok);
    CHECK(store.run("SELECT id FROM pets").has_error());
    CHECK(store.rows("SELECT id FROM people").size() == 1);
}

TEST_CASE("who learns too late that the store was away does not say so when it is back") {
    net::io_context loop{1};
    MigratedDatabase database{std::make_unique<SlowAtFirst>(), {}};
    int ended = 0;
    const auto ask = [&]() -> net::awaitable<void> {
        const DatabaseResult result = co_await database.run(asking("SELECT 1"));
        if (result.has_error()) CHECK(result.error().why == "too late");
        ++ended;
    };
    net::co_spawn(loop, ask(), net::detached);
    net::co_spawn(loop, ask(), net::detached);
    loop.run();
    CHECK(ended == 2);
    CHECK(database.health().ok);
}
