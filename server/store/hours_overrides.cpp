#include "server/store/hours_overrides.hpp"

#include "server/store/sql_values.hpp"

#include <string_view>
#include <utility>

namespace server {
namespace {

constexpr std::string_view set_sql = R"(
    INSERT INTO hours_overrides (flow, name, is_open, ends_at, said_by, said_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (flow, name) DO UPDATE
        SET is_open = excluded.is_open, ends_at = excluded.ends_at, said_by = excluded.said_by,
            said_at = excluded.said_at)";

constexpr std::string_view lift_sql =
    "DELETE FROM hours_overrides WHERE flow = $1 AND name = $2 RETURNING is_open, ends_at";

constexpr std::string_view hours_history_sql = R"(
    INSERT INTO hours_history (flow, name, is_open, ends_at, said_by, said_at, is_lifted)
    VALUES ($1, $2, $3, $4, $5, $6, $7))";

constexpr std::string_view count_change_sql = R"(
    INSERT INTO changes (what, counted) VALUES ('hours', 1)
    ON CONFLICT (what) DO UPDATE SET counted = changes.counted + 1)";

constexpr std::string_view changes_sql = "SELECT counted FROM changes WHERE what = 'hours'";

constexpr std::string_view all_sql =
    "SELECT flow, name, is_open, ends_at, said_by, said_at FROM hours_overrides "
    "ORDER BY flow, name";

constexpr std::string_view hours_history_of_sql = R"(
    SELECT flow, name, is_open, ends_at, said_by, said_at, is_lifted FROM hours_history
    WHERE flow = $1 AND name = $2 ORDER BY id)";

std::vector<SqlValue> values_of(const StoredHoursOverride& what) {
    return {what.flow,          what.name, std::int64_t{what.open ? 1 : 0},
            to_sql(what.until), what.by,   to_sql(what.at)};
}

StoredHoursOverride to_override(const SqlRow& row) {
    return {.flow = to_text(row.at(0)),
            .name = to_text(row.at(1)),
            .open = to_integer(row.at(2)) != 0,
            .until = to_time(row.at(3)),
            .by = to_text(row.at(4)),
            .at = to_time(row.at(5))};
}

SqlStatement history_statement(const StoredHoursOverride& what, bool lifted) {
    SqlStatement statement{.sql = hours_history_sql, .values = values_of(what)};
    statement.values.emplace_back(std::int64_t{lifted ? 1 : 0});
    return statement;
}

}  // namespace

net::awaitable<Stored<void>> StoredHoursOverrides::set(StoredHoursOverride what) {
    Transaction transaction{.statements = {{.sql = set_sql, .values = values_of(what)},
                                           history_statement(what, false),
                                           {.sql = count_change_sql}}};
    const auto done = co_await database_.run(std::move(transaction));
    if (done.has_error()) co_return done.error();
    co_return Stored<void>{};
}

net::awaitable<Stored<bool>> StoredHoursOverrides::lift(std::string flow, std::string name,
                                                        std::string by, StoreTime at) {
    const StoredHoursOverride none{
        .flow = flow, .name = name, .until = at, .by = std::move(by), .at = at};
    Transaction transaction{.statements = {{.sql = lift_sql, .values = {flow, name}},
                                           history_statement(none, true),
                                           {.sql = count_change_sql}}};
    const auto done = co_await database_.run(std::move(transaction));
    if (done.has_error()) co_return done.error();
    co_return !done->at(0).empty();
}

// The count first: what changes between the two is seen, and read once more the next time.
net::awaitable<Stored<std::optional<StoredHoursOverrides::Snapshot>>>
StoredHoursOverrides::changed_since(std::int64_t seen) {
    SqlStatement counting{.sql = changes_sql};
    const auto counted = co_await run_one(database_, std::move(counting));
    if (counted.has_error()) co_return counted.error();
    Snapshot snapshot;
    if (!counted->empty()) snapshot.seen = to_integer(counted->at(0).at(0));
    if (snapshot.seen == seen) co_return std::optional<Snapshot>{};
    SqlStatement reading{.sql = all_sql};
    const auto all = co_await run_one(database_, std::move(reading));
    if (all.has_error()) co_return all.error();
    for (const SqlRow& row : *all)
        snapshot.overrides.push_back(to_override(row));
    co_return std::optional{std::move(snapshot)};
}

net::awaitable<Stored<std::vector<HoursChange>>> StoredHoursOverrides::history(std::string flow,
                                                                               std::string name) {
    SqlStatement statement{.sql = hours_history_of_sql,
                           .values = {std::move(flow), std::move(name)}};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    std::vector<HoursChange> changes;
    for (const SqlRow& row : *found)
        changes.push_back({.what = to_override(row), .lifted = to_integer(row.at(6)) != 0});
    co_return changes;
}

}  // namespace server
