#include "server/store/open_store.hpp"

#include "server/store/postgres_database.hpp"
#include "server/store/sqlite_database.hpp"

#include <string>
#include <utility>

namespace server {

Stored<std::unique_ptr<MigratedDatabase>> open_store(std::string_view where,
                                                     const std::filesystem::path& folder,
                                                     const net::any_io_executor& loop) {
    constexpr std::string_view sqlite = "sqlite:";
    if (where.starts_with(sqlite) && where.size() > sqlite.size()) {
        return std::make_unique<MigratedDatabase>(
            std::make_unique<SqliteDatabase>(folder / where.substr(sqlite.size())));
    }
    if (where.starts_with("postgres://") || where.starts_with("postgresql://")) {
        std::string url{where};
        if (auto error = PostgresDatabase::why_not(url)) return *std::move(error);
        return std::make_unique<MigratedDatabase>(
            std::make_unique<PostgresDatabase>(loop, std::move(url)));
    }
    return StoreError{.what = StoreFailure::broken,
                      .why = "no store: write sqlite:FILE or postgres://user@host/database"};
}

}  // namespace server
