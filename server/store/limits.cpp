#include "server/store/limits.hpp"

#include "server/store/sql_values.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace server {
namespace {

// Moments in microseconds: a hundred segments a second is one in 10,000.
using Microseconds = std::chrono::microseconds;

// A draw that exceeds the limit writes NULL where none may be, which fails, and with it the whole
// transaction: that is how nothing is drawn from the other keys. The row's lock is held from the
// look at it to the end.
constexpr std::string_view draw_sql = R"(
    INSERT INTO limits (key, at_rest) VALUES ($1, $2 + $3)
    ON CONFLICT (key) DO UPDATE SET at_rest = CASE
        WHEN limits.at_rest <= $2 THEN $2 + $3
        WHEN limits.at_rest + $3 - $2 <= $4 THEN limits.at_rest + $3
        END)";
constexpr std::string_view find_limit_sql = "SELECT at_rest FROM limits WHERE key = $1";
constexpr std::string_view forget_limits_sql = R"(
    DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE at_rest < $1 LIMIT 1000)
    RETURNING key)";

std::int64_t microseconds(StoreTime time) { return Microseconds{time.time_since_epoch()}.count(); }
std::int64_t whole(const Rate& rate) { return Microseconds{rate.period}.count(); }
// Rounded up, so that no rounding lets more through.
std::int64_t increment(const Draw& draw) {
    return (draw.amount * whole(draw.rate) + draw.rate.count - 1) / draw.rate.count;
}

}  // namespace

net::awaitable<Stored<Drawn>> RateLimits::draw(std::vector<Draw> draws, StoreTime now) {
    for (const Draw& each : draws) {
        if (each.amount > each.rate.count)
            co_return Drawn{Denied{.key = each.key, .retry_at = StoreTime::max()}};
    }
    // In one order everywhere, so that no two wait for each other.
    std::ranges::sort(draws, {}, &Draw::key);
    Transaction transaction;
    for (const Draw& each : draws) {
        transaction.statements.push_back(
            {.sql = draw_sql,
             .values = {each.key, microseconds(now), increment(each), whole(each.rate)}});
    }
    const auto drawn = co_await database_.run(std::move(transaction));
    if (drawn.has_value()) co_return Drawn{Granted{}};
    if (drawn.error().what != StoreFailure::constraint) co_return drawn.error();
    co_return co_await who_denies(std::move(draws), now);
}

net::awaitable<Stored<Drawn>> RateLimits::who_denies(std::vector<Draw> draws, StoreTime now) {
    Transaction question;
    for (const Draw& each : draws)
        question.statements.push_back({.sql = find_limit_sql, .values = {each.key}});
    const auto found = co_await database_.run(std::move(question));
    if (found.has_error()) co_return found.error();
    Denied denied{.key = draws.front().key, .retry_at = now};
    for (std::size_t i = 0; i < draws.size(); ++i) {
        if (found->at(i).empty()) continue;
        const std::int64_t until =
            to_integer(found->at(i).at(0).at(0)) + increment(draws[i]) - whole(draws[i].rate);
        const StoreTime retry_at{std::chrono::ceil<std::chrono::milliseconds>(Microseconds{until})};
        if (retry_at > denied.retry_at) denied = {.key = draws[i].key, .retry_at = retry_at};
    }
    co_return Drawn{std::move(denied)};
}

net::awaitable<Stored<std::int64_t>> RateLimits::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_limits_sql, .values = {microseconds(before)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
