// What a caller keyed as a telephone number, as E.164: national as the caller's country writes it,
// international with its exit code or +. The one door to libphonenumber. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flows {

// `country`: ISO 3166-1 alpha-2, empty or unknown: US. Decided by "possible number": a length that
// its country has, not only within an area. Keys beside digits (and a + in front) are none.
std::optional<std::string> phone_from_keys(std::string_view keys, std::string_view country);

}  // namespace flows
