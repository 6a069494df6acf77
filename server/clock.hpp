// What time it is, as rows keep it (`store/store_time.hpp`): asked outside the store.
#pragma once

#include "server/store/store_time.hpp"

namespace server {

// In UTC, milliseconds rounded down.
inline StoreTime store_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace server
