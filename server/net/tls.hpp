// TLS 1.2 and 1.3 by OpenSSL, straight on a non-blocking socket: no BIO pair and no buffers of our
// own, so that an idle connection costs OpenSSL's bare state only. This file, `tls.cpp` and
// `self_signed.cpp` are the only ones in `net` that know OpenSSL.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

// NOLINTBEGIN(readability-identifier-naming): OpenSSL's names
struct ssl_st;
struct ssl_ctx_st;
// NOLINTEND(readability-identifier-naming)

namespace server {

// PEM files: the certificate with its chain, leaf first, and its key without a passphrase.
struct TlsFiles {
    std::filesystem::path certificate{};
    std::filesystem::path key{};
    bool operator==(const TlsFiles&) const = default;
};

// What came of one read, write or handshake step.
enum class IoStatus {
    done,
    wants_read,   // nothing happened: again once the socket is readable
    wants_write,  // … writable
    ended,        // the peer has said that it sends no more
    plain_http,   // the peer speaks HTTP without TLS; the socket is fit for a plain answer
    failed,       // broken: nothing can be read or written any more
};

struct IoResult {
    IoStatus status = IoStatus::done;
    std::size_t bytes = 0;
};

// The TLS side of one connection. The socket stays its owner's.
class TlsSession {
public:
    IoResult handshake();
    IoResult read(char* into, std::size_t size);
    IoResult write(const char* from, std::size_t size);  // may write less than asked for
    void close_notify();                                 // best effort, does not wait
    bool has_buffered() const;                           // bytes left that need no socket
    bool is_resumed() const;
    bool has_begun() const;  // something of a handshake has come in

private:
    friend class TlsContext;
    struct Free {
        void operator()(ssl_st* ssl) const noexcept;
    };
    explicit TlsSession(ssl_st* ssl) : ssl_{ssl} {}
    IoResult result_of(int returned);

    std::unique_ptr<ssl_st, Free> ssl_;
};

// Certificate and settings for new sessions. Thread-safe. Sessions keep what they began with, and a
// client's ticket outlives a reload: the keys of tickets are carried over.
class TlsContext {
public:
    using Loaded = boost::system::result<std::unique_ptr<TlsContext>, std::string>;
    // Fails with a sentence for the operator.
    static Loaded load(TlsFiles files);

    // Throws std::bad_alloc when memory is out; nothing else fails.
    TlsSession new_session(int socket) const;

    struct Reload {
        enum class Outcome { unchanged, reloaded, refused } outcome = Outcome::unchanged;
        std::string why{};  // of `refused`: what is wrong with the new files; the old ones serve on
    };
    // Looks at the files' times and sizes; reads them where those differ from the last look, or in
    // any case if `force`.
    Reload reload(bool force = false);
    // Serves these files from now on, or goes on with the old ones where they cannot be served.
    Reload use(const TlsFiles& files);

    // When the certificate being served stops being valid.
    std::chrono::system_clock::time_point expires() const;

private:
    using Handle = std::shared_ptr<ssl_ctx_st>;
    struct Stamp {
        std::filesystem::file_time_type certificate_time{}, key_time{};
        std::uintmax_t certificate_size = 0, key_size = 0;
        bool operator==(const Stamp&) const = default;
    };
    explicit TlsContext(TlsFiles files) : files_{std::move(files)} {}
    static boost::system::result<Handle, std::string> read(const TlsFiles& files);
    static Stamp stamp_of(const TlsFiles& files);
    Handle current() const;
    Reload replace(const TlsFiles& files);

    mutable std::mutex mutex_;  // of what follows; taken once a connection
    TlsFiles files_;
    Handle context_;
    Stamp seen_;
};

}  // namespace server
