// The files behind a version of a flow, so that any node, and the next process, can go on with a
// call that began on it. A version is in here before a token names it. Design, chapter 3,
// "Versions".
#pragma once

#include "server/flow_version.hpp"
#include "server/store/database.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace server {

// What a version is the digest of. Whoever reads it computes the digest again and compares.
struct StoredFlow {
    struct File {
        std::string name{};
        std::string text{};
        auto operator<=>(const File&) const = default;
    };
    std::string flow{};         // the name of the flow that calls begin in
    std::vector<File> files{};  // in the order in which they were digested
    auto operator<=>(const StoredFlow&) const = default;
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class FlowVersions {
public:
    explicit FlowVersions(Database& database) : database_{database} {}

    // When a version was last used is known to this precision: a start, whose versions mostly are
    // there and in use, then waits for no disk.
    static constexpr std::chrono::hours use_lags{1};

    // Written where it is not there yet; used at `now` either way.
    net::awaitable<Stored<void>> put(FlowVersion version, StoredFlow flow, StoreTime now);

    net::awaitable<Stored<std::optional<StoredFlow>>> get(FlowVersion version);

    // Used at `now`: while a node serves a version to new calls, and for each call that is on it.
    net::awaitable<Stored<void>> touch(std::vector<FlowVersion> versions, StoreTime now);

    // Removes what was surely last used before `before` (now less 48 hours); returns how many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
