// The store of several machines: a PostgreSQL (14 or newer, or what speaks its protocol), through
// libpq inside a loop of Asio's. Committed means what the server says, with `synchronous_commit` at
// least on: on its disk, unless somebody turned fsync off there.
//
// A role that may create tables in the first schema of its search path is all it needs. A pooler in
// between has to keep prepared statements (PgBouncer: from 1.21, max_prepared_statements).
#pragma once

#include "server/store/database.hpp"
#include "server/store/postgres_pool.hpp"

#include <memory>
#include <optional>
#include <string>

namespace server {

class PostgresDatabase final : public Database {
public:
    // Never fails, and begins to connect at once. `loop` is where it works, of one thread, and
    // goes after it. `url`: as libpq reads it.
    PostgresDatabase(net::any_io_executor loop, std::string url, PostgresLimits limits = {});
    ~PostgresDatabase() override;

    // What no waiting will mend: a URL that libpq does not read, libpq itself missing.
    static std::optional<StoreError> why_not(const std::string& url);

    net::awaitable<DatabaseResult> run(Transaction transaction) override;
    StoreHealth health() const override;
    SqlDialect dialect() const override { return SqlDialect::postgres; }

private:
    std::shared_ptr<PostgresPool> pool_;  // outlives this while it has something to finish
};

}  // namespace server
