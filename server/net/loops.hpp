// One io_context a thread, one thread a core: what a connection touches, one thread touches.
// `start` makes the process ignore SIGPIPE: a peer that has gone is an error to handle, not a
// signal.
#pragma once

#include "server/net/asio.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

namespace server {

class Loops {
public:
    // What a loop does with an exception that got out of a handler: report it. The loop goes on.
    using OnFailure = std::function<void(std::string_view what)>;

    // `count` 0: one a core. No thread runs before `start`.
    explicit Loops(unsigned count, OnFailure on_failure = {});
    ~Loops();  // as `stop`
    Loops(const Loops&) = delete;
    Loops& operator=(const Loops&) = delete;
    Loops(Loops&&) = delete;
    Loops& operator=(Loops&&) = delete;

    std::size_t size() const { return loops_.size(); }
    // Timers and sockets of one loop may be touched from its own thread only, or before `start`;
    // `net::post` is safe from anywhere.
    net::io_context& at(std::size_t index);

    void start();
    // Lets each loop finish the handler it is in, then joins. From outside the loops; idempotent.
    void stop();

    // True if every loop has turned within `time`. Thread-safe.
    bool have_turned_within(std::chrono::steady_clock::duration time) const;

private:
    struct Loop;
    void beat(Loop& loop);

    std::vector<std::unique_ptr<Loop>> loops_;
    OnFailure on_failure_;
};

}  // namespace server
