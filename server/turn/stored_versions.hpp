// VersionArchive over the store: what this process serves is written there, what it lacks is read.
// For the world's loop only, but for `fetch`.
#pragma once

#include "server/observe/access_log.hpp"
#include "server/store/flow_versions.hpp"
#include "server/turn/snapshot.hpp"
#include "server/turn/version_archive.hpp"

namespace server {

class StoredVersions final : public VersionArchive {
public:
    StoredVersions(Database& database, const CurrentSnapshot& current, Log& log)
        : versions_{database}, current_{current}, log_{log} {}

    net::awaitable<std::shared_ptr<const LoadedFlows>> fetch(FlowVersion version) override;

    // Writes down all of them, again and again while the store is away. Comes back once they are
    // there, or newer ones are to be kept.
    net::awaitable<void> keep(std::shared_ptr<const LoadedFlows> flows);
    // They are still in use; and what nobody has used for 48 hours goes.
    net::awaitable<void> refresh(std::shared_ptr<const LoadedFlows> flows);

private:
    net::awaitable<bool> put_all(std::shared_ptr<const LoadedFlows> flows);

    FlowVersions versions_;
    const CurrentSnapshot& current_;
    Log& log_;
    std::shared_ptr<const LoadedFlows> newest_{};
};

}  // namespace server
