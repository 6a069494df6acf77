// Numbers of JSON answers as flows write them.
#pragma once

#include <string>
#include <string_view>

namespace flows {

// "1.25E2" is "125", digit for digit; many servers write large numbers so. What has no exponent, or
// one out of all proportion, stays as it is. Source: RFC 8259, 6.
std::string without_exponent(std::string_view number);

}  // namespace flows
