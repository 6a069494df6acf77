// The JSON body of a look-up, written from a designer's texts.
#pragma once

#include "flows/engine/evaluate.hpp"
#include "flows/model/steps.hpp"

#include <optional>
#include <string>

namespace flows {

// RFC 8259. A text that is exactly one insert of a number or bool, without filters, is JSON's
// number (exact, as the decimal stands) or bool; money, digits and all else are strings. Nothing
// where a text has no value. Filters speak `language` (BCP 47).
std::optional<std::string> json_body(const JsonText& json, const View& view,
                                     std::string_view language);

}  // namespace flows
