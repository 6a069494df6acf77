// What one listener grants its clients.
#pragma once

#include "server/http/request_reader.hpp"

#include <chrono>
#include <cstddef>

namespace server {

// Times are kept by a tick of at most 250 ms: never early, at most two ticks late.
struct Limits {
    ReadLimits read{};
    std::size_t connections = 20'000;           // over all loops
    std::chrono::milliseconds idle{60'000};     // between requests; then closed
    std::chrono::milliseconds request{10'000};  // from first to last byte of a request, and for the
                                                // TLS handshake; then 408
    std::chrono::milliseconds write{10'000};    // without any progress; then closed
    std::chrono::milliseconds linger{2'000};    // after a refusal, for the client to read it
};

}  // namespace server
