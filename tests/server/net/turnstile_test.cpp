#include "server/net/turnstile.hpp"
#include "tests/support/run_loop.hpp"

#include <boost/asio/detached.hpp>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using server::Turnstile;

namespace {

namespace net = boost::asio;
using Clock = std::chrono::steady_clock;

net::awaitable<void> enter(Turnstile& turnstile, std::string name, Clock::time_point deadline,
                           std::vector<std::string>& said) {
    const bool is_in = co_await turnstile.enter(deadline);
    said.push_back(name + (is_in ? " is in" : " gave up"));
}

struct Door {
    net::io_context loop{1};
    Turnstile turnstile{2};
    std::vector<std::string> said{};

    void comes(const std::string& name, std::chrono::milliseconds patience = 1h) {
        net::co_spawn(loop, enter(turnstile, name, Clock::now() + patience, said), net::detached);
        turn();
    }
    void turn() {
        loop.restart();
        loop.poll();
    }
    void leaves() {
        turnstile.leave();
        turn();
    }
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("those who find the turnstile full wait in line, first come first served") {
    Door door;
    for (const char* name : {"a", "b", "c", "d"})
        door.comes(name);
    CHECK(door.said == Said{"a is in", "b is in"});
    door.leaves();
    CHECK(door.said == Said{"a is in", "b is in", "c is in"});
    door.leaves();
    CHECK(door.said.back() == "d is in");
    CHECK(door.turnstile.inside() == 2);
    door.leaves();
    door.leaves();
    CHECK(door.turnstile.is_idle());
}

TEST_CASE("who has waited long enough leaves the line and takes no place") {
    Door door;
    for (const char* name : {"a", "b"})
        door.comes(name);
    door.comes("late", 1ms);
    server::testing::run_until(door.loop, [&] { return door.said.size() == 3; });
    CHECK(door.said.back() == "late gave up");
    door.leaves();
    door.leaves();
    CHECK(door.turnstile.is_idle());
}

TEST_CASE("a lower limit turns nobody out, and a higher one lets in at once") {
    Door door;
    for (const char* name : {"a", "b", "c", "d"})
        door.comes(name);
    door.turnstile.set_limit(1);
    door.leaves();
    CHECK(door.said.size() == 2);
    door.leaves();
    CHECK(door.said == Said{"a is in", "b is in", "c is in"});
    door.turnstile.set_limit(5);
    door.turn();
    CHECK(door.said.back() == "d is in");
    door.turnstile.set_limit(0);
    CHECK(door.turnstile.limit() == 1);
}
