#include "server/store/verify_watch.hpp"

#include "server/store/sql_values.hpp"

namespace server {
namespace {

constexpr std::string_view make_watch_sql = R"(
    INSERT INTO verify_watch (prefix, starts, approvals, last_start, closed_until)
    VALUES ($1, 0, 0, $2, 0) ON CONFLICT DO NOTHING)";

// Judged where the next one is to start: the codes before it have had their time.
constexpr std::string_view start_sql = R"(
    UPDATE verify_watch
    SET closed_until = CASE WHEN closed_until <= $2 AND starts >= $3 AND approvals * $4 < starts
                            THEN $5 ELSE closed_until END,
        starts = CASE WHEN closed_until > $2 THEN starts
                      WHEN starts < $3 THEN starts + 1
                      WHEN approvals * $4 < starts THEN 0
                      ELSE 1 END,
        approvals = CASE WHEN closed_until <= $2 AND starts >= $3 THEN 0 ELSE approvals END,
        last_start = $2
    WHERE prefix = $1 RETURNING closed_until)";

constexpr std::string_view approved_sql =
    "UPDATE verify_watch SET approvals = approvals + 1 WHERE prefix = $1 RETURNING approvals";

constexpr std::string_view forget_watches_sql =
    "DELETE FROM verify_watch WHERE last_start < $1 RETURNING starts";

}  // namespace

net::awaitable<Stored<bool>> VerifyWatch::may_start(PersonKey prefix, StoreTime now) {
    Transaction transaction{
        .statements = {{.sql = make_watch_sql, .values = {to_sql(prefix), to_sql(now)}},
                       {.sql = start_sql,
                        .values = {to_sql(prefix), to_sql(now), watched_starts, one_in,
                                   to_sql(now + closed_for)}}}};
    const auto rows = co_await database_.run(std::move(transaction));
    if (rows.has_error()) co_return rows.error();
    const SqlRows& found = rows->at(1);
    co_return found.empty() || to_time(found.at(0).at(0)) <= now;
}

net::awaitable<Stored<void>> VerifyWatch::approved(PersonKey prefix) {
    SqlStatement statement{.sql = approved_sql, .values = {to_sql(prefix)}};
    const auto done = co_await run_one(database_, std::move(statement));
    if (done.has_error()) co_return done.error();
    co_return Stored<void>{};
}

net::awaitable<Stored<std::int64_t>> VerifyWatch::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_watches_sql, .values = {to_sql(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
