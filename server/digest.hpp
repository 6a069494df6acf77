// Digests, and bytes that nobody can guess: OpenSSL's, behind one door.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace server {

// SHA-256.
std::array<unsigned char, 32> sha256(std::string_view bytes);

// From the operating system's random numbers. Empty where it has none to give.
std::string random_bytes(std::size_t count);

}  // namespace server
