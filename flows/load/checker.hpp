// Dead ends, unreachable states, endless loops, values that may be unset, states too large for a
// URL: what can be proven of a flow that loaded. Pure.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/model/flow.hpp"

namespace flows {

// Findings SB203, SB301-305, SB308, SB401, SB409, SB502, SB503, SB801, SB802, SB803 of `flow`.
// `set` holds the flows it calls.
void check_flow(const Flow& flow, const FlowSet& set, config::Diagnostics& findings);

}  // namespace flows
