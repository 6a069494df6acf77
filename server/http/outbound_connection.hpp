// One connection to somebody the server asks, from TCP to the answer's last byte. What may be
// asked, and when a connection is used again, is `outbound_client`'s.
#pragma once

#include "server/http/outbound_request.hpp"
#include "server/net/asio.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace server {

struct OutboundLimits {
    std::size_t body_bytes = 1024 * 1024;
    std::uint32_t header_bytes = 32 * 1024;
};

class OutboundConnection {
public:
    using Deadline = std::chrono::steady_clock::time_point;
    using Message = boost::beast::http::request<boost::beast::http::string_body>;

    // `tls` is used where the destination wants it: it says whom to trust, and outlives this.
    OutboundConnection(net::any_io_executor executor, net::ssl::context& tls);

    // Tries the addresses in turn. A peer whose certificate is not for `to.host` is none.
    net::awaitable<std::optional<OutboundFailure>>
    connect(const Destination& to, const std::vector<net::ip::address>& addresses,
            Deadline deadline);

    // Once at a time, after `connect`.
    net::awaitable<OutboundResult> exchange(const Message& message, OutboundLimits limits,
                                            Deadline deadline);

    // The last answer was whole and left the connection open, and the peer has said nothing since:
    // neither more bytes nor goodbye.
    bool is_reusable();

private:
    boost::beast::tcp_stream& stream();
    net::awaitable<std::optional<OutboundFailure>> shake_hands(const Destination& to);
    template <class Stream>
    net::awaitable<OutboundResult> exchange_over(Stream& over, const Message& message,
                                                 OutboundLimits limits);

    net::ssl::context& tls_;
    net::any_io_executor executor_;
    std::optional<boost::beast::tcp_stream> plain_{};
    std::optional<boost::beast::ssl_stream<boost::beast::tcp_stream>> secure_{};
    boost::beast::flat_buffer buffer_{};
    bool stays_open_ = false;
};

}  // namespace server
