#include "server/http/outbound_client.hpp"

#include "server/net/turnstile.hpp"

#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <utility>

namespace server {
namespace {

namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;
using Kind = OutboundFailure::Kind;

// W3C Trace Context, 3.2: a trace id is never all zeros.
bool is_trace_id(std::string_view text) {
    return text.size() == 32 && text.find_first_not_of('0') != std::string_view::npos &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string trace_parent(std::string_view trace_id, std::uint64_t span) {
    std::string lower{trace_id};
    for (char& c : lower)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return fmt::format("00-{}-{:016x}-01", lower, span == 0 ? 1 : span);
}

OutboundConnection::Message message_of(const OutboundRequest& request, const Destination& to,
                                       const std::string& user_agent, std::uint64_t span) {
    OutboundConnection::Message message{http::string_to_verb(request.method), to.target, 11};
    message.set(http::field::host, to.authority);
    message.set(http::field::user_agent, user_agent);
    for (const auto& [name, value] : request.headers) {
        // One that stands for itself replaces ours; others may repeat.
        if (http::string_to_field(name) == http::field::user_agent) message.erase(name);
        message.insert(name, value);
    }
    if (is_trace_id(request.trace_id))
        message.set("traceparent", trace_parent(request.trace_id, span));
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

}  // namespace

// What outlives the client while something is under way.
class OutboundClient::Pool : public std::enable_shared_from_this<Pool> {
public:
    using Connection = std::unique_ptr<OutboundConnection>;

    struct Host {
        explicit Host(std::size_t limit) : turnstile{limit} {}
        Turnstile turnstile;
        std::list<std::pair<Clock::time_point, Connection>> idle{};  // the newest first
    };

    Pool(NameResolver& resolver, OutboundOptions wishes)
        : names{resolver}, options{std::move(wishes)} {
        SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
        tls.set_verify_mode(net::ssl::verify_peer);
    }

    // Empty, or why `ca_file` cannot be trusted.
    std::string trust_ca_file();
    // The system's authorities, before the first connection over TLS: there are over a hundred,
    // and reading them was a quarter of the server's start.
    void trust_system();

    // The reference holds while somebody is in its turnstile, or waits there.
    Host& host(const Destination& to) {
        const auto key = fmt::format("{} {}", to.tls ? "https" : "http", to.authority);
        return hosts_.try_emplace(key, options.connections_per_host).first->second;
    }
    Connection take(Host& host);
    void keep(Host& host, Connection connection, const net::any_io_executor& executor);
    void close_idle();
    std::size_t idle() const { return idle_; }
    std::uint64_t span() { return random_(); }

    // The addresses that the policy lets through, or why there are none.
    net::awaitable<boost::system::result<std::vector<net::ip::address>, OutboundFailure>>
    addresses_of(const Destination& to, Clock::time_point deadline);

    NameResolver& names;
    OutboundOptions options;
    net::ssl::context tls{net::ssl::context::tls_client};

private:
    void drop_old(Clock::time_point now);
    void sweep();

    std::map<std::string, Host, std::less<>> hosts_{};
    std::size_t idle_ = 0;
    std::mt19937_64 random_{std::random_device{}()};
    std::optional<net::steady_timer> sweeper_{};
    bool is_sweeping_ = false;
    bool trusts_system_ = false;
};

std::string OutboundClient::Pool::trust_ca_file() {
    boost::system::error_code failure;
    if (!options.ca_file.empty()) tls.load_verify_file(options.ca_file, failure);
    return failure
               ? fmt::format("{}: no certificates in it: {}", options.ca_file, failure.message())
               : std::string{};
}

// Where there are none no certificate is trusted, and each connection says so.
void OutboundClient::Pool::trust_system() {
    if (std::exchange(trusts_system_, true)) return;
    boost::system::error_code there_are_none;
    tls.set_default_verify_paths(there_are_none);
}

OutboundClient::Pool::Connection OutboundClient::Pool::take(Host& host) {
    drop_old(Clock::now());
    while (!host.idle.empty()) {
        Connection connection = std::move(host.idle.front().second);
        host.idle.pop_front();
        --idle_;
        if (connection->is_reusable()) return connection;
    }
    return nullptr;
}

void OutboundClient::Pool::keep(Host& host, Connection connection,
                                const net::any_io_executor& executor) {
    if (!connection->is_reusable() || idle_ >= options.idle_in_all ||
        host.idle.size() >= options.idle_per_host)
        return;
    host.idle.emplace_front(Clock::now(), std::move(connection));
    ++idle_;
    if (is_sweeping_) return;
    if (!sweeper_) sweeper_.emplace(executor);
    sweep();
}

void OutboundClient::Pool::close_idle() {
    for (auto& [key, host] : hosts_)
        host.idle.clear();
    idle_ = 0;
}

void OutboundClient::Pool::drop_old(Clock::time_point now) {
    for (auto at = hosts_.begin(); at != hosts_.end();) {
        Host& host = at->second;
        while (!host.idle.empty() && host.idle.back().first + options.idle <= now) {
            host.idle.pop_back();
            --idle_;
        }
        // Whoever is on the way in or out of a turnstile still has its Host at hand.
        at = host.idle.empty() && host.turnstile.is_idle() ? hosts_.erase(at) : std::next(at);
    }
}

void OutboundClient::Pool::sweep() {
    is_sweeping_ = true;
    sweeper_->expires_after(options.idle);
    sweeper_->async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
        const auto pool = weak.lock();
        if (stopped || !pool) return;
        pool->drop_old(Clock::now());
        pool->is_sweeping_ = pool->idle_ > 0;
        if (pool->is_sweeping_) pool->sweep();
    });
}

net::awaitable<boost::system::result<std::vector<net::ip::address>, OutboundFailure>>
OutboundClient::Pool::addresses_of(const Destination& to, Clock::time_point deadline) {
    boost::system::error_code no_address;
    std::vector<net::ip::address> addresses{net::ip::make_address(to.host, no_address)};
    if (no_address) {
        NameResolver::Addresses found = co_await names.resolve(to.host, deadline);
        if (!found) {
            const bool is_late = Clock::now() >= deadline;
            co_return OutboundFailure{is_late ? Kind::timed_out_before_sending
                                              : Kind::not_connected,
                                      fmt::format("{} {}", to.host, found.error())};
        }
        addresses = std::move(*found);
    }
    std::erase_if(addresses, [&](const net::ip::address& address) {
        return !options.policy.allows(to.host, to.port, address);
    });
    if (addresses.empty())
        co_return OutboundFailure{
            Kind::refused_by_policy,
            fmt::format("{} has an address inside the house, which is not listed", to.host)};
    co_return addresses;
}

OutboundClient::Made OutboundClient::make(NameResolver& resolver, OutboundOptions options) {
    auto pool = std::make_shared<Pool>(resolver, std::move(options));
    std::string failure = pool->trust_ca_file();
    if (!failure.empty()) return failure;
    return std::unique_ptr<OutboundClient>{new OutboundClient{std::move(pool)}};
}

OutboundClient::~OutboundClient() { pool_->close_idle(); }

void OutboundClient::use(HostPolicy policy) {
    pool_->options.policy = std::move(policy);
    pool_->close_idle();
}

std::size_t OutboundClient::idle_connections() const { return pool_->idle(); }

net::awaitable<OutboundResult> OutboundClient::send(OutboundRequest request) {
    return send_through(pool_, std::move(request));
}

net::awaitable<OutboundResult> OutboundClient::send_through(std::shared_ptr<Pool> pool,
                                                            OutboundRequest request) {
    const auto checked = destination_of(request);
    if (!checked) co_return OutboundFailure{Kind::refused_by_policy, checked.error()};
    const Destination& to = *checked;
    if (!pool->options.policy.lists(to.host, to.port))
        co_return OutboundFailure{Kind::refused_by_policy,
                                  fmt::format("{} is not listed", to.authority)};
    const auto deadline = request.deadline;
    if (Clock::now() >= deadline)
        co_return OutboundFailure{Kind::timed_out_before_sending, "no time to ask at all"};

    Pool::Host& host = pool->host(to);
    const bool is_let_in = co_await host.turnstile.enter(deadline);
    if (!is_let_in)
        co_return OutboundFailure{
            Kind::timed_out_before_sending,
            fmt::format("all {} connections to {} are in use", host.turnstile.limit(), to.host)};
    const Pass pass{host.turnstile};

    const net::any_io_executor executor = co_await net::this_coro::executor;
    Pool::Connection connection = pool->take(host);
    if (!connection) {
        const auto addresses = co_await pool->addresses_of(to, deadline);
        if (!addresses) co_return addresses.error();
        if (to.tls) pool->trust_system();
        connection = std::make_unique<OutboundConnection>(executor, pool->tls);
        const auto failure = co_await connection->connect(to, *addresses, deadline);
        if (failure) co_return *failure;
    }
    const OutboundConnection::Message message =
        message_of(request, to, pool->options.user_agent, pool->span());
    OutboundResult result = co_await connection->exchange(message, pool->options.limits, deadline);
    if (result) pool->keep(host, std::move(connection), executor);
    co_return result;
}

}  // namespace server
