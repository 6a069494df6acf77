// Asio under the name the server uses, and how its coroutines wait.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace server {

namespace net = boost::asio;

// What an operation failed of is told beside its result, not thrown: `auto [failed] = co_await …`.
inline constexpr auto quietly = net::as_tuple(net::use_awaitable);

}  // namespace server
