// Words that hints and messages about expressions share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flows {

std::string quote(std::string_view text);

// "did you mean ...?" if one of the candidates is near; else `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string otherwise);

// "there are: a, b"; `nothing` where there are none.
std::string listing(const std::vector<std::string>& names, std::string_view nothing);

}  // namespace flows
