// Bytes in, requests out: one read buffer and the parsing of what is in it. Beast's parser reads
// the head and the chunks; here stands what it lets pass and a server behind proxies must not
// (request smuggling: RFC 9112, 2.2, 5.1, 6.1 and 11.2). No sockets: tests feed it byte by byte.
#pragma once

#include "server/http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace server {

struct ReadLimits {
    std::size_t header_bytes = std::size_t{16} * 1024;  // request line and headers; beyond: 431
    std::size_t body_bytes = std::size_t{64} * 1024;    // declared or in chunks; beyond: 413
};

class RequestReader {
public:
    explicit RequestReader(ReadLimits limits);
    void set_limits(ReadLimits limits) { limits_ = limits; }  // between two requests
    ~RequestReader();
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;
    RequestReader(RequestReader&&) = delete;
    RequestReader& operator=(RequestReader&&) = delete;

    enum class Outcome {
        need_more,  // read into `space`, then ask again
        ready,      // `request` is whole; `consume` it before asking again
        refused,    // answer with `refusal_status` and close: what follows cannot be trusted
    };
    Outcome next();

    // Room for the next read, never empty after `need_more`; `commit` says how much of it was
    // filled.
    std::span<char> space();
    void commit(std::size_t bytes) { end_ += bytes; }

    // The views in it stay valid until `consume`.
    Request& request() { return request_; }
    bool keep_alive() const { return keep_alive_; }  // what the client asked for
    bool is_http_1_0() const { return is_http_1_0_; }
    // Drops the request and keeps what was pipelined behind it.
    void consume();

    // Nothing of a further request has arrived.
    bool is_empty() const { return begin_ == end_; }

    // True once a request whose body has not begun to arrive waits for "100 Continue"; then false.
    bool takes_continue();

    int refusal_status() const { return refusal_status_; }
    std::string_view refusal_reason() const { return refusal_reason_; }

    // Back to the start, for another connection; gives memory beyond a usual request's back.
    void reset();

private:
    class Parser;
    enum class Phase { head, counted_body, chunks };

    Outcome refuse(int status, std::string_view why);
    Outcome read_head();
    Outcome parse_head(std::size_t size);
    Outcome read_chunks();
    Outcome finish();
    std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
    void make_room(std::size_t bytes);

    ReadLimits limits_;
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): a vector would clear what a read overwrites
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;  // of the request being read
    std::size_t end_ = 0;    // of what has arrived
    std::size_t line_ = 0;   // from begin_: start of the first line without an end yet
    std::size_t scanned_ = 0;
    std::size_t head_size_ = 0;
    std::uint64_t body_size_ = 0;
    Phase phase_ = Phase::head;
    bool is_ready_ = false;
    bool keep_alive_ = false;
    bool is_http_1_0_ = false;
    bool expects_continue_ = false;
    std::unique_ptr<Parser> parser_;  // kept for the chunks of one body
    std::string joined_;              // the chunks' contents
    Request request_;
    int refusal_status_ = 0;
    std::string_view refusal_reason_;
};

}  // namespace server
