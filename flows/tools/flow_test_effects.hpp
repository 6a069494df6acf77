// What a flow test expects of what its flow asks of the world. Used by flow_test_runner.cpp alone.
#pragma once

#include "flows/tools/effect_script.hpp"
#include "flows/tools/flow_test.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace flows {

// What a failed expectation says.
struct Unlike {
    std::string expected{};
    std::vector<std::string> actual{};
    std::string hint{};
};
using Checked = std::optional<Unlike>;  // nothing: it came as written

// "+1 (202) 555-0101" as "+12025550101": people write numbers as they read them.
std::string bare(std::string_view whom);

// In order: an effect that was looked at is behind.
class ExpectedEffects {
public:
    // The first effect that needed an answer, and had none.
    Checked unanswered(const EffectScript& script);
    Checked texts(const EffectScript& script, const Texts& texts);
    // The number of the callback among the effects.
    std::variant<std::size_t, Unlike> callback(const EffectScript& script, const CallsBack& calls);

private:
    std::size_t answered_ = 0, texts_ = 0, callbacks_ = 0;
};

// Answers that no step asked for, and where they are written.
std::vector<std::pair<config::Span, Unlike>> unused_answers(const EffectScript& script);

// A text message that holds what is never to be read; what others may write down of an effect.
Checked texted(const EffectScript& script, const Never& never);
Checked logged(const EffectScript& script, const Never& never);

}  // namespace flows
