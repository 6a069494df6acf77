#include "server/net/turnstile.hpp"

#include "server/awaitable.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace server {

net::awaitable<bool> Turnstile::enter(std::chrono::steady_clock::time_point deadline) {
    if (inside_ < limit_ && waiting_.empty()) {
        ++inside_;
        co_return true;
    }
    const net::any_io_executor executor = co_await net::this_coro::executor;
    Waiter waiter{executor};
    waiting_.push_back(waiter);
    waiter.timer.expires_at(deadline);
    co_await waiter.timer.async_wait(quietly);
    co_return waiter.is_admitted;
}

void Turnstile::leave() {
    --inside_;
    admit();
}

void Turnstile::set_limit(std::size_t limit) {
    limit_ = std::max<std::size_t>(1, limit);
    admit();
}

void Turnstile::admit() {
    while (inside_ < limit_ && !waiting_.empty()) {
        Waiter& next = waiting_.front();
        waiting_.pop_front();
        next.is_admitted = true;
        ++inside_;
        next.timer.cancel();
    }
}

}  // namespace server
