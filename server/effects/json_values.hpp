// Single values out of a JSON text, as texts. Numbers stay as they were written: a balance of
// 1250.10 never passes through binary floating point. Pure.
#pragma once

#include <boost/system/result.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server {

// Behind each JSON Pointer (RFC 6901): a string's text, a number as it is written, `true` or
// `false`. Nothing behind null, arrays, objects, and pointers that lead nowhere. Of members with
// the same name the last one counts. Fails with a sentence where `json` is no JSON (RFC 8259, in
// UTF-8), nests deeper than 32 levels, or holds more than 20,000 values.
boost::system::result<std::vector<std::optional<std::string>>, std::string>
values_in(std::string_view json, std::span<const std::string> pointers);

}  // namespace server
