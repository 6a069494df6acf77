#include "server/store/sqlite_database.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace server {
namespace {

// What is committed together: enough to share a write to the disk, few enough to stay quick.
constexpr std::size_t batch = 128;

PendingRun::Clock::time_point last_deadline(auto begin, auto end) {
    auto last = PendingRun::Clock::time_point::min();
    for (; begin != end; ++begin)
        last = std::max(last, (*begin)->deadline());
    return last;
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::filesystem::path file, std::size_t capacity)
    : file_{std::move(file)}, capacity_{capacity}, thread_{[this] { work(); }} {}

SqliteDatabase::~SqliteDatabase() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

net::awaitable<DatabaseResult> SqliteDatabase::run(Transaction transaction) {
    if (auto error = refuse_bad_text(transaction)) co_return *std::move(error);
    const auto executor = co_await net::this_coro::executor;
    const auto run = std::make_shared<PendingRun>(std::move(transaction), executor);
    bool accepted = false;
    {
        const std::lock_guard lock{mutex_};
        accepted = queue_.size() < capacity_;
        if (accepted) queue_.push_back(run);
    }
    if (!accepted) {
        StoreError error{.what = StoreFailure::unavailable, .why = "the store's queue is full"};
        health_.note(error);
        co_return error;
    }
    changed_.notify_one();
    DatabaseResult result = co_await run->wait();
    // Told here too, since the thread may be hanging in the disk.
    if (result.has_error()) health_.note(result.error());
    co_return result;
}

StoreHealth SqliteDatabase::health() const {
    StoreHealth health = health_.health();
    const std::lock_guard lock{mutex_};
    health.waiting = queue_.size() + executing_;
    return health;
}

void SqliteDatabase::work() {
    std::vector<Run> runs;
    while (true) {
        {
            std::unique_lock lock{mutex_};
            executing_ = 0;
            changed_.wait(lock, [this] { return stop_ || !queue_.empty(); });
            if (queue_.empty()) return;
            const auto last =
                queue_.begin() + static_cast<std::ptrdiff_t>(std::min(batch, queue_.size()));
            runs.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(last));
            queue_.erase(queue_.begin(), last);
            executing_ = runs.size();
        }
        if (auto error = open(last_deadline(runs.begin(), runs.end()))) {
            for (const Run& run : runs)
                finish(run, *error, SqliteConnection::For::reading);
        } else {
            // Apart, since reading works where writing does not.
            const auto writers = std::stable_partition(runs.begin(), runs.end(), [this](auto& run) {
                return connection_->only_reads(run->transaction());
            });
            execute({runs.begin(), writers}, SqliteConnection::For::reading);
            execute({writers, runs.end()}, SqliteConnection::For::writing);
            if (connection_->is_suspect()) connection_.reset();
        }
        runs.clear();
    }
}

std::optional<StoreError> SqliteDatabase::open(PendingRun::Clock::time_point deadline) {
    if (connection_) return std::nullopt;
    auto opened = SqliteConnection::open(file_, deadline);
    if (opened.has_error()) return std::move(opened).error();
    connection_ = *std::move(opened);
    return std::nullopt;
}

void SqliteDatabase::execute(std::span<const Run> runs, SqliteConnection::For what) {
    if (runs.empty()) return;
    connection_->set_deadline(last_deadline(runs.begin(), runs.end()));
    if (const auto error = connection_->begin(what)) {
        for (const Run& run : runs)
            finish(run, *error, what);
        return;
    }
    std::vector<std::pair<Run, DatabaseResult>> results;
    for (const Run& run : runs) {
        if (!run->begin()) continue;
        connection_->set_deadline(run->deadline());
        results.emplace_back(run, connection_->execute(run->transaction()));
        if (connection_->is_in_transaction()) continue;
        // This one's error took the others with it: each by itself, then. It has had its turn.
        finish(run, std::move(results.back().second), what);
        for (const Run& other : runs)
            if (other != run) execute_one(other, what);
        return;
    }
    connection_->set_deadline(last_deadline(runs.begin(), runs.end()));
    const auto error = connection_->commit();
    if (error) connection_->roll_back();
    for (auto& [run, result] : results)
        finish(run, error && result.has_value() ? DatabaseResult{*error} : std::move(result), what);
}

void SqliteDatabase::execute_one(const Run& run, SqliteConnection::For what) {
    run->put_back();
    execute({&run, 1}, what);
}

void SqliteDatabase::finish(const Run& run, DatabaseResult result, SqliteConnection::For what) {
    health_.note(result, what == SqliteConnection::For::writing);
    run->complete(std::move(result));
}

}  // namespace server
