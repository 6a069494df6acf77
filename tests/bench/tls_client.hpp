// One keep-alive TLS connection of the load generator: sends a request, tells when its answer is
// whole. Non-blocking; whoever owns the epoll set calls `advance` when the socket has something to
// say.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>

namespace bench {

struct SslFree {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, SslFree>;

Context client_context();  // believes any certificate; offers no old session, so each handshake is
                           // a full one

struct Answer {
    int status = 0;
    std::string_view body{};  // until the next `send`
};

class TlsClient {
public:
    // Begins to connect to 127.0.0.1. Throws std::system_error where that fails at once.
    TlsClient(SSL_CTX* context, int port);
    TlsClient(TlsClient&& other) noexcept;
    TlsClient& operator=(TlsClient&&) = delete;
    ~TlsClient();

    enum class State { connecting, ready, waiting, answered, failed };

    void send(std::string request);  // when ready or answered
    State advance();                 // does what it can without blocking
    State state() const { return state_; }
    Answer answer() const { return answer_; }
    int socket() const { return socket_; }

private:
    bool parse();

    int socket_ = -1;
    std::unique_ptr<SSL, SslFree> ssl_;
    State state_ = State::connecting;
    std::string out_, in_;
    Answer answer_;
};

}  // namespace bench
