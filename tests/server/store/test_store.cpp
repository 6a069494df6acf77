#include "tests/server/store/test_store.hpp"

#include "server/store/sqlite_database.hpp"

namespace server::testing {

std::unique_ptr<Database> TestStore::open_bare() {
    return std::make_unique<SqliteDatabase>(file());
}

}  // namespace server::testing
