#include "server/net/tls_probe.hpp"

#include "server/net/asio.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace server {
namespace {

using ProbeStream = net::ssl::stream<net::ip::tcp::socket>;

bool names(X509* certificate, const std::string& host) {
    boost::system::error_code no_address;
    net::ip::make_address(host, no_address);
    if (no_address) return X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1;
    return X509_check_ip_asc(certificate, host.c_str(), 0) == 1;
}

void read_facts(SSL* ssl, const std::string& host, TlsFacts& facts) {
    facts.is_connected = true;
    facts.version = SSL_get_version(ssl);
    const long trust = SSL_get_verify_result(ssl);
    if (trust != X509_V_OK) facts.distrust = X509_verify_cert_error_string(trust);
    facts.lacks_chain = trust == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
                        trust == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                        trust == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
    facts.chain = sk_X509_num(SSL_get_peer_cert_chain(ssl));
    X509* const leaf = sk_X509_value(SSL_get_peer_cert_chain(ssl), 0);
    if (leaf == nullptr) return;
    facts.names_host = names(leaf, host);
    std::tm fields{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &fields) == 1)
        facts.expires = std::chrono::system_clock::from_time_t(timegm(&fields));
}

net::awaitable<void> probe(ProbeStream& stream, const std::string& host, const std::string& port,
                           TlsFacts& facts) {
    net::ip::tcp::resolver resolver{stream.get_executor()};
    auto [not_found, endpoints] = co_await resolver.async_resolve(host, port, quietly);
    if (not_found) {
        facts.failure = host + " has no address: " + not_found.message();
        co_return;
    }
    auto [refused, endpoint] = co_await net::async_connect(stream.next_layer(), endpoints, quietly);
    if (refused) {
        facts.failure = "no connection to " + host + ":" + port + ": " + refused.message();
        co_return;
    }
    SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
    auto [failed] = co_await stream.async_handshake(net::ssl::stream_base::client, quietly);
    if (failed) {
        facts.failure = "no TLS with " + host + ":" + port + ": " + failed.message();
        co_return;
    }
    facts.failure.clear();
    read_facts(stream.native_handle(), host, facts);
}

}  // namespace

TlsFacts probe_tls(const std::string& host, const std::string& port,
                   std::chrono::seconds patience) {
    TlsFacts facts;
    facts.failure = host + ":" + port + " does not answer in time";
    net::io_context loop{1};
    net::ssl::context tls{net::ssl::context::tls_client};
    boost::system::error_code no_authorities;
    tls.set_default_verify_paths(no_authorities);
    ProbeStream stream{loop, tls};
    // OpenSSL remembers the first thing that is wrong, and goes on.
    stream.set_verify_mode(net::ssl::verify_none);
    net::co_spawn(loop, probe(stream, host, port, facts), net::detached);
    loop.run_for(patience);
    return facts;
}

}  // namespace server
