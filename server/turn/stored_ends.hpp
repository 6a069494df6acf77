// CallEnds over the store. Where a call stands is sealed there, as a token is.
#pragma once

#include "server/observe/access_log.hpp"
#include "server/store/last_states.hpp"
#include "server/turn/call_ends.hpp"
#include "server/turn/snapshot.hpp"

#include <atomic>
#include <cstddef>

namespace server {

class StoredEnds final : public CallEnds {
public:
    StoredEnds(net::io_context& world, Database& database, const CurrentSnapshot& current, Log& log)
        : world_{world}, states_{database}, current_{current}, log_{log} {}

    void keep(std::string call_sid, CallStand stand) override;
    net::awaitable<std::optional<Known>> find(std::string call_sid) override;
    net::awaitable<bool> claim(std::string call_sid) override;

    net::awaitable<void> forget_old();
    std::size_t under_way() const { return waiting_; }

private:
    net::awaitable<void> write(std::string call_sid, CallStand stand);

    net::io_context& world_;
    LastStates states_;
    const CurrentSnapshot& current_;
    Log& log_;
    std::atomic<std::size_t> waiting_{0};  // to be written
};

}  // namespace server
