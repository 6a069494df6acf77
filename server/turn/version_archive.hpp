// Versions of flows that this process has not loaded itself: a call may be on one that another
// node, or this one before its restart, served. Design, chapter 3: "Versions".
#pragma once

#include "server/flow_library.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace server {

class VersionArchive {
public:
    // Null where nobody kept it, or nobody can be asked. May be awaited on any loop.
    virtual boost::asio::awaitable<std::shared_ptr<const LoadedFlows>>
    fetch(FlowVersion version) = 0;
    virtual ~VersionArchive() = default;
};

}  // namespace server
