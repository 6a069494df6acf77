// Rates, shared by all nodes: how much of something may happen in how much time, by sender, caller,
// destination, prefix or account. The generic cell rate algorithm: one moment a key, at which it
// would be at rest again. Source: ITU-T I.371, annex A ("virtual scheduling").
#pragma once

#include "server/store/database.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace server {

// `count` a `period` in the long run, evenly; that many at once where it was quiet before.
struct Rate {
    std::int64_t count = 1;
    std::chrono::milliseconds period{1000};
};

struct Draw {
    std::string key{};  // such as "caller/" and a digest: what limits it and whom, no number
    Rate rate{};
    std::int64_t amount = 1;  // segments of a text, else 1
};

struct Granted {};
struct Denied {
    std::string key{};  // the first that has nothing left
    StoreTime
        retry_at{};  // not before that; `StoreTime::max()`: the amount is above the rate's count
};
using Drawn = std::variant<Granted, Denied>;

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class RateLimits {
public:
    explicit RateLimits(Database& database) : database_{database} {}

    // From all of them or from none, in one transaction. At most one draw a key.
    net::awaitable<Stored<Drawn>> draw(std::vector<Draw> draws, StoreTime now);

    // Removes, a thousand at a time, keys that have been at rest since before `before`; returns how
    // many. Without effect on any limit for `before` up to now.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    net::awaitable<Stored<Drawn>> who_denies(std::vector<Draw> draws, StoreTime now);

    Database& database_;
};

}  // namespace server
