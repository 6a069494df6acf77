#include "server/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <new>
#include <system_error>

namespace server {
namespace {

// What OpenSSL says went wrong, for people.
std::string last_error() {
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    std::string text = reason == nullptr ? "unknown error" : reason;
    ERR_clear_error();
    return text;
}

// HTTP/1.1 is all we speak: a client that offers protocols without it is told so.
int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
    static constexpr std::array<unsigned char, 9> ours{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, size, ours.data(), ours.size(), offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

void configure(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE);
    // AES-128 first: the hash that goes with it is the one processors have instructions for.
    SSL_CTX_set_ciphersuites(
        context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
    // Buffers live during a record only (68 → 11 KB an idle connection), reads take what is there.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    // Tickets need no memory here; one is enough for a client that keeps its connections.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    static constexpr std::array<unsigned char, 1> id{'s'};
    SSL_CTX_set_session_id_context(context, id.data(), id.size());
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

void carry_ticket_keys(SSL_CTX* from, SSL_CTX* to) {
    const long size = SSL_CTX_get_tlsext_ticket_keys(from, nullptr, 0);
    std::string keys(static_cast<std::size_t>(size), '\0');
    SSL_CTX_get_tlsext_ticket_keys(from, keys.data(), size);
    SSL_CTX_set_tlsext_ticket_keys(to, keys.data(), size);
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* ssl) const noexcept { SSL_free(ssl); }

IoResult TlsSession::result_of(int returned) {
    switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
        return {.status = IoStatus::wants_read};
    case SSL_ERROR_WANT_WRITE:
        return {.status = IoStatus::wants_write};
    case SSL_ERROR_ZERO_RETURN:
        return {.status = IoStatus::ended};
    default:
        break;
    }
    const bool is_http = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
    ERR_clear_error();
    return {.status = is_http ? IoStatus::plain_http : IoStatus::failed};
}

// The thread's error queue is empty whenever we call OpenSSL: `result_of` leaves it so.
IoResult TlsSession::handshake() {
    const int returned = SSL_accept(ssl_.get());
    return returned == 1 ? IoResult{} : result_of(returned);
}

IoResult TlsSession::read(char* into, std::size_t size) {
    std::size_t bytes = 0;
    const int returned = SSL_read_ex(ssl_.get(), into, size, &bytes);
    return returned == 1 ? IoResult{.bytes = bytes} : result_of(returned);
}

IoResult TlsSession::write(const char* from, std::size_t size) {
    std::size_t bytes = 0;
    const int returned = SSL_write_ex(ssl_.get(), from, size, &bytes);
    return returned == 1 ? IoResult{.bytes = bytes} : result_of(returned);
}

void TlsSession::close_notify() {
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

bool TlsSession::has_buffered() const { return SSL_has_pending(ssl_.get()) == 1; }

bool TlsSession::is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

bool TlsSession::has_begun() const { return SSL_get_state(ssl_.get()) != TLS_ST_BEFORE; }

TlsContext::Loaded TlsContext::load(TlsFiles files) {
    std::unique_ptr<TlsContext> loaded{new TlsContext{std::move(files)}};
    loaded->seen_ = stamp_of(loaded->files_);
    boost::system::result<Handle, std::string> context = read(loaded->files_);
    if (!context) return context.error();
    loaded->context_ = *std::move(context);
    return loaded;
}

boost::system::result<TlsContext::Handle, std::string> TlsContext::read(const TlsFiles& files) {
    ERR_clear_error();
    const Handle context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    if (!context) return "no TLS context: " + last_error();
    configure(context.get());
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
        return "certificate " + files.certificate.string() + ": " + last_error();
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        return "key " + files.key.string() + ": " + last_error();
    if (SSL_CTX_check_private_key(context.get()) != 1)
        return "key " + files.key.string() + " does not belong to certificate " +
               files.certificate.string();
    return context;
}

TlsContext::Stamp TlsContext::stamp_of(const TlsFiles& files) {
    std::error_code ignored;
    return {.certificate_time = std::filesystem::last_write_time(files.certificate, ignored),
            .key_time = std::filesystem::last_write_time(files.key, ignored),
            .certificate_size = std::filesystem::file_size(files.certificate, ignored),
            .key_size = std::filesystem::file_size(files.key, ignored)};
}

TlsContext::Handle TlsContext::current() const {
    const std::scoped_lock lock{mutex_};
    return context_;
}

TlsSession TlsContext::new_session(int socket) const {
    const Handle context = current();
    TlsSession session{SSL_new(context.get())};
    if (!session.ssl_ || SSL_set_fd(session.ssl_.get(), socket) != 1) {
        ERR_clear_error();
        throw std::bad_alloc{};
    }
    return session;
}

TlsContext::Reload TlsContext::reload(bool force) {
    TlsFiles files;
    {
        const std::scoped_lock lock{mutex_};
        const Stamp stamp = stamp_of(files_);
        if (stamp == seen_ && !force) return {};
        seen_ = stamp;  // a broken pair is complained of once
        files = files_;
    }
    return replace(files);
}

TlsContext::Reload TlsContext::use(const TlsFiles& files) {
    {
        const std::scoped_lock lock{mutex_};
        if (files == files_) return {};
    }
    const Stamp stamp = stamp_of(files);
    Reload replaced = replace(files);
    if (replaced.outcome != Reload::Outcome::reloaded) return replaced;
    const std::scoped_lock lock{mutex_};
    files_ = files;
    seen_ = stamp;
    return replaced;
}

TlsContext::Reload TlsContext::replace(const TlsFiles& files) {
    boost::system::result<Handle, std::string> next = read(files);
    if (!next) return {.outcome = Reload::Outcome::refused, .why = std::move(next).error()};
    const std::scoped_lock lock{mutex_};
    carry_ticket_keys(context_.get(), next->get());
    context_ = *std::move(next);
    return {.outcome = Reload::Outcome::reloaded};
}

std::chrono::system_clock::time_point TlsContext::expires() const {
    const Handle context = current();
    const X509* const certificate = SSL_CTX_get0_certificate(context.get());
    std::tm fields{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &fields) != 1)
        return {};
    return std::chrono::system_clock::from_time_t(timegm(&fields));
}

}  // namespace server
