#include "server/http/outbound_connection.hpp"

#include "server/awaitable.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using Kind = OutboundFailure::Kind;
using boost::system::error_code;

// An address that does not answer must not use up the time of those behind it.
constexpr std::chrono::milliseconds an_address_may_take{2000};

OutboundFailure failure_of(Kind kind, std::string_view what, const error_code& why) {
    return {.kind = kind, .detail = fmt::format("{}: {}", what, why.message())};
}

OutboundFailure before_sending(std::string_view what, const error_code& why) {
    const bool is_late = why == beast::error::timeout;
    return failure_of(is_late ? Kind::timed_out_before_sending : Kind::not_connected, what, why);
}

OutboundFailure after_sending(std::string_view what, const error_code& why) {
    if (why == beast::error::timeout) return failure_of(Kind::timed_out_after_sending, what, why);
    if (why == http::error::body_limit || why == http::error::header_limit)
        return failure_of(Kind::too_large, what, why);
    // Beast's own errors are about what was said; end_of_stream and partial_message, about what
    // was not.
    static const auto& of_http = error_code{http::error::bad_version}.category();
    const bool is_broken = why == http::error::end_of_stream || why == http::error::partial_message;
    return failure_of(why.category() == of_http && !is_broken ? Kind::bad_response : Kind::lost,
                      what, why);
}

OutboundResponse response_of(http::response<http::string_body>&& message) {
    OutboundResponse response;
    response.status = static_cast<int>(message.result_int());
    for (const auto& field : message)
        response.headers.emplace_back(field.name_string(), field.value());
    response.body = std::move(message.body());
    return response;
}

}  // namespace

OutboundConnection::OutboundConnection(net::any_io_executor executor, net::ssl::context& tls)
    : tls_{tls}, executor_{std::move(executor)} {}

beast::tcp_stream& OutboundConnection::stream() {
    return secure_ ? secure_->next_layer() : *plain_;
}

net::awaitable<std::optional<OutboundFailure>>
OutboundConnection::connect(const Destination& to, const std::vector<net::ip::address>& addresses,
                            Deadline deadline) {
    error_code why;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        plain_.emplace(executor_);
        const auto now = std::chrono::steady_clock::now();
        const bool is_last = i + 1 == addresses.size();
        const bool may_wait = !is_last && now + an_address_may_take < deadline;
        plain_->expires_at(may_wait ? now + an_address_may_take : deadline);
        const tcp::endpoint endpoint{addresses[i], to.port};
        auto [failed] = co_await plain_->async_connect(endpoint, quietly);
        why = failed;
        if (!why || std::chrono::steady_clock::now() >= deadline) break;
    }
    if (why) co_return before_sending(fmt::format("no connection to {}", to.authority), why);
    error_code ignored;
    plain_->socket().set_option(tcp::no_delay{true}, ignored);
    plain_->expires_at(deadline);
    if (!to.tls) co_return std::nullopt;
    co_return co_await shake_hands(to);
}

net::awaitable<std::optional<OutboundFailure>>
OutboundConnection::shake_hands(const Destination& to) {
    secure_.emplace(std::move(*plain_), tls_);
    plain_.reset();
    secure_->set_verify_callback(net::ssl::host_name_verification{to.host});
    error_code no_address;
    net::ip::make_address(to.host, no_address);
    // RFC 6066, 3: an address is no server name.
    if (no_address) SSL_set_tlsext_host_name(secure_->native_handle(), to.host.c_str());
    auto [why] = co_await secure_->async_handshake(net::ssl::stream_base::client, quietly);
    if (!why) co_return std::nullopt;
    auto failure = before_sending(fmt::format("no TLS with {}", to.authority), why);
    const long mistrust = SSL_get_verify_result(secure_->native_handle());
    if (mistrust != X509_V_OK)
        failure.detail += fmt::format(" ({})", X509_verify_cert_error_string(mistrust));
    co_return failure;
}

net::awaitable<OutboundResult>
OutboundConnection::exchange(const Message& message, OutboundLimits limits, Deadline deadline) {
    stays_open_ = false;
    stream().expires_at(deadline);
    if (secure_) co_return co_await exchange_over(*secure_, message, limits);
    co_return co_await exchange_over(*plain_, message, limits);
}

template <class Stream>
net::awaitable<OutboundResult>
OutboundConnection::exchange_over(Stream& over, const Message& message, OutboundLimits limits) {
    auto [not_sent, sent] = co_await http::async_write(over, message, quietly);
    if (not_sent) co_return after_sending("cut off while sending", not_sent);
    // Interim answers (RFC 9110, 15.2) are not asked for, and may come all the same.
    for (int interim = 0; interim < 8; ++interim) {
        http::response_parser<http::string_body> parser;
        parser.header_limit(limits.header_bytes);
        parser.body_limit(limits.body_bytes);
        auto [not_read, read] = co_await http::async_read(over, buffer_, parser, quietly);
        if (not_read) co_return after_sending("no whole answer", not_read);
        if (parser.get().result_int() < 200) continue;
        stays_open_ = parser.keep_alive() && buffer_.size() == 0;
        stream().expires_never();
        co_return response_of(parser.release());
    }
    co_return OutboundFailure{.kind = Kind::bad_response, .detail = "interim answers only"};
}

bool OutboundConnection::is_reusable() {
    if (!stays_open_ || !stream().socket().is_open()) return false;
    char byte = 0;
    const auto got = ::recv(stream().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace server
