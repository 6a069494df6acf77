// Small files that only their owner may read: tokens, keys.
#pragma once

#include <filesystem>
#include <string>

namespace server {

// `bytes` random bytes from the operating system, as lower-case hexadecimal digits.
std::string random_hex(std::size_t bytes);

// Sets `text` to that of `path` without its line end; where it does not exist, `fresh` is written
// to it first (mode 0600, folders made), so that of two processes that start at once both get one
// text. Empty, or what stands in the way.
std::string read_or_create(const std::filesystem::path& path, const std::string& fresh,
                           std::string& text);

}  // namespace server
