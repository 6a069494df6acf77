// An effect's result as it stands in the store. What holds values is sealed, for they may be what a
// customer system told of a caller; a mere outcome is not, so that whoever learns it later (the
// status callback of a text) can write it.
#pragma once

#include "server/effects/effects.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace server {

// The result of an effect that gives no values: "sent".
std::string plain_result(std::string_view outcome);

std::string seal_result(const flows::EffectResult& result, const EffectOrder& order);

// Nothing for what is neither plain nor sealed for this call by a key of `order`'s snapshot.
std::optional<flows::EffectResult> open_result(std::string_view sealed, const EffectOrder& order);

}  // namespace server
