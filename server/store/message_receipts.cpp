#include "server/store/message_receipts.hpp"

#include "server/store/sql_values.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace server {
namespace {

constexpr std::string_view note_receipt_sql = R"(
    INSERT INTO message_receipts (message_sid, effect, status, status_rank, error_code, at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (message_sid) DO UPDATE
        SET effect = coalesce(excluded.effect, message_receipts.effect),
            status = excluded.status, status_rank = excluded.status_rank,
            error_code = excluded.error_code, at = excluded.at
        WHERE message_receipts.status_rank < excluded.status_rank
    RETURNING status)";

constexpr std::string_view find_receipt_sql =
    "SELECT message_sid, effect, status, error_code, at FROM message_receipts "
    "WHERE message_sid = $1";
constexpr std::string_view find_by_effect_sql =
    "SELECT message_sid, effect, status, error_code, at FROM message_receipts WHERE effect = $1";

constexpr std::string_view forget_receipts_sql = R"(
    DELETE FROM message_receipts
    WHERE message_sid IN (SELECT message_sid FROM message_receipts WHERE at < $1 LIMIT 1000)
    RETURNING status)";

struct Ranked {
    std::string_view status;
    std::int64_t rank;
};
constexpr std::array ranks{
    Ranked{"accepted", 1}, Ranked{"scheduled", 1}, Ranked{"queued", 1}, Ranked{"sending", 2},
    Ranked{"sent", 3},     Ranked{"delivered", 4}, Ranked{"failed", 4}, Ranked{"undelivered", 4},
    Ranked{"canceled", 4}, Ranked{"read", 5},
};

net::awaitable<Stored<std::optional<MessageReceipt>>> find_one(Database& database,
                                                               SqlStatement statement) {
    const auto found = co_await run_one(database, std::move(statement));
    if (found.has_error()) co_return found.error();
    if (found->empty()) co_return std::optional<MessageReceipt>{};
    const SqlRow& row = found->at(0);
    MessageReceipt receipt{.message_sid = to_text(row.at(0)),
                           .status = to_text(row.at(2)),
                           .error_code = to_integer(row.at(3)),
                           .at = to_time(row.at(4))};
    if (!is_null(row.at(1))) receipt.effect = to_key<EffectKey>(row.at(1));
    co_return std::optional{std::move(receipt)};
}

}  // namespace

std::int64_t message_rank(std::string_view status) {
    const auto* const found = std::ranges::find(ranks, status, &Ranked::status);
    return found == ranks.end() ? 0 : found->rank;
}

net::awaitable<Stored<bool>> MessageReceipts::note(MessageReceipt receipt) {
    const std::int64_t rank = message_rank(receipt.status);
    SqlStatement statement{
        .sql = note_receipt_sql,
        .values = {receipt.message_sid, receipt.effect ? to_sql(*receipt.effect) : SqlValue{},
                   receipt.status, rank, receipt.error_code, to_sql(receipt.at)}};
    const auto noted = co_await run_and_count(database_, std::move(statement));
    if (noted.has_error()) co_return noted.error();
    co_return *noted > 0;
}

net::awaitable<Stored<std::optional<MessageReceipt>>>
MessageReceipts::find(std::string message_sid) {
    SqlStatement statement{.sql = find_receipt_sql, .values = {std::move(message_sid)}};
    co_return co_await find_one(database_, std::move(statement));
}

net::awaitable<Stored<std::optional<MessageReceipt>>> MessageReceipts::find(EffectKey effect) {
    SqlStatement statement{.sql = find_by_effect_sql, .values = {to_sql(effect)}};
    co_return co_await find_one(database_, std::move(statement));
}

net::awaitable<Stored<std::int64_t>> MessageReceipts::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_receipts_sql, .values = {to_sql(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
