// A listener on a free port of loopback, with a handler that does what the target asks for.
#pragma once

#include "server/net/listener.hpp"
#include "tests/server/net/client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace server::testing {

// /echo: method, target and body · /waits: the same after a timer · /gate: once `open_gate` was
// called · /throws, /throws-later · /large, /shared: a megabyte · /bye: ends the connection
class ScriptedHandler : public RequestHandler {
public:
    Waiting answer(const Request& request, Response& response) override {
        const std::string_view path = split_target(request.target).path;
        if (path == "/waits") return wait(request, response);
        if (path == "/gate") return pass_gate(request, response);
        if (path == "/throws-later") return throw_later();
        if (path == "/throws") throw std::runtime_error{"as asked"};
        echo(request, response);
        if (path == "/large") response.body.assign(megabyte, 'x');
        if (path == "/shared") response.shared = {.owner = file_, .bytes = *file_};
        if (path == "/bye") response.close = true;
        return {};
    }

    void on_refusal(const Refusal& refusal) noexcept override {
        const std::scoped_lock lock{mutex_};
        refusals_.push_back(std::to_string(refusal.status) + " " + std::string{refusal.why});
    }

    std::vector<std::string> refusals() const {
        const std::scoped_lock lock{mutex_};
        return refusals_;
    }
    void open_gate() { is_open_ = true; }
    bool is_anybody_at_the_gate() const { return at_gate_; }

    static constexpr std::size_t megabyte = 1'000'000;

private:
    static void echo(const Request& request, Response& response) {
        response.content_type = text_type;
        response.body.append(request.method_text).append(" ").append(request.target);
        response.body.append("\n").append(request.body);
    }
    net::awaitable<void> wait(const Request& request, Response& response) {
        net::steady_timer timer{co_await net::this_coro::executor, std::chrono::milliseconds{1}};
        co_await timer.async_wait(net::use_awaitable);
        echo(request, response);
    }
    net::awaitable<void> pass_gate(const Request& request, Response& response) {
        at_gate_ = true;
        net::steady_timer timer{co_await net::this_coro::executor};
        while (!is_open_) {
            timer.expires_after(std::chrono::milliseconds{1});
            co_await timer.async_wait(net::use_awaitable);
        }
        echo(request, response);
    }
    static net::awaitable<void> throw_later() {
        net::steady_timer timer{co_await net::this_coro::executor, std::chrono::milliseconds{1}};
        co_await timer.async_wait(net::use_awaitable);
        throw std::runtime_error{"later, as asked"};
    }

    std::shared_ptr<const std::string> file_ = std::make_shared<std::string>(megabyte, 's');
    std::atomic<bool> is_open_ = false;
    std::atomic<bool> at_gate_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> refusals_;
};

class TestServer {
public:
    explicit TestServer(Limits limits = {}, const TlsContext* tls = nullptr, unsigned loops = 1)
        : loops_{loops}, listener_{*Listener::open(loops_,
                                                   {Endpoint{net::ip::address_v4::loopback(), 0}},
                                                   limits, handler_, tls)} {
        listener_->start();
        loops_.start();
    }
    ~TestServer() {
        loops_.stop();
        listener_.reset();
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;
    TestServer(TestServer&&) = delete;
    TestServer& operator=(TestServer&&) = delete;

    std::uint16_t port() const { return listener_->endpoints().front().port(); }
    Listener& listener() { return *listener_; }
    ScriptedHandler& handler() { return handler_; }
    const ListenerCounters& counters() const { return listener_->counters(); }
    Loops& loops() { return loops_; }

    // What stays true after every hostile client.
    bool serves_others() const {
        Client client{port()};
        return client.ask(get("/echo")).status == 200;
    }

private:
    ScriptedHandler handler_;
    Loops loops_;
    std::unique_ptr<Listener> listener_;
};

// Other threads come to it within ten seconds, or never.
template <class Condition> bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace server::testing
