// What expressions lend to texts; used inside flows/engine alone.
#pragma once

#include "flows/engine/evaluate.hpp"

#include <string_view>

namespace flows {

// The result where it lies already, or `scratch`, where it was computed; null where there is none.
const Value* evaluate_into(const Expression& expression, const View& view, Value& scratch);

// The tag of the language that the view speaks.
std::string_view language_of(const View& view);

}  // namespace flows
