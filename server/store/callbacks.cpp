#include "server/store/callbacks.hpp"

#include "server/store/sql_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace server {
namespace {

constexpr std::string_view request_sql = R"(
    INSERT INTO callbacks (id, call_sid, number, flow, state, queue, asked_at, due, until, attempts,
                           status, attempt, owner, lease_until, may_be_placed, placed_call_sid)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', 0, '', 0, 0, '')
    ON CONFLICT DO NOTHING RETURNING id)";

constexpr std::string_view keeping_place_sql = R"(
    SELECT id, call_sid, number, flow, state, queue, asked_at, due, until, attempts,
           status, attempt, placed_call_sid
    FROM callbacks WHERE status = 'waiting' AND due IS NULL ORDER BY asked_at, id)";

constexpr std::string_view make_due_sql =
    "UPDATE callbacks SET due = $2 WHERE id = $1 AND status = 'waiting' AND due IS NULL "
    "RETURNING id";

// The condition stands twice, as in PostgreSQL another may have taken the row since it was found.
constexpr std::string_view claim_due_sql = R"(
    UPDATE callbacks
    SET may_be_placed = CASE WHEN status = 'waiting' THEN 0 ELSE 1 END,
        attempt = attempt + CASE WHEN status = 'waiting' THEN 1 ELSE 0 END,
        placed_call_sid = CASE WHEN status = 'waiting' THEN '' ELSE placed_call_sid END,
        status = 'placing', owner = $1, lease_until = $3
    WHERE id = (SELECT id FROM callbacks
                WHERE (status = 'waiting' AND due <= $2 AND until > $2)
                    OR (status IN ('placing', 'placed') AND lease_until <= $2)
                ORDER BY due, id LIMIT 1)
        AND ((status = 'waiting' AND due <= $2)
             OR (status IN ('placing', 'placed') AND lease_until <= $2))
    RETURNING id, call_sid, number, flow, state, queue, asked_at, due, until, attempts,
              status, attempt, placed_call_sid, may_be_placed)";

constexpr std::string_view placed_sql = R"(
    UPDATE callbacks
    SET status = 'placed', lease_until = $5,
        placed_call_sid = CASE WHEN placed_call_sid = '' THEN $4 ELSE placed_call_sid END
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND status = 'placing' RETURNING id)";

constexpr std::string_view put_back_sql = R"(
    UPDATE callbacks SET status = 'waiting', attempt = attempt - 1, due = $4
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND status = 'placing' AND placed_call_sid = ''
    RETURNING id)";

constexpr std::string_view give_up_sql = R"(
    UPDATE callbacks SET status = 'gave_up'
    WHERE id = $1 AND owner = $2 AND attempt = $3 AND status = 'placing' RETURNING id)";

constexpr std::string_view heard_from_sql = R"(
    UPDATE callbacks
    SET placed_call_sid = $3,
        status = CASE WHEN $4 = 1 AND status IN ('placing', 'placed') THEN 'reached'
                      ELSE status END
    WHERE id = $1 AND attempt = $2
        AND (placed_call_sid = $3
             OR (placed_call_sid = '' AND status IN ('placing', 'placed')))
    RETURNING id, call_sid, number, flow, state, queue, asked_at, due, until, attempts,
              status, attempt, placed_call_sid)";

constexpr std::string_view retry_sql = R"(
    UPDATE callbacks
    SET status = CASE WHEN attempt < attempts AND until > $3 THEN 'waiting' ELSE 'gave_up' END,
        due = $3
    WHERE id = $1 AND attempt = $2 AND status IN ('placing', 'placed') RETURNING id)";

constexpr std::string_view cancel_sql =
    "UPDATE callbacks SET status = 'cancelled' WHERE id = $1 AND status = 'waiting' RETURNING id";

constexpr std::string_view give_up_late_sql =
    "UPDATE callbacks SET status = 'gave_up' WHERE status = 'waiting' AND until <= $1 "
    "RETURNING id";

constexpr std::string_view find_callback_sql = R"(
    SELECT id, call_sid, number, flow, state, queue, asked_at, due, until, attempts,
           status, attempt, placed_call_sid
    FROM callbacks WHERE id = $1)";

constexpr std::string_view find_placed_sql = R"(
    SELECT id, call_sid, number, flow, state, queue, asked_at, due, until, attempts,
           status, attempt, placed_call_sid
    FROM callbacks WHERE placed_call_sid = $1 AND placed_call_sid <> '')";

constexpr std::string_view forget_callbacks_sql = R"(
    DELETE FROM callbacks
    WHERE id IN (SELECT id FROM callbacks WHERE asked_at < $1 LIMIT 1000)
    RETURNING id)";

struct StatusWord {
    CallbackStatus status;
    std::string_view word;
};
constexpr std::array status_words{
    StatusWord{CallbackStatus::waiting, "waiting"},
    StatusWord{CallbackStatus::placing, "placing"},
    StatusWord{CallbackStatus::placed, "placed"},
    StatusWord{CallbackStatus::reached, "reached"},
    StatusWord{CallbackStatus::gave_up, "gave_up"},
    StatusWord{CallbackStatus::cancelled, "cancelled"},
};

CallbackStatus to_status(std::string_view word) {
    const auto* const found = std::ranges::find(status_words, word, &StatusWord::word);
    return found == status_words.end() ? CallbackStatus::gave_up : found->status;
}

Callback to_callback(const SqlRow& row) {
    Callback callback{.request = {.id = to_text(row.at(0)),
                                  .call_sid = to_text(row.at(1)),
                                  .number = to_text(row.at(2)),
                                  .flow = to_text(row.at(3)),
                                  .state = to_bytes(row.at(4)),
                                  .queue = to_text(row.at(5)),
                                  .asked_at = to_time(row.at(6)),
                                  .until = to_time(row.at(8)),
                                  .attempts = to_integer(row.at(9))},
                      .status = to_status(to_text(row.at(10))),
                      .attempt = to_integer(row.at(11)),
                      .placed_call_sid = to_text(row.at(12))};
    if (!is_null(row.at(7))) callback.request.due = to_time(row.at(7));
    return callback;
}

net::awaitable<Stored<std::optional<Callback>>> find_one(Database& database,
                                                         SqlStatement statement) {
    const auto found = co_await run_one(database, std::move(statement));
    if (found.has_error()) co_return found.error();
    if (found->empty()) co_return std::optional<Callback>{};
    co_return std::optional{to_callback(found->at(0))};
}

// Whether it changed a row.
net::awaitable<Stored<bool>> change(Database& database, SqlStatement statement) {
    const auto rows = co_await run_and_count(database, std::move(statement));
    if (rows.has_error()) co_return rows.error();
    co_return *rows > 0;
}

}  // namespace

std::string_view to_text(CallbackStatus status) {
    return std::ranges::find(status_words, status, &StatusWord::status)->word;
}

net::awaitable<Stored<bool>> Callbacks::request(CallbackRequest request) {
    SqlStatement statement{.sql = request_sql,
                           .values = {request.id, request.call_sid, request.number, request.flow,
                                      Blob{request.state}, request.queue, to_sql(request.asked_at),
                                      request.due ? to_sql(*request.due) : SqlValue{},
                                      to_sql(request.until), request.attempts}};
    co_return co_await change(database_, std::move(statement));
}

net::awaitable<Stored<std::vector<Callback>>> Callbacks::keeping_place() {
    SqlStatement statement{.sql = keeping_place_sql};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    std::vector<Callback> callbacks;
    for (const SqlRow& row : *found)
        callbacks.push_back(to_callback(row));
    co_return callbacks;
}

net::awaitable<Stored<bool>> Callbacks::make_due(std::string id, StoreTime due) {
    SqlStatement statement{.sql = make_due_sql, .values = {std::move(id), to_sql(due)}};
    co_return co_await change(database_, std::move(statement));
}

net::awaitable<Stored<std::optional<CallbackClaim>>>
Callbacks::claim_due(std::string owner, StoreTime now, std::chrono::milliseconds lease) {
    SqlStatement statement{.sql = claim_due_sql,
                           .values = {owner, to_sql(now), to_sql(now + lease)}};
    const auto taken = co_await run_one(database_, std::move(statement));
    if (taken.has_error()) co_return taken.error();
    if (taken->empty()) co_return std::optional<CallbackClaim>{};
    const SqlRow& row = taken->at(0);
    CallbackClaim claim{.callback = to_callback(row),
                        .owner = std::move(owner),
                        .may_be_placed = to_integer(row.at(13)) != 0};
    co_return std::optional{std::move(claim)};
}

net::awaitable<Stored<bool>> Callbacks::placed(CallbackClaim claim, std::string call_sid,
                                               StoreTime look_at) {
    SqlStatement statement{.sql = placed_sql,
                           .values = {claim.callback.request.id, claim.owner,
                                      claim.callback.attempt, std::move(call_sid),
                                      to_sql(look_at)}};
    co_return co_await change(database_, std::move(statement));
}

net::awaitable<Stored<bool>> Callbacks::put_back(CallbackClaim claim, StoreTime due) {
    SqlStatement statement{
        .sql = put_back_sql,
        .values = {claim.callback.request.id, claim.owner, claim.callback.attempt, to_sql(due)}};
    co_return co_await change(database_, std::move(statement));
}

net::awaitable<Stored<bool>> Callbacks::give_up(CallbackClaim claim) {
    SqlStatement statement{
        .sql = give_up_sql,
        .values = {claim.callback.request.id, claim.owner, claim.callback.attempt}};
    co_return co_await change(database_, std::move(statement));
}

net::awaitable<Stored<std::optional<Callback>>>
Callbacks::heard_from(std::string id, std::int64_t attempt, std::string call_sid, By answered) {
    SqlStatement statement{.sql = heard_from_sql,
                           .values = {std::move(id), attempt, std::move(call_sid),
                                      std::int64_t{answered == By::person ? 1 : 0}}};
    co_return co_await find_one(database_, std::move(statement));
}

net::awaitable<Stored<std::optional<CallbackStatus>>>
Callbacks::retry(std::string id, std::int64_t attempt, StoreTime due) {
    Transaction transaction{.statements = {{.sql = retry_sql, .values = {id, attempt, to_sql(due)}},
                                           {.sql = find_callback_sql, .values = {id}}}};
    const auto rows = co_await database_.run(std::move(transaction));
    if (rows.has_error()) co_return rows.error();
    const SqlRows& found = rows->at(1);
    if (found.empty()) co_return std::optional<CallbackStatus>{};
    co_return std::optional{to_callback(found.at(0)).status};
}

net::awaitable<Stored<bool>> Callbacks::cancel(std::string id) {
    SqlStatement statement{.sql = cancel_sql, .values = {std::move(id)}};
    co_return co_await change(database_, std::move(statement));
}

net::awaitable<Stored<std::int64_t>> Callbacks::give_up_late(StoreTime now) {
    SqlStatement statement{.sql = give_up_late_sql, .values = {to_sql(now)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

net::awaitable<Stored<std::optional<Callback>>> Callbacks::find(std::string id) {
    SqlStatement statement{.sql = find_callback_sql, .values = {std::move(id)}};
    co_return co_await find_one(database_, std::move(statement));
}

net::awaitable<Stored<std::optional<Callback>>> Callbacks::find_placed(std::string call_sid) {
    SqlStatement statement{.sql = find_placed_sql, .values = {std::move(call_sid)}};
    co_return co_await find_one(database_, std::move(statement));
}

net::awaitable<Stored<std::int64_t>> Callbacks::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_callbacks_sql, .values = {to_sql(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
