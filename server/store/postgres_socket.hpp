// Waits in Asio's loop for a socket that libpq owns. Of one thread, that of the loop, and of one
// coroutine, which owns it.
#pragma once

#include "server/net/asio.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>

namespace server {

class PostgresSocket {
public:
    using Clock = std::chrono::steady_clock;
    enum class For { reading, writing, both };

    explicit PostgresSocket(net::any_io_executor executor);
    ~PostgresSocket();
    PostgresSocket(const PostgresSocket&) = delete;
    PostgresSocket& operator=(const PostgresSocket&) = delete;
    PostgresSocket(PostgresSocket&&) = delete;
    PostgresSocket& operator=(PostgresSocket&&) = delete;

    // Instead of whatever was watched before. A duplicate is watched, since libpq closes its own
    // when it likes. False: no file descriptors left.
    bool watch(int file);
    void unwatch();

    // Ends when that is possible, at `until`, or when it is woken; now and then without a reason.
    net::awaitable<void> wait(For what, Clock::time_point until);
    // True once for what a wait found.
    bool take_readable();
    bool take_writable();

    // Ends a wait that is under way, else the next one.
    void wake();

private:
    struct Watch;

    net::any_io_executor executor_;
    std::shared_ptr<Watch> watch_;
    bool woken_ = false;
};

}  // namespace server
