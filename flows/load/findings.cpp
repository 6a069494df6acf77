#include "flows/load/findings.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace flows {
namespace {

using config::Severity;

constexpr std::array kinds{
    FindingKind{"SB101", Severity::error, "not YAML", false},
    FindingKind{"SB102", Severity::error, "key twice", false},
    FindingKind{"SB103", Severity::error, "anchor, alias, tag or merge", false},
    FindingKind{"SB104", Severity::error, "braces need quotes, or are not wanted", false},
    FindingKind{"SB105", Severity::error, "unknown key", false},
    FindingKind{"SB106", Severity::error, "wrong type or range", false},
    FindingKind{"SB107", Severity::error, "key missing", false},
    FindingKind{"SB108", Severity::error, "a step with two verbs", false},
    FindingKind{"SB109", Severity::error, "too big or too deep", false},
    FindingKind{"SB110", Severity::error, "a quote that is never closed", false},
    FindingKind{"SB111", Severity::error, "words cut by a comment", false},
    FindingKind{"SB112", Severity::error, "not UTF-8, or a character that XML forbids", false},
    FindingKind{"SB113", Severity::error, "not an expression", false},
    FindingKind{"SB201", Severity::error, "no such state", false},
    FindingKind{"SB202", Severity::error, "no such name", false},
    FindingKind{"SB203", Severity::warning, "never used"},
    FindingKind{"SB204", Severity::warning, "easily confused names"},
    FindingKind{"SB205", Severity::error, "flows call each other, or too deep", false},
    FindingKind{"SB206", Severity::error, "library with states", false},
    FindingKind{"SB207", Severity::error, "two of one name", false},
    FindingKind{"SB208", Severity::error, "a file that is missing or outside the folder", false},
    FindingKind{"SB209", Severity::warning, "an allow that silences nothing", false},
    FindingKind{"SB301", Severity::warning, "unreachable"},
    FindingKind{"SB302", Severity::error, "falls off the end"},
    FindingKind{"SB303", Severity::error, "outcome unhandled"},
    FindingKind{"SB304", Severity::error, "outcome this step never has"},
    FindingKind{"SB305", Severity::error, "loop without the caller"},
    FindingKind{"SB306", Severity::warning, "loop the caller can repeat for ever"},
    FindingKind{"SB307", Severity::warning, "no way to a person"},
    FindingKind{"SB308", Severity::warning, "step after the end"},
    FindingKind{"SB309", Severity::error, "silent state speaks"},
    FindingKind{"SB310", Severity::warning, "wait state that never plays"},
    FindingKind{"SB312", Severity::error, "a step that is not allowed while waiting"},
    FindingKind{"SB401", Severity::error, "one key or phrase for two choices"},
    FindingKind{"SB405", Severity::warning, "words for silence that say nothing"},
    FindingKind{"SB406", Severity::warning, "too many choices"},
    FindingKind{"SB408", Severity::warning, "global key hidden"},
    FindingKind{"SB409", Severity::error, "must can never hold"},
    FindingKind{"SB501", Severity::error, "types differ", false},
    FindingKind{"SB502", Severity::error, "maybe unset"},
    FindingKind{"SB503", Severity::warning, "condition always true or false"},
    FindingKind{"SB504", Severity::error, "pattern refused", false},
    FindingKind{"SB505", Severity::error, "unknown function or filter", false},
    FindingKind{"SB506", Severity::error, "cases incomplete"},
    FindingKind{"SB601", Severity::error, "language missing"},
    FindingKind{"SB607", Severity::warning, "a character that multiplies a message's segments"},
    FindingKind{"SB701", Severity::error, "ranges overlap"},
    FindingKind{"SB702", Severity::error, "unknown time zone", false},
    FindingKind{"SB801", Severity::error, "document may exceed 64 kB", false},
    FindingKind{"SB802", Severity::error, "call state may exceed its size", false},
    FindingKind{"SB803", Severity::error, "secret reaches speech, text, log, tag or URL"},
    FindingKind{"SB805", Severity::error, "number outside the dial rules"},
    FindingKind{"SB806", Severity::error, "host not listed"},
    FindingKind{"SB807", Severity::warning, "look-up in a loop"},
    FindingKind{"SB808", Severity::error, "verify by call to the line in use"},
    FindingKind{"SB901", Severity::error, "a test that does not fit its flow", false},
    FindingKind{"SB902", Severity::error, "a step or value that tests do not have", false},
};
static_assert(std::ranges::is_sorted(kinds, {}, &FindingKind::code));

}  // namespace

std::span<const FindingKind> finding_kinds() { return kinds; }

const FindingKind* find_finding_kind(std::string_view code) {
    const auto* found = std::ranges::lower_bound(kinds, code, {}, &FindingKind::code);
    return found != kinds.end() && found->code == code ? found : nullptr;
}

config::Diagnostic finding(std::string_view code, std::string_view file, const config::Span& span,
                           std::string message, std::string hint) {
    const FindingKind* kind = find_finding_kind(code);
    assert(kind != nullptr && "a finding that is not in the table");
    return {.code = std::string{code},
            .severity = kind != nullptr ? kind->severity : Severity::error,
            .message = std::move(message),
            .hint = std::move(hint),
            .file = std::string{file},
            .span = span};
}

}  // namespace flows
