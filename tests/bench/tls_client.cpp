#include "tests/bench/tls_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace bench {

Context client_context() {
    Context context{SSL_CTX_new(TLS_client_method())};
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    return context;
}

TlsClient::TlsClient(SSL_CTX* context, int port)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)}, ssl_{SSL_new(
                                                                                     context)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
        throw std::system_error{errno, std::generic_category(), "connect"};
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_tlsext_host_name(ssl_.get(), "localhost");
    SSL_set_connect_state(ssl_.get());
}

TlsClient::TlsClient(TlsClient&& other) noexcept
    : socket_{std::exchange(other.socket_, -1)}, ssl_{std::move(other.ssl_)}, state_{other.state_},
      out_{std::move(other.out_)}, in_{std::move(other.in_)} {}

TlsClient::~TlsClient() {
    if (socket_ >= 0) close(socket_);
}

void TlsClient::send(std::string request) {
    out_ = std::move(request);
    in_.clear();
    state_ = State::waiting;
}

TlsClient::State TlsClient::advance() {
    ERR_clear_error();
    const auto blocked = [&](int result) {
        const int error = SSL_get_error(ssl_.get(), result);
        if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) state_ = State::failed;
        return state_;
    };
    if (state_ == State::connecting) {
        if (const int result = SSL_do_handshake(ssl_.get()); result != 1) return blocked(result);
        state_ = State::ready;
    }
    while (!out_.empty()) {
        const int sent = SSL_write(ssl_.get(), out_.data(), static_cast<int>(out_.size()));
        if (sent <= 0) return blocked(sent);
        out_.erase(0, static_cast<std::size_t>(sent));
    }
    while (state_ == State::waiting) {
        std::array<char, 16384> chunk;
        const int got = SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()));
        if (got <= 0) return blocked(got);
        in_.append(chunk.data(), static_cast<std::size_t>(got));
        if (parse()) state_ = State::answered;
    }
    return state_;
}

// Both peers answer with a Content-Length; this is no HTTP client for anything else.
bool TlsClient::parse() {
    const auto head = in_.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    std::string name = in_.substr(0, head + 2);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    std::size_t length = 0;
    if (const auto at = name.find("\r\ncontent-length:"); at != std::string::npos) {
        const auto digit = name.find_first_of("0123456789", at);
        std::from_chars(name.data() + digit, name.data() + name.size(), length);
    }
    if (in_.size() < head + 4 + length) return false;
    answer_ = {};
    std::from_chars(in_.data() + 9, in_.data() + 12, answer_.status);
    answer_.body = std::string_view{in_}.substr(head + 4, length);
    return true;
}

}  // namespace bench
