// The languages that flows can be heard in: those they name, and those of single words.
#pragma once

#include "flows/model/flow.hpp"

#include <string>
#include <vector>

namespace flows {

// BCP 47 tags, sorted, each once.
std::vector<std::string> languages_spoken(const std::vector<const Flow*>& flows);

}  // namespace flows
