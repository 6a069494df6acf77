// A call that an operator asks for.
#pragma once

#include <string>

namespace server {

struct PlaceOrder {
    std::string to{};    // E.164
    std::string flow{};  // which begins at its start
    std::string id{};    // lower-case letters and digits; the same id is one call
};

}  // namespace server
