#include "server/store/claims.hpp"

#include "server/store/sql_values.hpp"

#include <utility>

namespace server {
namespace {

// A new row, or an unfinished one whose lease is over; no row where somebody is quicker.
constexpr std::string_view claim_effect_sql = R"(
    INSERT INTO claims
        (effect, kind, call_sid, owner, attempt, claimed_at, lease_until, result, is_final)
    VALUES ($1, $2, $3, $4, 1, $5, $6, NULL, 1)
    ON CONFLICT (effect) DO UPDATE
        SET owner = excluded.owner, attempt = claims.attempt + 1, lease_until = excluded.lease_until
        WHERE claims.result IS NULL AND claims.lease_until <= $5
    RETURNING attempt, result)";

// The same, but finished at once for a person who opted out. `WHERE true`: SQLite would else take
// ON for the beginning of a join.
constexpr std::string_view claim_text_sql = R"(
    INSERT INTO claims
        (effect, kind, call_sid, owner, attempt, claimed_at, lease_until, result, is_final)
    SELECT $1, $2, $3, $4, 1, $5, $6,
        CASE WHEN EXISTS (SELECT 1 FROM opt_outs
                          WHERE person = $7 AND channel = $8 AND scope IN ('', $9))
             THEN $10 END,
        1
    WHERE true
    ON CONFLICT (effect) DO UPDATE
        SET owner = excluded.owner, attempt = claims.attempt + 1, lease_until = excluded.lease_until
        WHERE claims.result IS NULL AND claims.lease_until <= $5
    RETURNING attempt, result)";

constexpr std::string_view find_effect_sql = R"(
    SELECT effect, kind, call_sid, owner, attempt, claimed_at, lease_until, result, is_final
    FROM claims WHERE effect = $1)";

constexpr std::string_view of_call_sql = R"(
    SELECT effect, kind, call_sid, owner, attempt, claimed_at, lease_until, result, is_final
    FROM claims WHERE call_sid = $1 ORDER BY claimed_at, effect)";

constexpr std::string_view renew_effect_sql = R"(
    UPDATE claims SET lease_until = $4
    WHERE effect = $1 AND owner = $2 AND attempt = $3 AND result IS NULL
    RETURNING attempt)";

constexpr std::string_view finish_effect_sql = R"(
    UPDATE claims SET result = $2, is_final = $3
    WHERE effect = $1 AND (result IS NULL OR is_final < $3)
    RETURNING attempt)";

constexpr std::string_view forget_effects_sql = R"(
    DELETE FROM claims
    WHERE effect IN (SELECT effect FROM claims WHERE claimed_at < $1 LIMIT 1000)
    RETURNING attempt)";

ClaimRow to_claim_row(const SqlRow& row) {
    ClaimRow claim{.key = to_key<EffectKey>(row.at(0)),
                   .kind = to_text(row.at(1)),
                   .call_sid = to_text(row.at(2)),
                   .owner = to_text(row.at(3)),
                   .attempt = to_integer(row.at(4)),
                   .claimed_at = to_time(row.at(5)),
                   .lease_until = to_time(row.at(6))};
    if (!is_null(row.at(7)))
        claim.finished =
            Finished{.result = to_bytes(row.at(7)), .is_final = to_integer(row.at(8)) != 0};
    return claim;
}

SqlStatement claim_statement(const ClaimRequest& request) {
    SqlStatement statement{.sql = claim_effect_sql,
                           .values = {to_sql(request.key), request.kind, request.call_sid,
                                      request.owner, to_sql(request.now),
                                      to_sql(request.now + request.lease)}};
    if (const auto& question = request.unless_opted_out) {
        statement.sql = claim_text_sql;
        for (SqlValue value :
             {to_sql(question->person), SqlValue{question->channel}, SqlValue{question->sender},
              SqlValue{Blob{question->result_if_opted_out}}})
            statement.values.push_back(std::move(value));
    }
    return statement;
}

SqlStatement finish_statement(const EffectKey& key, Finished result) {
    return {.sql = finish_effect_sql,
            .values = {to_sql(key), Blob{std::move(result.result)},
                       std::int64_t{result.is_final ? 1 : 0}}};
}

}  // namespace

net::awaitable<Stored<ClaimOutcome>> Claims::claim(ClaimRequest request) {
    Transaction transaction{
        .statements = {claim_statement(request),
                       {.sql = find_effect_sql, .values = {to_sql(request.key)}}}};
    const auto rows = co_await database_.run(std::move(transaction));
    if (rows.has_error()) co_return rows.error();
    if (const SqlRows& taken = rows->at(0); !taken.empty()) {
        ClaimTicket ticket{
            .key = request.key, .owner = request.owner, .attempt = to_integer(taken[0].at(0))};
        if (!is_null(taken[0].at(1))) co_return ClaimOutcome{OptedOut{}};
        if (ticket.attempt > 1) co_return ClaimOutcome{Orphaned{std::move(ticket)}};
        co_return ClaimOutcome{Claimed{std::move(ticket)}};
    }
    const SqlRows& found = rows->at(1);
    if (found.empty()) {
        // Forgotten between the two statements; asked again, it is new.
        co_return StoreError{.what = StoreFailure::unavailable,
                             .why = "the claim was being forgotten"};
    }
    ClaimRow row = to_claim_row(found[0]);
    if (row.finished) co_return ClaimOutcome{std::move(*row.finished)};
    co_return ClaimOutcome{Held{.until = row.lease_until}};
}

net::awaitable<Stored<bool>> Claims::renew(ClaimTicket ticket, StoreTime until) {
    SqlStatement statement{
        .sql = renew_effect_sql,
        .values = {to_sql(ticket.key), ticket.owner, ticket.attempt, to_sql(until)}};
    const auto renewed = co_await run_and_count(database_, std::move(statement));
    if (renewed.has_error()) co_return renewed.error();
    co_return *renewed > 0;
}

net::awaitable<Stored<std::optional<Finished>>> Claims::finish(EffectKey key, Finished result) {
    Transaction transaction{.statements = {finish_statement(key, std::move(result)),
                                           {.sql = find_effect_sql, .values = {to_sql(key)}}}};
    const auto rows = co_await database_.run(std::move(transaction));
    if (rows.has_error()) co_return rows.error();
    const SqlRows& found = rows->at(1);
    if (found.empty()) co_return std::optional<Finished>{};
    co_return to_claim_row(found[0]).finished;
}

net::awaitable<Stored<bool>> Claims::resolve(EffectKey key, std::string result) {
    SqlStatement statement = finish_statement(key, {.result = std::move(result)});
    const auto changed = co_await run_and_count(database_, std::move(statement));
    if (changed.has_error()) co_return changed.error();
    co_return *changed > 0;
}

net::awaitable<Stored<std::optional<ClaimRow>>> Claims::find(EffectKey key) {
    SqlStatement statement{.sql = find_effect_sql, .values = {to_sql(key)}};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    if (found->empty()) co_return std::optional<ClaimRow>{};
    co_return std::optional<ClaimRow>{to_claim_row(found->at(0))};
}

net::awaitable<Stored<std::vector<ClaimRow>>> Claims::of_call(std::string call_sid) {
    SqlStatement statement{.sql = of_call_sql, .values = {std::move(call_sid)}};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    std::vector<ClaimRow> claims;
    for (const SqlRow& row : *found)
        claims.push_back(to_claim_row(row));
    co_return claims;
}

net::awaitable<Stored<std::int64_t>> Claims::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_effects_sql, .values = {to_sql(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
