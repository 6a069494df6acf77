#include "server/store/owed_turns.hpp"

#include "server/store/sql_values.hpp"

#include <string_view>
#include <utility>

namespace server {
namespace {

constexpr std::string_view owe_sql = R"(
    INSERT INTO owed_turns
        (turn, call_sid, flow, state, event, owed_at, owner, attempt, lease_until, is_done)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, 0)
    ON CONFLICT DO NOTHING RETURNING attempt)";

// The condition stands twice, as in PostgreSQL another may have taken the row since it was found.
constexpr std::string_view claim_turn_sql = R"(
    UPDATE owed_turns SET owner = $1, attempt = attempt + 1, lease_until = $3
    WHERE turn = (SELECT turn FROM owed_turns WHERE is_done = 0 AND lease_until <= $2
                  ORDER BY owed_at LIMIT 1)
        AND is_done = 0 AND lease_until <= $2
    RETURNING turn, call_sid, flow, state, event, owed_at, attempt)";

constexpr std::string_view renew_turn_sql = R"(
    UPDATE owed_turns SET lease_until = $4
    WHERE turn = $1 AND owner = $2 AND attempt = $3 AND is_done = 0 RETURNING attempt)";

constexpr std::string_view finish_turn_sql = R"(
    UPDATE owed_turns SET is_done = 1, state = $4, event = $4
    WHERE turn = $1 AND owner = $2 AND attempt = $3 AND is_done = 0 RETURNING attempt)";

constexpr std::string_view waiting_sql = "SELECT count(*) FROM owed_turns WHERE is_done = 0";

constexpr std::string_view forget_turns_sql = R"(
    DELETE FROM owed_turns
    WHERE turn IN (SELECT turn FROM owed_turns WHERE owed_at < $1 LIMIT 1000)
    RETURNING attempt)";

}  // namespace

net::awaitable<Stored<std::optional<OwedTurnClaim>>>
OwedTurns::owe(OwedTurn turn, std::string owner, StoreTime now, std::chrono::milliseconds lease) {
    SqlStatement statement{.sql = owe_sql,
                           .values = {to_sql(turn.key), turn.call_sid, turn.flow, Blob{turn.state},
                                      Blob{turn.event}, to_sql(turn.owed_at), owner,
                                      to_sql(now + lease)}};
    const auto owed = co_await run_one(database_, std::move(statement));
    if (owed.has_error()) co_return owed.error();
    if (owed->empty()) co_return std::optional<OwedTurnClaim>{};
    OwedTurnClaim claim{.turn = std::move(turn), .owner = std::move(owner)};
    co_return std::optional{std::move(claim)};
}

net::awaitable<Stored<std::optional<OwedTurnClaim>>>
OwedTurns::claim_next(std::string owner, StoreTime now, std::chrono::milliseconds lease) {
    SqlStatement statement{.sql = claim_turn_sql,
                           .values = {owner, to_sql(now), to_sql(now + lease)}};
    const auto taken = co_await run_one(database_, std::move(statement));
    if (taken.has_error()) co_return taken.error();
    if (taken->empty()) co_return std::optional<OwedTurnClaim>{};
    const SqlRow& row = taken->at(0);
    OwedTurnClaim claim{.turn = {.key = to_key<TurnKey>(row.at(0)),
                                 .call_sid = to_text(row.at(1)),
                                 .flow = to_text(row.at(2)),
                                 .state = to_bytes(row.at(3)),
                                 .event = to_bytes(row.at(4)),
                                 .owed_at = to_time(row.at(5))},
                        .owner = std::move(owner),
                        .attempt = to_integer(row.at(6))};
    co_return std::optional{std::move(claim)};
}

net::awaitable<Stored<bool>> OwedTurns::renew(OwedTurnClaim claim, StoreTime until) {
    SqlStatement statement{
        .sql = renew_turn_sql,
        .values = {to_sql(claim.turn.key), claim.owner, claim.attempt, to_sql(until)}};
    const auto renewed = co_await run_and_count(database_, std::move(statement));
    if (renewed.has_error()) co_return renewed.error();
    co_return *renewed > 0;
}

net::awaitable<Stored<bool>> OwedTurns::finish(OwedTurnClaim claim) {
    SqlStatement statement{.sql = finish_turn_sql,
                           .values = {to_sql(claim.turn.key), claim.owner, claim.attempt, Blob{}}};
    const auto finished = co_await run_and_count(database_, std::move(statement));
    if (finished.has_error()) co_return finished.error();
    co_return *finished > 0;
}

net::awaitable<Stored<std::int64_t>> OwedTurns::waiting() {
    SqlStatement statement{.sql = waiting_sql};
    const auto counted = co_await run_one(database_, std::move(statement));
    if (counted.has_error()) co_return counted.error();
    co_return to_integer(counted->at(0).at(0));
}

net::awaitable<Stored<std::int64_t>> OwedTurns::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_turns_sql, .values = {to_sql(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
