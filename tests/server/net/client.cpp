#include "tests/server/net/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace server::testing {

Client::Client(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Client::Client(std::uint16_t port, const TlsWishes& wishes) : Client{port} {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context_.get(), 0);
    if (wishes.version != 0) {
        SSL_CTX_set_min_proto_version(context_.get(), wishes.version);
        SSL_CTX_set_max_proto_version(context_.get(), wishes.version);
    }
    if (!wishes.trusted.empty()) {
        SSL_CTX_load_verify_file(context_.get(), wishes.trusted.c_str());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    }
    ssl_.reset(SSL_new(context_.get()));
    if (!wishes.trusted.empty()) {
        X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl_.get());
        if (X509_VERIFY_PARAM_set1_ip_asc(rules, wishes.host.c_str()) != 1)
            SSL_set1_host(ssl_.get(), wishes.host.c_str());
    }
    if (!wishes.protocols.empty())
        SSL_set_alpn_protos(ssl_.get(),
                            reinterpret_cast<const unsigned char*>(wishes.protocols.data()),
                            static_cast<unsigned>(wishes.protocols.size()));
    if (wishes.resumes != nullptr) SSL_set_session(ssl_.get(), wishes.resumes);
    SSL_set_fd(ssl_.get(), socket_);
    connected_ = connected_ && SSL_connect(ssl_.get()) == 1;
    ERR_clear_error();
}

Client::~Client() {
    // OpenSSL forgets the session of a connection that ends without a goodbye.
    if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    if (socket_ >= 0) ::close(socket_);
}

void Client::send(std::string_view bytes) {
    if (ssl_) {
        if (!bytes.empty()) SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        ERR_clear_error();
        return;
    }
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Client::say_no_more() {
    if (ssl_) SSL_shutdown(ssl_.get());
    ::shutdown(socket_, SHUT_WR);
}

int Client::receive(char* into, int size) {
    if (!ssl_) return static_cast<int>(::recv(socket_, into, static_cast<std::size_t>(size), 0));
    const int received = SSL_read(ssl_.get(), into, size);
    ERR_clear_error();
    return received;
}

bool Client::more() {
    std::array<char, 16384> piece{};
    const int received = receive(piece.data(), static_cast<int>(piece.size()));
    if (received > 0) in_.append(piece.data(), static_cast<std::size_t>(received));
    return received > 0;
}

Reply Client::reply(bool to_head) {
    std::size_t end = 0;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos)
        if (!more()) return {};
    end += 4;
    Reply reply{.status = std::atoi(in_.substr(9, 3).c_str()), .head = in_.substr(0, end)};
    std::size_t size = 0;
    const std::size_t length = reply.head.find("Content-Length: ");
    if (length != std::string::npos && !to_head)
        size = static_cast<std::size_t>(std::atoll(reply.head.c_str() + length + 16));
    while (in_.size() < end + size)
        if (!more()) return {};
    reply.body = in_.substr(end, size);
    in_.erase(0, end + size);
    return reply;
}

bool Client::is_closed_silently() {
    if (!in_.empty()) return false;
    std::array<char, 1> byte{};
    if (ssl_) return receive(byte.data(), 1) <= 0;
    return ::recv(socket_, byte.data(), 1, 0) == 0;
}

Session Client::session() { return Session{SSL_get1_session(ssl_.get())}; }

std::string get(std::string_view target, std::string_view headers) {
    std::string text{"GET "};
    text.append(target).append(" HTTP/1.1\r\nHost: a\r\n").append(headers).append("\r\n");
    return text;
}

std::string post(std::string_view target, std::string_view body, std::string_view headers) {
    std::string text{"POST "};
    text.append(target).append(" HTTP/1.1\r\nHost: a\r\nContent-Length: ");
    text.append(std::to_string(body.size())).append("\r\n").append(headers).append("\r\n");
    return text.append(body);
}

}  // namespace server::testing
