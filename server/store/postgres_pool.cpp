#include "server/store/postgres_pool.hpp"

#include "server/awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace server {
namespace {

using namespace std::chrono_literals;

// For one address of one host, TLS and authentication included.
constexpr auto connecting_at_most = 5s;

// The server ends statements by itself; this is how long its word may be under way.
constexpr auto grace = 1s;

// After a failure to connect, and after a deadlock.
constexpr auto first_wait = 50ms;
constexpr auto longest_wait = 2s;
constexpr auto longest_wait_for_others = 20ms;

// Sooner than the caller stops waiting: then he learns that nothing has happened.
std::chrono::milliseconds time_of_statement(std::chrono::steady_clock::duration left) {
    constexpr std::chrono::milliseconds shortest{1};
    constexpr std::chrono::milliseconds longest{24h};
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(left - left / 16);
    return std::clamp(time, shortest, longest);
}

}  // namespace

PostgresPool::PostgresPool(net::any_io_executor loop, std::string url, PostgresLimits limits)
    : loop_{std::move(loop)}, url_{std::move(url)}, limits_{limits},
      reconnecting_{first_wait, longest_wait}, retry_{loop_} {}

void PostgresPool::start() {
    net::post(loop_, [self = shared_from_this()] { self->start_worker(); });
}

void PostgresPool::add(Run run) {
    net::post(loop_, [self = shared_from_this(), run = std::move(run)]() mutable {
        self->enqueue(std::move(run));
    });
}

void PostgresPool::stop() {
    net::post(loop_, [self = shared_from_this()] {
        self->stopped_ = true;
        self->retry_.cancel();
        for (PostgresConnection* const connection : self->opening_)
            connection->abandon();
        for (PostgresConnection* const connection : self->idle_)
            connection->wake();
    });
}

void PostgresPool::tell_of_neglect() {
    net::post(loop_, [self = shared_from_this()] {
        if (self->connected_ == 0)
            self->is_away({.what = StoreFailure::unavailable,
                           .why = "PostgreSQL does not answer an attempt to connect"});
    });
}

std::optional<StoreError> PostgresPool::accept() {
    {
        const std::lock_guard lock{mutex_};
        if (away_) return away_;
    }
    if (accepted_.fetch_add(1) < limits_.capacity) return std::nullopt;
    release();
    return StoreError{.what = StoreFailure::unavailable, .why = "the store's queue is full"};
}

void PostgresPool::enqueue(Run run) {
    {
        const std::lock_guard lock{mutex_};
        if (away_) {
            run->complete(*away_);
            return;
        }
    }
    queue_.push_back(std::move(run));
    if (queue_.size() > limits_.capacity)
        std::erase_if(queue_, [](const Run& each) { return each->deadline() <= Clock::now(); });
    if (!idle_.empty()) {
        idle_.back()->wake();
        idle_.pop_back();
    } else if (may_start_worker()) {
        start_worker();
    }
}

// One that is being opened is enough while nobody knows whether that works.
bool PostgresPool::may_start_worker() const {
    return !stopped_ && workers_ < limits_.connections && (workers_ == 0 || connected_ > 0) &&
           opening_.size() < queue_.size() && Clock::now() >= no_attempt_before_;
}

void PostgresPool::start_worker() {
    if (stopped_) return;
    ++workers_;
    net::co_spawn(loop_, work(shared_from_this()), net::detached);
}

net::awaitable<void> PostgresPool::work(Pool pool) {
    while (!pool->stopped_) {
        Connection connection;
        const std::optional<StoreError> failure = co_await pool->open(connection);
        if (!failure) {
            const auto since = Clock::now();
            ++pool->connected_;
            pool->is_there();
            co_await pool->serve(*connection);
            --pool->connected_;
            if (pool->stopped_) break;
            // Of one that ended the connection the next attempt tells; one that hangs is away.
            const StoreError& why = connection->why_lost();
            // While others are connected it says nothing about the store.
            if (pool->connected_ == 0) {
                if (why.what == StoreFailure::timed_out)
                    pool->is_away(why);
                else
                    pool->health_.note(why);
            }
            if (Clock::now() - since < longest_wait) {
                // It may be one that lets everybody in and throws them out again.
                const auto wait = pool->reconnecting_.next();
                co_await pool->wait_for(wait);
            } else {
                pool->reconnecting_.succeeded();
            }
            continue;
        }
        const auto wait = pool->reconnecting_.next();
        pool->no_attempt_before_ = Clock::now() + wait;
        if (pool->connected_ > 0) break;  // the others go on, and start one when they are too few
        pool->is_away(*failure);
        if (pool->workers_ > 1) break;
        co_await pool->wait_for(wait);
    }
    --pool->workers_;
    if (pool->workers_ > 0) co_return;
    pool->is_away({.what = StoreFailure::unavailable, .why = "the store is being closed"});
}

net::awaitable<std::optional<StoreError>> PostgresPool::open(Connection& connection) {
    if (!library_) {
        auto library = PostgresLibrary::load();
        if (library.has_error()) co_return std::move(library).error();
        auto address = PostgresAddress::parse(**library, url_);
        if (address.has_error()) co_return std::move(address).error();
        library_ = *std::move(library);
        address_ = *std::move(address);
    }
    std::optional<StoreError> failure = StoreError{
        .what = StoreFailure::unavailable, .why = "PostgreSQL: the host's name is not found"};
    const auto attempts = co_await address_->attempts();
    for (const PostgresParameterList& attempt : attempts) {
        if (stopped_) break;
        connection = std::make_unique<PostgresConnection>(library_, loop_);
        opening_.push_back(connection.get());
        failure = co_await connection->open(attempt, Clock::now() + connecting_at_most);
        std::erase(opening_, connection.get());
        if (!failure) break;
    }
    co_return failure;
}

net::awaitable<void> PostgresPool::serve(PostgresConnection& connection) {
    while (connection.is_open()) {
        if (Run run = next_run()) {
            if (may_start_worker()) start_worker();
            co_await execute(connection, std::move(run));
            continue;
        }
        if (stopped_) co_return;
        idle_.push_back(&connection);
        co_await connection.idle();
        std::erase(idle_, &connection);
    }
}

PostgresPool::Run PostgresPool::next_run() {
    while (!queue_.empty()) {
        Run run = std::move(queue_.front());
        queue_.pop_front();
        if (run->begin()) return run;
    }
    return nullptr;
}

net::awaitable<void> PostgresPool::execute(PostgresConnection& connection, Run run) {
    FullJitter turns{1ms, longest_wait_for_others};
    while (true) {
        const auto left = run->deadline() - Clock::now();
        PostgresConnection::Outcome outcome = co_await connection.execute(
            run->transaction(), time_of_statement(left), run->deadline() + grace);
        const auto wait = turns.next();
        const bool again =
            outcome.is_worth_another_attempt && Clock::now() + wait < run->deadline();
        const bool failed = outcome.result.has_error();
        if (!again) run->complete(std::move(outcome.result));
        if (failed) co_await connection.clean_up(Clock::now() + grace);
        if (!again) co_return;
        run->put_back();
        if (!connection.is_open()) {
            queue_.push_front(std::move(run));
            co_return;
        }
        co_await wait_for(wait);
        if (!run->begin()) co_return;
    }
}

net::awaitable<void> PostgresPool::wait_for(std::chrono::milliseconds time) {
    // The only one who waits to connect again can be told to stop; turns are short.
    if (connected_ == 0) {
        retry_.expires_after(time);
        co_await retry_.async_wait(quietly);
        co_return;
    }
    net::steady_timer timer{loop_, time};
    co_await timer.async_wait(quietly);
}

void PostgresPool::is_there() {
    no_attempt_before_ = {};
    {
        const std::lock_guard lock{mutex_};
        away_.reset();
    }
    health_.note(DatabaseResult{std::vector<SqlRows>{}}, false);
}

void PostgresPool::is_away(const StoreError& error) {
    {
        const std::lock_guard lock{mutex_};
        away_ = error;
    }
    health_.note(error);
    for (const Run& run : std::exchange(queue_, {}))
        run->complete(error);
}

}  // namespace server
