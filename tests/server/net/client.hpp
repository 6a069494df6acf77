// A client that can misbehave: a blocking socket, with or without TLS, that sends just what it is
// told to. Nothing in it waits longer than ten seconds: a test then fails instead of hanging.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace server::testing {

struct Reply {
    int status = 0;  // 0: the connection ended, or was reset, before a whole reply
    std::string head{};
    std::string body{};

    bool has(std::string_view header_line) const {
        return head.find("\r\n" + std::string{header_line} + "\r\n") != std::string::npos;
    }
};

struct Free {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};
using Session = std::unique_ptr<SSL_SESSION, Free>;

struct TlsWishes {
    int version = 0;        // TLS1_2_VERSION …; 0: any
    std::string trusted{};  // a PEM file; then the certificate and `host` are checked
    std::string host = "localhost";
    std::string protocols{};  // of ALPN, in wire form
    SSL_SESSION* resumes = nullptr;
};

class Client {
public:
    explicit Client(std::uint16_t port);
    Client(std::uint16_t port, const TlsWishes& wishes);  // shakes hands; see `is_connected`
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    Client(Client&&) = delete;
    Client& operator=(Client&&) = delete;

    bool is_connected() const { return connected_; }
    void send(std::string_view bytes);  // a connection that has gone swallows them
    void say_no_more();                 // closes our direction

    Reply reply(bool to_head = false);
    Reply ask(std::string_view request) {
        send(request);
        return reply();
    }
    // The server has ended the connection, and had nothing further to say.
    bool is_closed_silently();

    SSL* ssl() { return ssl_.get(); }
    Session session();  // for another client to resume; after a reply

private:
    int receive(char* into, int size);
    bool more();

    int socket_ = -1;
    bool connected_ = false;
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string in_;
};

std::string get(std::string_view target, std::string_view headers = {});
std::string post(std::string_view target, std::string_view body, std::string_view headers = {});

}  // namespace server::testing
