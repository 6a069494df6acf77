// Asio under the name the rest of the server uses, with executors named outright: a socket that
// knows its io_context's type pays for no type erasure on the way of every webhook.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace server {

namespace net = boost::asio;
using LoopExecutor = net::io_context::executor_type;
using Socket = net::basic_stream_socket<net::ip::tcp, LoopExecutor>;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, LoopExecutor>;

// What an operation failed of is told beside its result, not thrown: `auto [failed] = co_await …`.
inline constexpr auto quietly = net::as_tuple(net::use_awaitable);

}  // namespace server
