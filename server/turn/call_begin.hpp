// Where a call begins that a flow asks to be placed: its state as bytes, while the flows that know
// its names are at hand.
#pragma once

#include "flows/engine/effect.hpp"
#include "server/flow_library.hpp"

#include <optional>
#include <string>

namespace server {

struct CallBegin {
    std::string flow{};     // whose webhook it begins at
    FlowVersion version{};  // of that flow
    std::string state{};    // flows::encode
};

// Of `flows::RequestCallback`; nothing of any other effect, and where `flows` has no such flow.
std::optional<CallBegin> call_begin_of(const flows::Effect& effect, const LoadedFlows& flows);

}  // namespace server
