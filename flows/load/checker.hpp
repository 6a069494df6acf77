// Dead ends, unreachable states, endless loops, values that may be unset, states too large for a
// URL: what can be proven of a flow that loaded. Pure.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/load/house_limits.hpp"
#include "flows/model/flow.hpp"

namespace flows {

// Findings SB301, SB302, SB305, SB308, SB309, SB310, SB312, SB409, SB502, SB503, SB801, SB802,
// SB803, SB807 of `flow`, and SB306, SB307, SB406 as the house has them. `set` holds all flows of
// the folder: those it calls, and those that go to its states by a place. About linear in the flow
// and the flows it reaches.
void check_flow(const Flow& flow, const FlowSet& set, const HouseLimits& house,
                config::Diagnostics& findings);

}  // namespace flows
