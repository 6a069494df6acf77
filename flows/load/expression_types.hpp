// Which types go together: comparisons, arithmetic, assignments. What does not is said in the
// designer's words.
#pragma once

#include "flows/model/expression.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace flows {

struct Complaint {
    std::string message{};
    std::string hint{};
};

// One side of an operator: its node and how it is written.
struct Operand {
    Expression::Node& node;
    std::string_view written{};
};

inline Type boolean_type() { return {.kind = TypeKind::boolean, .at_most = 0}; }

bool is_text_like(const Type& type);  // text, digits, phone, url, one_of, party: strings inside

// Whether both can be compared by `operation`; a text literal beside a date, time or moment becomes
// one. Money compares with plain numbers.
std::optional<Complaint> compare_types(Operation operation, Operand left, Operand right);

// The type of add, subtract, multiply or divide. Dates: date - date is a number of days, date +-
// number the date so many days away. A plain number beside money counts as its currency.
std::variant<Type, Complaint> arithmetic_type(Operation operation, Operand left, Operand right);

// Whether a value of type `from`, written so, can be put into a `to` at all.
std::optional<Complaint> assignable(const Type& from, const Type& to, std::string_view written);

}  // namespace flows
