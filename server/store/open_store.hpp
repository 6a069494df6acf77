// The store that the setting `store` names.
#pragma once

#include "server/store/migrated_database.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace server {

// `where`: sqlite:FILE, relative to `folder`, or postgres://… as libpq reads it. Never waits: a
// store that is away is tried again later, and its health says so. An error only for what is
// neither, or no address. `loop` is where a PostgreSQL's connections live: one thread runs it, and
// it goes after the store.
Stored<std::unique_ptr<MigratedDatabase>> open_store(std::string_view where,
                                                     const std::filesystem::path& folder,
                                                     const net::any_io_executor& loop);

// The error of `open_store`, without opening anything.
std::optional<StoreError> why_no_store(std::string_view where);

}  // namespace server
