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

}  // namespace server
