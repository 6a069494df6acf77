#include "server/observe/exchange_log.hpp"

namespace server {
namespace {

constexpr std::size_t kept_bytes = std::size_t{16} * 1024 * 1024;

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

std::size_t size_of(const RecordedExchange& exchange) {
    std::size_t size = sizeof exchange + exchange.target.size() + exchange.body.size();
    for (const auto& [name, value] : exchange.form)
        size += name.size() + value.size() + 64;
    return size;
}

}  // namespace

bool ExchangeLog::is_wanted() {
    std::int64_t until = wanted_until_.load(std::memory_order_relaxed);
    if (until == 0) return false;
    if (now() < until) return true;
    if (wanted_until_.compare_exchange_strong(until, 0)) forget();
    return false;
}

void ExchangeLog::forget() {
    const std::lock_guard lock{mutex_};
    kept_.clear();
    bytes_ = 0;
}

void ExchangeLog::add(RecordedExchange&& exchange) {
    const std::lock_guard lock{mutex_};
    exchange.number = next_++;
    bytes_ += size_of(exchange);
    kept_.push_back(std::move(exchange));
    while (bytes_ > kept_bytes) {
        bytes_ -= size_of(kept_.front());
        kept_.pop_front();
    }
}

std::vector<RecordedExchange> ExchangeLog::since(std::uint64_t after, const std::string& call_sid,
                                                 std::uint64_t& last) {
    if (!is_wanted()) forget();
    wanted_until_.store(now() + lease_.count(), std::memory_order_relaxed);
    std::vector<RecordedExchange> found;
    const std::lock_guard lock{mutex_};
    for (const RecordedExchange& exchange : kept_) {
        if (exchange.number <= after) continue;
        if (!call_sid.empty() && exchange.call_sid != call_sid) continue;
        found.push_back(exchange);
    }
    last = next_ - 1;
    return found;
}

}  // namespace server
