#include "server/store/postgres_socket.hpp"

#include "server/awaitable.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace server {

// Shared with the handlers of its waits, so that those of an earlier socket change nothing here.
struct PostgresSocket::Watch {
    Watch(const net::any_io_executor& executor, int file)
        : descriptor{executor, file}, changed{executor} {}
    ~Watch() { close(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    Watch(Watch&&) = delete;
    Watch& operator=(Watch&&) = delete;

    // Asio leaves it to the kernel to forget a descriptor that is closed, and the kernel remembers
    // it as long as libpq's own is open: so it is taken out first.
    void close() {
        if (descriptor.is_open()) ::close(descriptor.release());
    }

    struct Direction {
        bool waiting = false;
        bool possible = false;
    };
    net::posix::stream_descriptor descriptor;
    net::steady_timer changed;  // expires where a wait ends, cancelled where something is possible
    Direction read, write;
};

PostgresSocket::PostgresSocket(net::any_io_executor executor) : executor_{std::move(executor)} {}

PostgresSocket::~PostgresSocket() { unwatch(); }

bool PostgresSocket::watch(int file) {
    unwatch();
    const int mine = ::fcntl(file, F_DUPFD_CLOEXEC, 0);
    if (mine < 0) return false;
    watch_ = std::make_shared<Watch>(executor_, mine);
    return true;
}

void PostgresSocket::unwatch() {
    if (watch_) watch_->close();
    watch_.reset();
}

net::awaitable<void> PostgresSocket::wait(For what, Clock::time_point until) {
    const std::shared_ptr<Watch> watch = watch_;
    if (!watch) co_return;
    const auto start = [&watch](net::posix::descriptor_base::wait_type type,
                                Watch::Direction Watch::*which) {
        Watch::Direction& direction = (*watch).*which;
        if (direction.waiting) return;
        direction.waiting = true;
        watch->descriptor.async_wait(type, [watch, which](boost::system::error_code error) {
            Watch::Direction& done = (*watch).*which;
            done.waiting = false;
            done.possible = done.possible || !error;
            watch->changed.cancel();
        });
    };
    if (what != For::writing) start(net::posix::descriptor_base::wait_read, &Watch::read);
    if (what != For::reading) start(net::posix::descriptor_base::wait_write, &Watch::write);
    if (!std::exchange(woken_, false)) {
        watch->changed.expires_at(until);
        co_await watch->changed.async_wait(quietly);
        woken_ = false;
    }
}

bool PostgresSocket::take_readable() {
    return watch_ && std::exchange(watch_->read.possible, false);
}

bool PostgresSocket::take_writable() {
    return watch_ && std::exchange(watch_->write.possible, false);
}

void PostgresSocket::wake() {
    woken_ = true;
    if (watch_) watch_->changed.cancel();
}

}  // namespace server
