#include "server/store/database.hpp"

#include <utility>

namespace server {

net::awaitable<Stored<SqlRows>> run_one(Database& database, SqlStatement statement) {
    Transaction transaction;
    transaction.statements.push_back(std::move(statement));
    auto rows = co_await database.run(std::move(transaction));
    if (rows.has_error()) co_return std::move(rows).error();
    co_return std::move(rows->at(0));
}

net::awaitable<Stored<std::int64_t>> run_and_count(Database& database, SqlStatement statement) {
    const auto rows = co_await run_one(database, std::move(statement));
    if (rows.has_error()) co_return rows.error();
    co_return static_cast<std::int64_t>(rows->size());
}

}  // namespace server
