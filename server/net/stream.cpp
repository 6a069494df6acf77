#include "server/net/stream.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace server {
namespace {

IoResult result_of(ssize_t returned, IoStatus when_not_ready) {
    if (returned > 0) return {.bytes = static_cast<std::size_t>(returned)};
    if (returned == 0) return {.status = IoStatus::ended};
    const bool not_ready = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return {.status = not_ready ? when_not_ready : IoStatus::failed};
}

}  // namespace

IoResult Stream::read(char* into, std::size_t size) {
    if (tls_) return tls_->read(into, size);
    return result_of(::recv(socket_.native_handle(), into, size, 0), IoStatus::wants_read);
}

IoResult Stream::write(const char* from, std::size_t size) {
    if (tls_) return tls_->write(from, size);
    return result_of(::send(socket_.native_handle(), from, size, MSG_NOSIGNAL),
                     IoStatus::wants_write);
}

void Stream::end_writing() {
    if (tls_) tls_->close_notify();
    boost::system::error_code gone_already;
    socket_.shutdown(Socket::shutdown_send, gone_already);
}

IoStatus Stream::discard_input() {
    std::array<char, 4096> scrap;
    for (int reads = 0; reads < 16; ++reads) {
        const IoResult result = result_of(
            ::recv(socket_.native_handle(), scrap.data(), scrap.size(), 0), IoStatus::wants_read);
        if (result.status != IoStatus::done) return result.status;
    }
    return IoStatus::wants_read;
}

}  // namespace server
