// A non-blocking socket with or without TLS, as one thing to read from and write to.
#pragma once

#include "server/net/asio.hpp"
#include "server/net/tls.hpp"

#include <optional>

namespace server {

class Stream {
public:
    Stream(Socket socket, std::optional<TlsSession> tls)
        : socket_{std::move(socket)}, tls_{std::move(tls)} {}

    bool is_tls() const { return tls_.has_value(); }
    TlsSession& tls() { return *tls_; }
    void drop_tls() { tls_.reset(); }  // what follows goes out in clear

    IoResult read(char* into, std::size_t size);
    IoResult write(const char* from, std::size_t size);
    // Bytes are left that no waiting on the socket would announce.
    bool has_buffered() const { return tls_ && tls_->has_buffered(); }

    // Says goodbye: no more is sent, the other direction stays open.
    void end_writing();
    // Throws away what has come in: `wants_read` when there is no more for now, `ended` at the end.
    IoStatus discard_input();

    Socket& socket() { return socket_; }

private:
    Socket socket_;
    std::optional<TlsSession> tls_;
};

}  // namespace server
