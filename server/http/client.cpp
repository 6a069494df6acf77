#include "server/http/client.hpp"

#include "server/net/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <optional>

namespace server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;

constexpr std::uint64_t most_body_bytes = std::uint64_t{64} * 1024 * 1024;

struct Place {
    bool tls = false;
    std::string host{}, port{};
    bool operator==(const Place&) const = default;
    bool is_loopback() const {
        return host == "localhost" || host.starts_with("127.") || host == "::1";
    }
};

}  // namespace

struct HttpClient::Connection {
    Place place;
    net::io_context loop{1};
    net::ssl::context tls{net::ssl::context::tls_client};
    std::optional<beast::tcp_stream> plain{};
    std::optional<beast::ssl_stream<beast::tcp_stream>> secure{};
    beast::flat_buffer buffer{};

    beast::tcp_stream& socket() { return secure ? secure->next_layer() : *plain; }

    net::awaitable<std::string> connect(std::chrono::seconds timeout) {
        tcp::resolver resolver{loop};
        auto [not_found, endpoints] =
            co_await resolver.async_resolve(place.host, place.port, quietly);
        if (not_found)
            co_return fmt::format("{} is not known: {}", place.host, not_found.message());
        if (place.tls) {
            if (place.is_loopback()) {
                tls.set_verify_mode(net::ssl::verify_none);
            } else {
                tls.set_default_verify_paths();
                tls.set_verify_mode(net::ssl::verify_peer);
            }
            secure.emplace(loop, tls);
            if (!place.is_loopback()) {
                secure->set_verify_callback(net::ssl::host_name_verification{place.host});
                SSL_set_tlsext_host_name(secure->native_handle(), place.host.c_str());
            }
        } else {
            plain.emplace(loop);
        }
        socket().expires_after(timeout);
        auto [refused, endpoint] = co_await socket().async_connect(endpoints, quietly);
        if (refused)
            co_return fmt::format("no connection to {}:{}: {}", place.host, place.port,
                                  refused.message());
        if (secure) {
            auto [failed] =
                co_await secure->async_handshake(net::ssl::stream_base::client, quietly);
            if (failed)
                co_return fmt::format("no TLS with {}:{}: {}", place.host, place.port,
                                      failed.message());
        }
        co_return std::string{};
    }

    template <class Stream>
    net::awaitable<std::string> exchange(Stream& stream, http::request<http::string_body>& request,
                                         http::response_parser<http::string_body>& parser) {
        auto [not_sent, sent] = co_await http::async_write(stream, request, quietly);
        if (not_sent) co_return fmt::format("not sent: {}", not_sent.message());
        auto [not_read, read] = co_await http::async_read(stream, buffer, parser, quietly);
        if (not_read) co_return fmt::format("no answer: {}", not_read.message());
        co_return std::string{};
    }

    net::awaitable<std::string> converse(http::request<http::string_body>& request,
                                         http::response_parser<http::string_body>& parser,
                                         std::chrono::seconds timeout) {
        if (!plain && !secure) {
            std::string problem = co_await connect(timeout);
            if (!problem.empty()) co_return problem;
        }
        socket().expires_after(timeout);
        if (secure) co_return co_await exchange(*secure, request, parser);
        co_return co_await exchange(*plain, request, parser);
    }
};

HttpClient::HttpClient(std::chrono::seconds timeout) : timeout_{timeout} {}
HttpClient::~HttpClient() = default;

boost::system::result<ClientResponse, std::string> HttpClient::send(const ClientRequest& asked) {
    const auto url = boost::urls::parse_uri(asked.url);
    if (!url || (url->scheme() != "http" && url->scheme() != "https") || url->host().empty())
        return fmt::format("\"{}\" is not an http or https URL", asked.url);
    Place place;
    place.tls = url->scheme() == "https";
    place.host = url->host_address();
    place.port = url->has_port() ? std::string{url->port()} : (place.tls ? "443" : "80");
    const std::size_t authority = asked.url.find("://") + 3;
    const std::size_t from = std::min(asked.url.find_first_of("/?#", authority), asked.url.size());
    std::string target = asked.url.substr(from, asked.url.find('#', from) - from);
    if (!target.starts_with('/')) target.insert(0, "/");

    http::request<http::string_body> request{http::string_to_verb(asked.method), target, 11};
    request.set(http::field::host, std::string{url->encoded_host_and_port()});
    for (const auto& [name, value] : asked.headers)
        request.set(name, value);
    request.body() = asked.body;
    if (!asked.body.empty() || asked.method == "POST") request.prepare_payload();

    for (int attempt = 0;; ++attempt) {
        const bool kept = connection_ && connection_->place == place;
        if (!kept) {
            connection_ = std::make_unique<Connection>();
            connection_->place = place;
        }
        http::response_parser<http::string_body> parser;
        parser.body_limit(most_body_bytes);
        std::string problem;
        connection_->loop.restart();
        net::co_spawn(connection_->loop, connection_->converse(request, parser, timeout_),
                      [&](const std::exception_ptr& failure, std::string said) {
                          problem = failure ? "out of memory" : std::move(said);
                      });
        connection_->loop.run();
        if (problem.empty()) {
            ClientResponse response;
            response.status = static_cast<int>(parser.get().result_int());
            response.content_type = parser.get()[http::field::content_type];
            response.body = std::move(parser.get().body());
            if (!parser.keep_alive()) connection_.reset();
            return response;
        }
        connection_.reset();
        // A kept connection may have been closed meanwhile: that is no answer to this request.
        if (!kept || attempt > 0) return problem;
    }
}

}  // namespace server
