#include "server/store/secrets.hpp"

#include "server/store/sql_values.hpp"

#include <string_view>
#include <utility>

namespace server {
namespace {

constexpr std::string_view make_secret_sql =
    "INSERT INTO secrets (name, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING";
constexpr std::string_view get_secret_sql = "SELECT bytes FROM secrets WHERE name = $1";

}  // namespace

net::awaitable<Stored<std::string>> Secrets::get_or_make(std::string name, std::string fresh) {
    SqlStatement question{.sql = get_secret_sql, .values = {name}};
    auto found = co_await run_one(database_, question);
    if (found.has_error()) co_return found.error();
    if (found->empty()) {
        // Read again in a transaction of its own, which sees what another was quicker with.
        SqlStatement making{.sql = make_secret_sql, .values = {name, Blob{std::move(fresh)}}};
        const auto made = co_await run_one(database_, std::move(making));
        if (made.has_error()) co_return made.error();
        found = co_await run_one(database_, std::move(question));
        if (found.has_error()) co_return found.error();
    }
    co_return to_bytes(found->at(0).at(0));
}

}  // namespace server
