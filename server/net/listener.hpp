// A set of addresses served alike: every loop accepts on a socket of its own (SO_REUSEPORT), and a
// connection stays on the loop that accepted it.
#pragma once

#include "server/http/handler.hpp"
#include "server/net/connection.hpp"
#include "server/net/limits.hpp"
#include "server/net/loops.hpp"
#include "server/net/tls.hpp"

#include <boost/system/result.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace server {

using Endpoint = net::ip::tcp::endpoint;

// "0.0.0.0:8443", "[::]:8443", "localhost:8443" or ":8443" (every address, both families). Fails
// with a sentence. Asks no name server.
boost::system::result<Endpoint, std::string> parse_endpoint(std::string_view text);

class Listener {
public:
    // Binds at once; see `open`. `tls` null: plain HTTP. `loops`, `handler` and `tls` must outlive
    // it, and it must outlive neither the loops' threads nor a call of `Loops::stop`: destroy it
    // after the loops have stopped, before they are destroyed.
    using Opened = boost::system::result<std::unique_ptr<Listener>, std::string>;
    // Fails with a sentence when an address is taken, also by another server that shares ports.
    static Opened open(Loops& loops, const std::vector<Endpoint>& addresses, Limits limits,
                       RequestHandler& handler, const TlsContext* tls);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    Listener(Listener&&) = delete;
    Listener& operator=(Listener&&) = delete;

    // Both take effect on each loop as soon as it turns, for connections and requests that begin
    // then. Thread-safe. What `tls` points to must outlive the listener.
    void set_limits(const Limits& limits);
    void set_tls(const TlsContext* tls) { tls_.store(tls); }

    // Where it listens, the real ports where 0 was asked for.
    const std::vector<Endpoint>& endpoints() const { return endpoints_; }

    // Begins to accept, on every loop. Thread-safe. Clients that connected since `open` are
    // waiting.
    void start();

    // Stops accepting, closes what is idle, lets what is under way finish and say goodbye; what is
    // not done after `time` is cut. Blocks; from outside the loops, which must be running. True if
    // nothing had to be cut.
    bool drain(std::chrono::milliseconds time);

    const ListenerCounters& counters() const { return counters_; }

private:
    class Share;
    Listener(RequestHandler& handler, const TlsContext* tls);

    RequestHandler& handler_;
    std::atomic<const TlsContext*> tls_;
    ListenerCounters counters_;
    std::vector<Endpoint> endpoints_;
    std::vector<std::unique_ptr<Share>> shares_;  // one a loop
};

}  // namespace server
