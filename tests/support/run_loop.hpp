// A coroutine run to its end on a loop that others live on too.
#pragma once

#include "server/net/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <optional>

namespace server::testing {

// Nothing of all this takes longer: a test then fails instead of hanging.
inline constexpr std::chrono::seconds patience_of_tests{20};

template <class Done> void run_until(net::io_context& loop, Done is_done) {
    const auto end = std::chrono::steady_clock::now() + patience_of_tests;
    while (!is_done()) {
        REQUIRE(std::chrono::steady_clock::now() < end);
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds{10});  // time alone may make it so
    }
}

template <class T> T run(net::io_context& loop, net::awaitable<T> what) {
    std::optional<T> result;
    std::exception_ptr thrown;
    net::co_spawn(loop, std::move(what), [&](const std::exception_ptr& failure, T value) {
        thrown = failure;
        result.emplace(std::move(value));
    });
    run_until(loop, [&] { return result.has_value(); });
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
}

}  // namespace server::testing
