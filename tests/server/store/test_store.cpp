#include "tests/server/store/test_store.hpp"

#include "server/store/postgres_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "tests/server/store/postgres_server.hpp"

#include <fmt/format.h>

namespace server::testing {

std::unique_ptr<Database> TestStore::open_bare() {
    if (engine_ == Engine::sqlite) return std::make_unique<SqliteDatabase>(file());
    return std::make_unique<PostgresDatabase>(loop_.get_executor(), url_);
}

std::string TestStore::empty_postgres() {
    static int schemas = 0;
    const std::string schema = fmt::format("test_{}", ++schemas);
    const std::string sql = "CREATE SCHEMA " + schema;
    net::io_context loop{1};
    PostgresDatabase database{loop.get_executor(), shared_postgres().url()};
    net::co_spawn(loop, run_one(database, {.sql = sql}),
                  [&](const std::exception_ptr&, const Stored<SqlRows>& result) {
                      if (result.has_error()) throw std::runtime_error{result.error().why};
                      loop.stop();
                  });
    loop.run();
    return shared_postgres().url(schema);
}

}  // namespace server::testing
