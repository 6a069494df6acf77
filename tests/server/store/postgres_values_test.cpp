#include "server/store/postgres_error.hpp"
#include "server/store/postgres_values.hpp"
#include "tests/server/store/test_store.hpp"

#include <limits>

using namespace server;
using namespace server::testing;

namespace {

SqlValue selected(TestStore& store, const std::string& expression) {
    const std::string sql = "SELECT " + expression;
    return store.rows(sql).at(0).at(0);
}

}  // namespace

TEST_CASE("what PostgreSQL counts, sums and compares is an integer, as it is in SQLite") {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    TestStore store{Engine::postgres};
    CHECK(selected(store, "count(*)") == SqlValue{std::int64_t{1}});
    CHECK(selected(store, "1 < 2") == SqlValue{std::int64_t{1}});
    CHECK(selected(store, "1 > 2") == SqlValue{std::int64_t{0}});
    CHECK(selected(store, "-7") == SqlValue{std::int64_t{-7}});
    CHECK(selected(store, "sum(n) FROM (VALUES (BIGINT '0')) AS t (n)") ==
          SqlValue{std::int64_t{0}});
    CHECK(selected(store, "sum(n) FROM (VALUES (BIGINT '9999'), (1)) AS t (n)") ==
          SqlValue{std::int64_t{10000}});
    CHECK(selected(store, "sum(n) FROM (VALUES (BIGINT '-12345678'), (1)) AS t (n)") ==
          SqlValue{std::int64_t{-12345677}});
    CHECK(selected(store, "sum(n) FROM (VALUES (BIGINT '9223372036854775807')) AS t (n)") ==
          SqlValue{most});
    CHECK(selected(store, "sum(n) FROM (VALUES (BIGINT '-9223372036854775808')) AS t (n)") ==
          SqlValue{least});
}

TEST_CASE("a sum that is no integer of 64 bits, and types of no use here, are refused") {
    TestStore store{Engine::postgres};
    const std::string sql = GENERATE(
        as<std::string>{}, "SELECT sum(n) FROM (VALUES (9223372036854775807), (1)) AS t (n)",
        "SELECT 1.5", "SELECT 1e30::numeric", "SELECT 'NaN'::numeric", "SELECT 1.5::float8",
        "SELECT now()");
    const DatabaseResult result = store.run(sql);
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::broken);
    CHECK(result.error().why.find("a column of a type") != std::string::npos);
    CHECK(store.run("SELECT 1").has_value());
}

TEST_CASE("PostgreSQL's codes are told in the words of the port") {
    const auto what = [](std::string_view sqlstate) { return postgres_error(sqlstate, "").what; };
    CHECK(what("08006") == StoreFailure::unavailable);
    CHECK(what("08P01") == StoreFailure::broken);
    CHECK(what("23505") == StoreFailure::constraint);
    CHECK(what("25006") == StoreFailure::read_only);
    CHECK(what("40P01") == StoreFailure::timed_out);
    CHECK(what("42601") == StoreFailure::broken);
    CHECK(what("42710") == StoreFailure::constraint);
    CHECK(what("42P07") == StoreFailure::constraint);
    CHECK(what("53100") == StoreFailure::full);
    CHECK(what("53300") == StoreFailure::unavailable);
    CHECK(what("57014") == StoreFailure::timed_out);
    CHECK(what("57P01") == StoreFailure::unavailable);
    CHECK(what("XX001") == StoreFailure::broken);
    CHECK(postgres_error("40003", "").may_be_done);
    CHECK_FALSE(postgres_error("57P01", "").may_be_done);
}

TEST_CASE("no value is in the words about an error") {
    CHECK(postgres_error("22P02", "invalid input syntax for type bigint: \"+12025550100\"").why ==
          "PostgreSQL does not take a value (22P02)");
    CHECK(postgres_error("23505", "duplicate key value violates \"claims_pkey\"\nmore").why ==
          "PostgreSQL: duplicate key value violates \"claims_pkey\" (23505)");
}
