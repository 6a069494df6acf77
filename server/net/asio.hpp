// Executors named outright: a socket that knows its io_context's type pays for no type erasure on
// the way of every webhook.
#pragma once

#include "server/awaitable.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace server {

using LoopExecutor = net::io_context::executor_type;
using Socket = net::basic_stream_socket<net::ip::tcp, LoopExecutor>;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, LoopExecutor>;

}  // namespace server
