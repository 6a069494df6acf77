// Values said aloud, by ICU: "1 2 3", "twelve dollars", "Tuesday, January 6". Thread-safe.
//
// filter         takes                              says (en-US)
// digits         digits phone text party            1 2 3 4
// spell          text digits phone one_of party url A 1 2 B: every character by itself
// number         number money digits                1,250.5
// ordinal        number digits                      3rd; what is not whole as `number`
// money          money                              $12.50; a currency the language writes with
//                                                   letters by its name: 12.50 Mexican pesos
// date           date moment                        January 6, 2026
// time           time moment                        5:30 PM
// day_and_time   moment                             Tuesday, January 6 at 9:00 AM
// phone          phone digits text party            2 0 2, 5 5 5, 0 1 2 3: groups with a rest
// between masked         digits phone text party            the last four (of less than eight the
// last half)
//                                                   characters, as `digits`: 0 1 2 3
//
// Numbers, money, dates and times follow the language's own rules (CLDR); every language that ICU
// knows will do, another falls back as ICU does. No-break blanks become blanks.
#pragma once

#include "flows/model/expression.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace flows {

// `value` of `type` as `filter` says it in `language` (BCP 47). Nothing where it cannot be said
// (unset, wrong kind). `otherwise` is not said: it gives the value back as say_plain would.
std::optional<std::string> say_as(const Value& value, const Type& type, Filter filter,
                                  std::string_view language);
// The types a filter accepts: for SB501 at load.
bool filter_accepts(Filter filter, const Type& type);
// Without a filter: text, digits, phone as they are, numbers and money in the language's figures,
// dates as `date`, times as `time`, moments as `day_and_time`; bool as true or false.
std::string say_plain(const Value& value, const Type& type, std::string_view language);

}  // namespace flows
