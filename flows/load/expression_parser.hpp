// Text -> typed expressions. Findings: SB104 (braces in a bare condition), SB113 not an expression,
// SB202 unknown name, SB501 types, SB504 pattern, SB505 unknown function or filter. Of one
// expression all names and types at once, but only the first fault of its form.
//
// Decided where the grammar leaves it open: a list is [a, b] and stands behind `in` only; `matches`
// must match the whole text, unless its pattern begins with ^ or ends with $ and so says where;
// dates, times and moments compare with text literals ("2026-11-24", "17:30", "2026-11-24 17:30"),
// date - date is a number of days and date + number a date; money goes together with plain numbers,
// never with another currency; texts have no order; \" is a quote inside a text, any other
// backslash is itself. The names of the call (now, language ...) go before variables.
#pragma once

#include "config/diagnostic.hpp"
#include "config/yaml_reader.hpp"
#include "flows/model/flow.hpp"

#include <optional>

namespace flows {

// Where names are looked up while a flow loads.
struct Names {
    const std::vector<Variable>* variables = nullptr;
    const std::vector<Variable>* settings = nullptr;
    const std::vector<Hours>* hours = nullptr;
    const std::vector<Language>* languages = nullptr;
    // There are more hours than these, none knows which: an unknown name among them is told
    // already.
    bool lacks_hours = false;
};

// Where a scalar stands, for the places of findings inside it.
struct ScalarSource {
    const config::Source* source = nullptr;
    const config::YamlNode* node = nullptr;
};

// What one expression may be: longer or deeper is SB113.
inline constexpr std::size_t longest_expression = 2000;  // bytes
inline constexpr int deepest_expression = 64;
inline constexpr std::size_t longest_pattern = 200;  // bytes; SB504

// A bare condition: `if`, `must`, `when` (type bool wanted), `switch.value` (any type).
std::optional<Expression> parse_condition(const ScalarSource& where, const Names& names,
                                          bool want_bool, config::Diagnostics& findings);

// Text with inserts. What stands between braces is parsed; the rest is taken as it is.
std::optional<Text> parse_text(const ScalarSource& where, const Names& names,
                               config::Diagnostics& findings);

// Whether a text may be assigned to `type` (set, with, return): a constant is converted at load, a
// single insert keeps its type, text around inserts is text (or digits, or a URL, where all of it
// is). SB501 with the reason where it can never fit; what may or may not fit is the step's failure.
// Secrets are the checker's concern.
bool check_assignable(const Text& text, const Type& type, std::string_view file,
                      config::Diagnostics& findings);

// A variable that an expression reads although nothing in the expression itself proves it is set
// (no known(x) before it, no or("...") behind it).
//
// Parts that may be unset although their whole is set, and facts that are told in line only, are
// counted behind all variables: the sum of one of these and the index of the variable, or of the
// fact behind queue_position.
inline constexpr int duration_of_recording = 1 << 20;
inline constexpr int text_of_recording = 2 << 20;
inline constexpr int facts_of_queue = 3 << 20;
inline constexpr int facts_of_queue_count = 4;
struct UnguardedRead {
    int variable = -1;  // or such a sum
    config::Span span{};
};
void unguarded_reads(const Expression& expression, std::vector<UnguardedRead>& reads);
void unguarded_reads(const Text& text, std::vector<UnguardedRead>& reads);
// Variables proven set where the condition is true (or false): from known(x), `and`, `or`, `not`.
std::vector<int> known_when(const Expression& condition, bool outcome);

// Secrets that a text would reveal (SB803): variables and settings of a secret type it reads. What
// is only asked (known, a comparison) reveals none.
struct SecretRead {
    std::string name{};
    config::Span span{};
};
std::vector<SecretRead> secret_reads(const Text& text, const Names& names);

// Call facts an expression or text reads.
void facts_read(const Expression& expression, std::vector<CallFact>& facts);
void facts_read(const Text& text, std::vector<CallFact>& facts);

}  // namespace flows
