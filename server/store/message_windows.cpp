#include "server/store/message_windows.hpp"

#include "server/store/sql_values.hpp"

#include <string_view>
#include <utility>

namespace server {
namespace {

constexpr std::string_view note_window_sql = R"(
    INSERT INTO message_windows (sender, person, last_inbound) VALUES ($1, $2, $3)
    ON CONFLICT (sender, person) DO UPDATE SET last_inbound = excluded.last_inbound
        WHERE message_windows.last_inbound < excluded.last_inbound)";
constexpr std::string_view find_window_sql =
    "SELECT last_inbound FROM message_windows WHERE sender = $1 AND person = $2";
constexpr std::string_view forget_windows_sql = R"(
    DELETE FROM message_windows
    WHERE (sender, person) IN
        (SELECT sender, person FROM message_windows WHERE last_inbound < $1 LIMIT 1000)
    RETURNING sender)";

}  // namespace

net::awaitable<Stored<void>> MessageWindows::note_inbound(std::string sender, PersonKey person,
                                                          StoreTime at) {
    SqlStatement statement{.sql = note_window_sql,
                           .values = {std::move(sender), to_sql(person), to_sql(at)}};
    const auto noted = co_await run_one(database_, std::move(statement));
    if (noted.has_error()) co_return noted.error();
    co_return Stored<void>{};
}

net::awaitable<Stored<std::optional<StoreTime>>> MessageWindows::last_inbound(std::string sender,
                                                                              PersonKey person) {
    SqlStatement statement{.sql = find_window_sql, .values = {std::move(sender), to_sql(person)}};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    if (found->empty()) co_return std::optional<StoreTime>{};
    co_return std::optional{to_time(found->at(0).at(0))};
}

net::awaitable<Stored<bool>> MessageWindows::is_open(std::string sender, PersonKey person,
                                                     StoreTime now) {
    const auto last = co_await last_inbound(std::move(sender), person);
    if (last.has_error()) co_return last.error();
    co_return last->has_value() && now < **last + message_window;
}

net::awaitable<Stored<std::int64_t>> MessageWindows::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_windows_sql, .values = {to_sql(before - message_window)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
