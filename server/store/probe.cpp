#include "server/store/probe.hpp"

#include <utility>

namespace server {
namespace {

// More than a page of either engine, so that a full disk shows.
constexpr std::size_t probe_size = 20'000;

constexpr std::string_view write_probe_sql = "INSERT INTO secrets (name, bytes) VALUES ($1, $2)";
constexpr std::string_view take_back_sql = "DELETE FROM secrets WHERE name = $1";

}  // namespace

net::awaitable<Stored<void>> probe(Database& database, std::string node) {
    const std::string name = "probe of " + std::move(node);
    Transaction transaction;
    transaction.statements = {
        {.sql = write_probe_sql, .values = {name, Blob{std::string(probe_size, '\0')}}},
        {.sql = take_back_sql, .values = {name}}};
    const auto done = co_await database.run(std::move(transaction));
    if (done.has_error()) co_return done.error();
    co_return Stored<void>{};
}

}  // namespace server
