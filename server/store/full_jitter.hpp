// How long to wait before the next attempt, so that many who lost the same thing do not come back
// at the same moment: anything up to a bound that doubles with every failure.
// Source: AWS Architecture Blog, "Exponential Backoff and Jitter", "Full Jitter".
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace server {

class FullJitter {
public:
    FullJitter(std::chrono::milliseconds first, std::chrono::milliseconds longest)
        : first_{first}, longest_{longest}, bound_{first}, random_{std::random_device{}()} {}

    std::chrono::milliseconds next() {
        std::uniform_int_distribution<std::int64_t> up_to{0, bound_.count()};
        const std::chrono::milliseconds wait{up_to(random_)};
        bound_ = std::min(2 * bound_, longest_);
        return wait;
    }
    void succeeded() { bound_ = first_; }

private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds bound_;
    std::minstd_rand random_;
};

}  // namespace server
