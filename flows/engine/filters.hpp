// Values said aloud, by ICU: "1 2 3", "twelve dollars", "Tuesday, January 6". Thread-safe.
#pragma once

#include "flows/model/expression.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace flows {

// `value` of `type` as `filter` says it in `language` (BCP 47). Nothing where it cannot be said
// (unset, wrong kind). The table of what each filter makes of which type stands in flows/README.md.
std::optional<std::string> say_as(const Value& value, const Type& type, Filter filter,
                                  std::string_view language);
// The types a filter accepts: for SB501 at load.
bool filter_accepts(Filter filter, const Type& type);
// Without a filter: text as it is, numbers and money in the language's figures, dates as `date` ...
std::string say_plain(const Value& value, const Type& type, std::string_view language);

}  // namespace flows
