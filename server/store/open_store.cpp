#include "server/store/open_store.hpp"

#include "server/store/postgres_database.hpp"
#include "server/store/sqlite_database.hpp"

#include <string>
#include <utility>

namespace server {
namespace {

constexpr std::string_view sqlite = "sqlite:";

bool is_sqlite(std::string_view where) {
    return where.starts_with(sqlite) && where.size() > sqlite.size();
}

}  // namespace

std::optional<StoreError> why_no_store(std::string_view where) {
    if (is_sqlite(where)) return std::nullopt;
    if (where.starts_with("postgres://") || where.starts_with("postgresql://"))
        return PostgresDatabase::why_not(std::string{where});
    return StoreError{.what = StoreFailure::broken,
                      .why = "no store: write sqlite:FILE or postgres://user@host/database"};
}

Stored<std::unique_ptr<MigratedDatabase>> open_store(std::string_view where,
                                                     const std::filesystem::path& folder,
                                                     const net::any_io_executor& loop) {
    if (auto error = why_no_store(where)) return *std::move(error);
    if (is_sqlite(where))
        return std::make_unique<MigratedDatabase>(
            std::make_unique<SqliteDatabase>(folder / where.substr(sqlite.size())));
    return std::make_unique<MigratedDatabase>(
        std::make_unique<PostgresDatabase>(loop, std::string{where}));
}

}  // namespace server
