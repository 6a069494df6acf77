// An operator's word on an `hours` of a flow, "closed until three": stronger than what the flow
// says, seen by every node within a second, and never forgotten who gave it.
#pragma once

#include "server/store/database.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace server {

struct StoredHoursOverride {
    std::string flow{};
    std::string name{};  // of the `hours`
    bool open = false;
    StoreTime until{};  // from then on the flow's own hours hold again
    std::string by{};   // who said so
    StoreTime at{};
    auto operator<=>(const StoredHoursOverride&) const = default;
};

struct HoursChange {
    StoredHoursOverride what{};
    bool lifted = false;  // true: it took the override back; `by` and `at` say who and when
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class StoredHoursOverrides {
public:
    explicit StoredHoursOverrides(Database& database) : database_{database} {}

    // In place of one there is.
    net::awaitable<Stored<void>> set(StoredHoursOverride what);

    // False: there was none.
    net::awaitable<Stored<bool>> lift(std::string flow, std::string name, std::string by,
                                      StoreTime at);

    // All that were set and not lifted, by flow and name, those that ended too; nothing where
    // nothing has changed since `seen`. Cheap enough to be asked several times a second.
    struct Snapshot {
        std::int64_t seen = 0;  // to be handed in next time
        std::vector<StoredHoursOverride> overrides{};
    };
    net::awaitable<Stored<std::optional<Snapshot>>> changed_since(std::int64_t seen);

    // All that was said of it, oldest first.
    net::awaitable<Stored<std::vector<HoursChange>>> history(std::string flow, std::string name);

private:
    Database& database_;
};

}  // namespace server
