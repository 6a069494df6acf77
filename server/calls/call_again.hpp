// When a call that reached nobody is placed again. Pure.
#pragma once

#include "server/store/callbacks.hpp"

namespace server {

// `gap` from now, or sooner, so that the attempts that are left share the time that is.
StoreTime call_again_at(const Callback& callback, StoreTime now, std::chrono::milliseconds gap);

}  // namespace server
