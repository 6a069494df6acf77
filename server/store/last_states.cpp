#include "server/store/last_states.hpp"

#include "server/store/sql_values.hpp"

#include <string_view>
#include <utility>

namespace server {
namespace {

constexpr std::string_view write_state_sql = R"(
    INSERT INTO last_states (call_sid, flow, state, told_at, is_over) VALUES ($1, $2, $3, $4, 0)
    ON CONFLICT (call_sid) DO UPDATE
        SET flow = excluded.flow, state = excluded.state, told_at = excluded.told_at
        WHERE last_states.is_over = 0 AND last_states.told_at <= excluded.told_at)";

constexpr std::string_view claim_state_sql = R"(
    INSERT INTO last_states (call_sid, flow, state, told_at, is_over) VALUES ($1, '', NULL, $2, 1)
    ON CONFLICT (call_sid) DO UPDATE SET is_over = 1 WHERE last_states.is_over = 0
    RETURNING flow, state, told_at)";

constexpr std::string_view find_state_sql =
    "SELECT flow, state, told_at, is_over FROM last_states WHERE call_sid = $1";

constexpr std::string_view forget_states_sql = R"(
    DELETE FROM last_states
    WHERE call_sid IN (SELECT call_sid FROM last_states WHERE told_at < $1 LIMIT 1000)
    RETURNING call_sid)";

}  // namespace

net::awaitable<Stored<void>> LastStates::write(LastState state) {
    SqlStatement statement{.sql = write_state_sql,
                           .values = {std::move(state.call_sid), std::move(state.flow),
                                      Blob{std::move(state.state)}, to_sql(state.told_at)}};
    const auto written = co_await run_one(database_, std::move(statement));
    if (written.has_error()) co_return written.error();
    co_return Stored<void>{};
}

net::awaitable<Stored<std::optional<HungUp>>> LastStates::claim_hung_up(std::string call_sid,
                                                                        StoreTime now) {
    SqlStatement statement{.sql = claim_state_sql, .values = {call_sid, to_sql(now)}};
    const auto claimed = co_await run_one(database_, std::move(statement));
    if (claimed.has_error()) co_return claimed.error();
    if (claimed->empty()) co_return std::optional<HungUp>{};
    const SqlRow& row = claimed->at(0);
    HungUp hung_up;
    if (!is_null(row.at(1))) {
        hung_up.last = LastState{.call_sid = std::move(call_sid),
                                 .flow = to_text(row.at(0)),
                                 .state = to_bytes(row.at(1)),
                                 .told_at = to_time(row.at(2))};
    }
    co_return std::optional{std::move(hung_up)};
}

net::awaitable<Stored<LastKnown>> LastStates::find(std::string call_sid) {
    SqlStatement statement{.sql = find_state_sql, .values = {call_sid}};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    LastKnown known;
    if (found->empty()) co_return known;
    const SqlRow& row = found->at(0);
    known.is_over = to_integer(row.at(3)) != 0;
    if (!is_null(row.at(1))) {
        known.last = LastState{.call_sid = std::move(call_sid),
                               .flow = to_text(row.at(0)),
                               .state = to_bytes(row.at(1)),
                               .told_at = to_time(row.at(2))};
    }
    co_return known;
}

net::awaitable<Stored<std::int64_t>> LastStates::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_states_sql, .values = {to_sql(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
