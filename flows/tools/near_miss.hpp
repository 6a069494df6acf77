// How what was asked for differs from what was scripted, in words: two long URLs are seldom told
// apart by eye.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flows {

// `the nearest is "GET https://a/12", which has "12" where "123" is wanted`; where they have little
// in common, only the nearest; empty where there are no candidates.
std::string near_miss(std::string_view wanted, const std::vector<std::string>& candidates);

}  // namespace flows
