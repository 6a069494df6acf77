// From the loops to one thread behind them. A full queue sheds, counted; it never makes a call
// wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace server {

// Any thread pushes; one takes all at once. No signal per push: waking a thread costs more than the
// record, so the taker looks from time to time.
template <class T> class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_{capacity} {}

    // False where it is full: the value is gone and counted.
    bool push(T&& value) {
        {
            const std::lock_guard lock{mutex_};
            if (values_.size() < capacity_) {
                values_.push_back(std::move(value));
                return true;
            }
        }
        shed_.fetch_add(1, std::memory_order_relaxed);
        return false;
    }

    // Swaps all values into `out`, whose capacity is used again.
    void take(std::vector<T>& out) {
        out.clear();
        const std::lock_guard lock{mutex_};
        std::swap(values_, out);
    }

    std::uint64_t shed() const { return shed_.load(std::memory_order_relaxed); }

private:
    std::size_t capacity_;
    std::mutex mutex_;
    std::vector<T> values_;
    std::atomic<std::uint64_t> shed_{0};
};

}  // namespace server
