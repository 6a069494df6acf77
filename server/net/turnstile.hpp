// Lets at most so many coroutines of one loop through at a time; the others wait in line.
// For the thread of its loop only.
#pragma once

#include "server/net/asio.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstddef>

namespace server {

class Turnstile {
public:
    explicit Turnstile(std::size_t limit) : limit_{limit} {}

    // True once it may go on, and then owes a `leave`; false when `deadline` came first.
    net::awaitable<bool> enter(std::chrono::steady_clock::time_point deadline);
    void leave();

    // From 1. A lower one turns nobody out.
    void set_limit(std::size_t limit);
    std::size_t limit() const { return limit_; }
    std::size_t inside() const { return inside_; }
    bool is_idle() const { return inside_ == 0 && waiting_.empty(); }

private:
    // Leaves the line by itself, also when the loop ends under it.
    struct Waiter : boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        explicit Waiter(const net::any_io_executor& executor) : timer{executor} {}
        net::steady_timer timer;
        bool is_admitted = false;
    };
    void admit();

    std::size_t limit_;
    std::size_t inside_ = 0;
    boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiting_;
};

// Leaves when it goes.
class Pass {
public:
    explicit Pass(Turnstile& turnstile) : turnstile_{turnstile} {}
    ~Pass() { turnstile_.leave(); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    Pass(Pass&&) = delete;
    Pass& operator=(Pass&&) = delete;

private:
    Turnstile& turnstile_;
};

}  // namespace server
