// Which bytes of which files a call runs on.
#pragma once

#include <array>
#include <compare>

namespace server {

// SHA-256 over them, cut to 16 bytes.
struct FlowVersion {
    std::array<unsigned char, 16> bytes{};
    auto operator<=>(const FlowVersion&) const = default;
};

}  // namespace server
