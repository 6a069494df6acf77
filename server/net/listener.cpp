#include "server/net/listener.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <latch>
#include <optional>
#include <thread>

namespace server {
namespace {

using boost::system::error_code;
using ReusePort = net::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                        net::wait_traits<std::chrono::steady_clock>, LoopExecutor>;

constexpr std::uint64_t most_parting = 256;

std::string text_of(const Endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    const std::string port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

// The peer as the log writes it: an IPv4 client of an IPv6 socket is still an IPv4 client.
std::string text_of_peer(const net::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

// Both families, unless the other one is listed by itself.
bool takes_ipv6_only(const Endpoint& endpoint, const std::vector<Endpoint>& all) {
    return std::ranges::any_of(all, [&](const Endpoint& other) {
        return other.address().is_v4() && other.port() == endpoint.port();
    });
}

error_code bind_to(Acceptor& acceptor, const Endpoint& endpoint, bool ipv6_only, bool shared) {
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Acceptor::reuse_address{true}, error);
    if (!error && endpoint.address().is_v6())
        acceptor.set_option(net::ip::v6_only{ipv6_only}, error);
    if (!error && shared) acceptor.set_option(ReusePort{true}, error);
    if (!error) acceptor.bind(endpoint, error);
    return error;
}

}  // namespace

boost::system::result<Endpoint, std::string> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const std::string whole{text};
    if (colon == std::string_view::npos) return "\"" + whole + "\" has no port, as in 0.0.0.0:8443";
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size())
        return "\"" + whole + "\" has no port from 0 to 65535";
    std::string host{text.substr(0, colon)};
    if (host.empty())
        host = "::";
    else if (host == "localhost")
        host = "127.0.0.1";
    else if (host == "*")
        host = "0.0.0.0";
    else if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string::npos)
        return "\"" + whole + "\" needs brackets, as in [::1]:8443";
    error_code not_an_address;
    const net::ip::address address = net::ip::make_address(host, not_an_address);
    if (not_an_address) return "\"" + host + "\" is no IP address";
    return Endpoint{address, port};
}

// One loop's part of the listener. All but construction and destruction happens on that loop.
class Listener::Share {
public:
    Share(net::io_context& loop, Listener& listener, const Limits& limits)
        : loop_{loop}, listener_{listener}, neighbourhood_{limits, listener.handler_,
                                                           listener.counters_},
          tick_{loop.get_executor()}, pause_{loop.get_executor()} {}

    ~Share() {
        neighbourhood_.deadlines.for_each(
            [](Timed& timed) { delete &static_cast<Connection&>(timed); });
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    Share(Share&&) = delete;
    Share& operator=(Share&&) = delete;

    // Returns the endpoint with its real port.
    boost::system::result<Endpoint, error_code> add(const Endpoint& endpoint, bool ipv6_only) {
        Acceptor acceptor{loop_.get_executor()};
        error_code error = bind_to(acceptor, endpoint, ipv6_only, true);
        if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
        if (error) return error;
        const Endpoint bound = acceptor.local_endpoint();
        acceptors_.push_back(std::move(acceptor));
        return bound;
    }

    void start() {
        peers_.resize(acceptors_.size());
        for (std::size_t i = 0; i < acceptors_.size(); ++i)
            accept(i);
        keep_time();
    }

    void begin_drain() {
        neighbourhood_.is_draining = true;
        for (Acceptor& acceptor : acceptors_) {
            error_code ignored;
            acceptor.close(ignored);
        }
        pause_.cancel();
        neighbourhood_.deadlines.for_each(
            [](Timed& timed) { static_cast<Connection&>(timed).nudge(); });
    }

    void abandon_all() {
        neighbourhood_.deadlines.for_each(
            [](Timed& timed) { static_cast<Connection&>(timed).abandon(); });
    }

    void set_limits(const Limits& limits) { neighbourhood_.set_limits(limits); }

    net::io_context& loop() { return loop_; }

private:
    void accept(std::size_t index) {
        acceptors_[index].async_accept(
            peers_[index], [this, index](error_code error, Socket socket) {
                if (error == net::error::operation_aborted || neighbourhood_.is_draining) return;
                if (error) return accept_after_pause(index);
                listener_.counters_.accepted.fetch_add(1, std::memory_order_relaxed);
                welcome(std::move(socket), peers_[index].address());
                accept(index);
            });
    }

    // Mostly out of descriptors, which others have to give back first.
    void accept_after_pause(std::size_t index) {
        listener_.counters_.accept_failures.fetch_add(1, std::memory_order_relaxed);
        pause_.expires_after(std::chrono::milliseconds{50});
        pause_.async_wait([this, index](error_code /*cancelled by another's pause or not*/) {
            if (!neighbourhood_.is_draining) accept(index);
        });
    }

    void welcome(Socket socket, const net::ip::address& peer) {
        const TlsContext* const tls = listener_.tls_.load(std::memory_order_acquire);
        Connection::Welcome welcome = Connection::Welcome::serve;
        if (is_full()) {
            if (!turn_away(socket, peer, tls != nullptr)) return;
            welcome = Connection::Welcome::turn_away;
        }
        error_code error;
        socket.native_non_blocking(true, error);
        if (error) return;
        socket.set_option(net::ip::tcp::no_delay{true}, error);
        try {
            std::optional<TlsSession> session;
            if (tls != nullptr) session = tls->new_session(socket.native_handle());
            auto connection =
                std::make_unique<Connection>(Stream{std::move(socket), std::move(session)},
                                             text_of_peer(peer), neighbourhood_, welcome);
            connection.release()->start();  // owns itself from here on
        } catch (const std::bad_alloc&) {
            listener_.counters_.shed.fetch_add(1, std::memory_order_relaxed);
        }
    }

    // At the limit the one that has been idle longest makes room: a client that hoards idle
    // connections must not keep others out.
    bool is_full() {
        ListenerCounters& counters = listener_.counters_;
        if (counters.open.load(std::memory_order_relaxed) < neighbourhood_.limits.connections)
            return false;
        Timed* const idle = neighbourhood_.deadlines.longest(WaitsFor::next_request);
        if (idle == nullptr) return true;
        counters.evicted.fetch_add(1, std::memory_order_relaxed);
        neighbourhood_.deadlines.enter(*idle, WaitsFor::answer);  // it is not to be chosen again
        static_cast<Connection&>(*idle).expire();
        return false;
    }

    // True: it still has to be told, behind a handshake. As that costs more than the answer that is
    // refused, only so many are told at a time; the others are closed without a word.
    bool turn_away(Socket& socket, const net::ip::address& peer, bool has_tls) {
        ListenerCounters& counters = listener_.counters_;
        counters.shed.fetch_add(1, std::memory_order_relaxed);
        const bool is_told =
            !has_tls || counters.parting.load(std::memory_order_relaxed) < most_parting;
        const std::string from = text_of_peer(peer);
        neighbourhood_.handler.on_refusal(
            {.status = is_told ? 503 : 0, .why = "too many connections", .peer = from});
        if (has_tls) return is_told;
        static constexpr std::string_view busy = "HTTP/1.1 503 Service Unavailable\r\n"
                                                 "Content-Type: text/plain; charset=utf-8\r\n"
                                                 "Content-Length: 20\r\nRetry-After: 1\r\n"
                                                 "Connection: close\r\n\r\nService Unavailable\n";
        std::array<char, 4096> scrap;
        ::send(socket.native_handle(), busy.data(), busy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        error_code ignored;
        socket.shutdown(Socket::shutdown_send, ignored);
        ::recv(socket.native_handle(), scrap.data(), scrap.size(), MSG_DONTWAIT);
        return false;
    }

    void keep_time() {
        tick_.expires_after(neighbourhood_.deadlines.tick());
        tick_.async_wait([this](error_code stopped) {
            if (stopped) return;
            neighbourhood_.deadlines.set_now(std::chrono::steady_clock::now());
            while (Timed* const late = neighbourhood_.deadlines.take_expired())
                static_cast<Connection&>(*late).expire();
            keep_time();
        });
    }

    net::io_context& loop_;
    Listener& listener_;
    Neighbourhood neighbourhood_;
    std::vector<Acceptor> acceptors_;
    std::vector<Endpoint> peers_;  // of the connection each acceptor waits for
    Timer tick_;
    Timer pause_;
};

Listener::Listener(RequestHandler& handler, const TlsContext* tls) : handler_{handler}, tls_{tls} {}

Listener::~Listener() = default;

Listener::Opened Listener::open(Loops& loops, const std::vector<Endpoint>& addresses, Limits limits,
                                RequestHandler& handler, const TlsContext* tls) {
    std::unique_ptr<Listener> listener{new Listener{handler, tls}};
    for (std::size_t i = 0; i < loops.size(); ++i)
        listener->shares_.push_back(std::make_unique<Share>(loops.at(i), *listener, limits));
    for (Endpoint endpoint : addresses) {
        const bool ipv6_only = takes_ipv6_only(endpoint, addresses);
        // SO_REUSEPORT would let a second server of the same user bind beside us, and each would
        // get half of the calls. Without it the port must be free.
        Acceptor probe{loops.at(0).get_executor()};
        error_code error = bind_to(probe, endpoint, ipv6_only, false);
        probe.close();
        for (const auto& share : listener->shares_) {
            if (error) break;
            const auto bound = share->add(endpoint, ipv6_only);
            if (!bound)
                error = bound.error();
            else
                endpoint = *bound;
        }
        if (error) return "cannot listen on " + text_of(endpoint) + ": " + error.message();
        listener->endpoints_.push_back(endpoint);
    }
    return listener;
}

void Listener::start() {
    for (const auto& share : shares_)
        net::post(share->loop(), [&share = *share] { share.start(); });
}

void Listener::set_limits(const Limits& limits) {
    for (const auto& share : shares_)
        net::post(share->loop(), [&share = *share, limits] { share.set_limits(limits); });
}

bool Listener::drain(std::chrono::milliseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    const auto on_each_loop = [this](void (Share::*what)()) {
        std::latch done{static_cast<std::ptrdiff_t>(shares_.size())};
        for (const auto& share : shares_)
            net::post(share->loop(), [&share = *share, &done, what] {
                (share.*what)();
                done.count_down();
            });
        done.wait();
    };
    const auto all_gone_by = [this](auto when) {
        while (counters_.open.load() + counters_.parting.load() > 0) {
            if (std::chrono::steady_clock::now() >= when) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        return true;
    };
    on_each_loop(&Share::begin_drain);
    if (all_gone_by(deadline)) return true;
    on_each_loop(&Share::abandon_all);
    all_gone_by(std::chrono::steady_clock::now() + std::chrono::milliseconds{100});
    return false;
}

}  // namespace server
