#include "server/net/loops.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <csignal>
#include <exception>

namespace server {

using Clock = std::chrono::steady_clock;

struct Loops::Loop {
    // Locks of the scheduler stay, for `post` from elsewhere; those of each socket go.
    net::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    net::executor_work_guard<LoopExecutor> work{context.get_executor()};
    net::steady_timer pulse{context};
    std::atomic<Clock::rep> turned{Clock::now().time_since_epoch().count()};
    std::thread thread;
};

Loops::Loops(unsigned count, OnFailure on_failure) : on_failure_{std::move(on_failure)} {
    if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i)
        loops_.push_back(std::make_unique<Loop>());
}

Loops::~Loops() { stop(); }

net::io_context& Loops::at(std::size_t index) { return loops_.at(index)->context; }

void Loops::start() {
    std::signal(SIGPIPE, SIG_IGN);
    for (const auto& loop : loops_) {
        beat(*loop);
        loop->thread = std::thread{[this, &context = loop->context] {
            while (!context.stopped()) {
                try {
                    context.run();
                } catch (const std::exception& failure) {
                    if (on_failure_) on_failure_(failure.what());
                } catch (...) {
                    if (on_failure_) on_failure_("an unknown exception");
                }
            }
        }};
    }
}

void Loops::stop() {
    for (const auto& loop : loops_)
        loop->context.stop();
    for (const auto& loop : loops_)
        if (loop->thread.joinable()) loop->thread.join();
}

void Loops::beat(Loop& loop) {
    loop.turned.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    loop.pulse.expires_after(std::chrono::seconds{1});
    loop.pulse.async_wait([this, &loop](boost::system::error_code stopped) {
        if (!stopped) beat(loop);
    });
}

bool Loops::have_turned_within(Clock::duration time) const {
    const Clock::rep since = (Clock::now() - time).time_since_epoch().count();
    return std::ranges::all_of(loops_, [since](const auto& loop) {
        return loop->turned.load(std::memory_order_relaxed) >= since;
    });
}

}  // namespace server
