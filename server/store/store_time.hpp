// Moments as rows keep them: milliseconds since 1970 in UTC. The store never asks what time it is.
#pragma once

#include <chrono>

namespace server {

using StoreTime = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace server
