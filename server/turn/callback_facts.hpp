// What a callback's path and state say: what binds its token, who is on the line, what is secret.
#pragma once

#include "flows/engine/engine.hpp"
#include "server/http/router.hpp"

#include <string_view>

namespace server {

// "{flow}/{state}/{event}" of a callback's path: what its token is bound to.
std::string_view bound_path(const Routed& path);

// On the dialled leg (whisper, screen), not the caller's own.
bool is_on_leg(flows::EventName event);

// Whether what the caller says or keys now is secret, so that no tape may hold it.
bool awaits_secret(const flows::CallState& state, const flows::FlowSet& flows);

}  // namespace server
