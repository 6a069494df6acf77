// Expressions and texts, run. Total: what cannot be (overflow, division by zero, an unset value)
// has no result, and the step that asked has failed.
#pragma once

#include "flows/engine/circumstances.hpp"
#include "flows/model/expression.hpp"

#include <optional>
#include <span>
#include <string>

namespace flows {

// What an expression sees.
struct View {
    const Flow& flow;
    std::span<const Value> variables;  // in the order of Flow::variables
    int language = 0;                  // index into Flow::languages
    const Circumstances& circumstances;
    // Facts carried in the state because this webhook does not repeat them; may be null.
    const std::vector<std::pair<CallFact, std::string>>* carried = nullptr;
    int candidate = -1;  // variable whose value is `candidate_value` for now
    const Value* candidate_value = nullptr;
};

// hash_bucket(text, n) is FNV-1a over the bytes, mixed (MurmurHash3's 64-bit finish), modulo n: the
// same on every machine for ever. call.* that Twilio did not tell are empty text, not unset;
// known() and or() take them for missing all the same. queue.* that was not told is unset. A date
// can be at most a million days away.
std::optional<Value> evaluate(const Expression& expression, const View& view);
std::optional<bool> is_true(const Expression& condition, const View& view);

// What a text is for decides how inserts without filters are written.
enum class Purpose : std::uint8_t { speech, plain, url };
// As text; inserts spoken in `language` (BCP 47) for speech, percent-encoded for a URL (but for a
// `url` at the start).
std::optional<std::string> expand(const Text& text, const View& view, Purpose purpose,
                                  std::string_view language);
// A text as a value of `type` (set, with, return).
std::optional<Value> value_of(const Text& text, const Type& type, const View& view);

}  // namespace flows
