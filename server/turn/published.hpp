// A value that many threads read and seldom one replaces whole. Readers keep their own pointer a
// thread and look only at a counter, so that no count of references travels between cores.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace server {

template <class T> class Published {
public:
    // Of the calling thread, until it calls again.
    const T& get() const { return *seen(); }
    // The same, for who needs it longer.
    const std::shared_ptr<const T>& seen() const {
        thread_local Seen seen;
        const std::uint64_t now = generation_.load(std::memory_order_acquire);
        if (seen.generation != now) seen = {now, shared()};
        return seen.value;
    }
    std::shared_ptr<const T> shared() const {
        const std::lock_guard lock{mutex_};
        return value_;
    }
    void set(std::shared_ptr<const T> next) {
        const std::lock_guard lock{mutex_};
        value_ = std::move(next);
        // Unique in the process: another object at the same address is not mistaken for this one.
        static std::atomic<std::uint64_t> last{0};
        generation_.store(++last, std::memory_order_release);
    }

private:
    struct Seen {
        std::uint64_t generation = 0;
        std::shared_ptr<const T> value{};
    };
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
    std::atomic<std::uint64_t> generation_{0};
};

}  // namespace server
