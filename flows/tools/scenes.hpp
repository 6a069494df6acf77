// What webhooks did to a call, told by the states it went through: where they stand in the flow's
// files, what was heard in each, and what was noted. For who looks at a call. Pure.
#pragma once

#include "flows/model/flow.hpp"
#include "flows/tools/phone_line.hpp"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace flows {

// A call in one state, for one turn.
struct Scene {
    std::string flow{}, state{};
    std::string file{};   // relative to the flows folder
    int line = 0;         // of the step that speaks or waits, else of the first one taken
    bool called = false;  // on the leg of the one who is dialled
    std::vector<Heard> heard{};
    std::vector<std::pair<std::string, std::string>> notes{};  // tags; `result` by that name
    // What was asked of the world: "http", "POST https://crm.test/a: ok".
    std::vector<std::pair<std::string, std::string>> effects{};
    bool operator==(const Scene&) const = default;
};

// `heard`: what those turns brought to an ear. A state that was only left is no scene. Without a
// trace (a server tells none) all that was heard is one scene without a place.
std::vector<Scene> scenes_of(const FlowSet& flows,
                             std::span<const std::shared_ptr<const PhoneTurn>> turns,
                             std::span<const Heard> heard);

}  // namespace flows
