// YAML -> flows, or every finding at once. Pure: the files' texts are handed in.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/load/house_limits.hpp"
#include "flows/load/outbound.hpp"
#include "flows/model/flow.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <vector>

namespace flows {

struct LoadOptions {
    std::chrono::sys_days today{};  // for findings about dates
    bool strict = false;            // tell notes too, what may well be meant so
    // For SB805 and SB806; nothing: they are skipped.
    std::optional<OutboundRules> outbound{};
    HouseLimits house{};
};

struct Loaded {
    FlowSet set{};                   // the flows without errors (and whose callees have none)
    config::Diagnostics findings{};  // sorted by file and place; of `allow`ed ones none
    bool outbound_skipped = false;   // SB805 or SB806 would have had something to look at
};

// `files`: every *.yaml of the flows folder but *.test.yaml, named relative to the folder (an
// absolute or `..` name is refused by SB208). Reads, resolves, types, then runs the checker.
Loaded load_flows(std::span<const config::Source> files, const LoadOptions& options);

}  // namespace flows
