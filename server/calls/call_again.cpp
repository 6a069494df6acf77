#include "server/calls/call_again.hpp"

#include <algorithm>

namespace server {

StoreTime call_again_at(const Callback& callback, StoreTime now, std::chrono::milliseconds gap) {
    const auto left = std::max(callback.request.until - now, std::chrono::milliseconds{0});
    const std::int64_t attempts_left =
        std::max<std::int64_t>(callback.request.attempts - callback.attempt, 0);
    return now + std::min(gap, left / (attempts_left + 1));
}

}  // namespace server
