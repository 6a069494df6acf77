// Asks others over HTTP/1.1, with a pool of connections that are kept open: the `http` steps and
// Twilio's REST API. TLS 1.2 or later, certificates and names checked; no redirects, no proxies, no
// compression. A connection goes to the very address that was checked against the policy.
// For the thread of its loop only: there is nothing to lock. To be destroyed before the loop.
#pragma once

#include "server/http/host_policy.hpp"
#include "server/http/outbound_connection.hpp"
#include "server/http/outbound_request.hpp"
#include "server/net/asio.hpp"
#include "server/net/name_resolver.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace server {

struct OutboundOptions {
    HostPolicy policy{};
    std::string ca_file{};  // PEM, trusted beside the system's authorities; empty: only those
    std::string user_agent{"Switchboard"};
    OutboundLimits limits{};
    std::size_t connections_per_host = 32;  // further requests wait in line
    std::size_t idle_per_host = 8;
    std::size_t idle_in_all = 64;
    std::chrono::milliseconds idle{20'000};  // then an unused connection is closed
};

class OutboundClient {
public:
    using Made = boost::system::result<std::unique_ptr<OutboundClient>, std::string>;

    // Fails with a sentence for the operator, about `ca_file`. `resolver` outlives the client.
    static Made make(NameResolver& resolver, OutboundOptions options);
    ~OutboundClient();
    OutboundClient(const OutboundClient&) = delete;
    OutboundClient& operator=(const OutboundClient&) = delete;
    OutboundClient(OutboundClient&&) = delete;
    OutboundClient& operator=(OutboundClient&&) = delete;

    // Sends once: nothing is ever repeated in here. An answer of any status, or at which stage it
    // went wrong. What is under way may outlive the client.
    net::awaitable<OutboundResult> send(OutboundRequest request);

    // From the next request on; connections at rest are closed.
    void use(HostPolicy policy);

    std::size_t idle_connections() const;

private:
    class Pool;
    explicit OutboundClient(std::shared_ptr<Pool> pool) : pool_{std::move(pool)} {}
    static net::awaitable<OutboundResult> send_through(std::shared_ptr<Pool> pool,
                                                       OutboundRequest request);
    std::shared_ptr<Pool> pool_;
};

}  // namespace server
