// How a server's TLS looks to a client that trusts what this machine trusts, as Twilio would see
// it: it connects whatever the certificate is, and tells what is wrong with it. Source: Twilio,
// "Security": TLS 1.2 or later, a certificate of a public authority, with its chain.
#pragma once

#include <chrono>
#include <string>

namespace server {

struct TlsFacts {
    bool is_connected = false;
    std::string failure{};     // why not
    std::string version{};     // "TLSv1.3"
    bool names_host = false;   // the certificate is for this host
    std::string distrust{};    // why it is not trusted; empty: it is
    bool lacks_chain = false;  // it is not because an authority between is missing
    int chain = 0;             // certificates that were sent, the leaf included
    std::chrono::system_clock::time_point expires{};
};

// `host`: a name or an address, without brackets. Blocks, at most `patience`.
TlsFacts probe_tls(const std::string& host, const std::string& port, std::chrono::seconds patience);

}  // namespace server
