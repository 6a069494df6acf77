// The tables, as a list of versions, each made of the one before it. One text for both engines:
// it says BIGINT, TEXT and BLOB, COUNTED for a key that counts by itself, and `STRICT` behind a
// table, so that SQLite holds to types as PostgreSQL does. Versions that were released never
// change; a new one is appended, and only adds, since during a roll-out the program before it still
// runs on it.
#pragma once

#include "server/store/database.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace server {

struct Migration {
    std::span<const std::string_view> statements{};
};

// The newest version is the length of the list.
std::span<const Migration> schema_migrations();

// `sql` of a migration as that engine wants it.
std::string in_dialect(std::string_view sql, SqlDialect dialect);

}  // namespace server
