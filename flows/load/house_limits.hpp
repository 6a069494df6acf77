// What the operator of a house demands of flows, beyond that they work: the `check` settings.
#pragma once

#include "config/diagnostic.hpp"

#include <optional>

namespace flows {

// Nothing: off.
struct HouseLimits {
    std::optional<int> max_choices{7};  // SB406: of a menu, those of `anywhere` apart
    // SB307: how many questions a caller may have to answer before there is a way to a person.
    std::optional<int> person_within{};
    // SB306: how a loop counts that the caller can repeat for ever. A note is told with `strict`.
    std::optional<config::Severity> repeat_for_ever{};
};

}  // namespace flows
