// Every finding about a flow that this build can make, as one table: code, severity, title.
// Findings of reading YAML (SB101 ...) come from config/yaml_reader.
#pragma once

#include "config/diagnostic.hpp"

#include <span>
#include <string>
#include <string_view>

namespace flows {

struct FindingKind {
    std::string_view code{};
    config::Severity severity = config::Severity::error;
    std::string_view title{};  // a few words, for lists
    // Whether `# allow` may silence it: false where the flow could not be built with the fault.
    bool may_be_allowed = true;
};

// In order of their codes. A code that is not here is one this build does not look for.
std::span<const FindingKind> finding_kinds();
const FindingKind* find_finding_kind(std::string_view code);  // null: unknown here

// A diagnostic with the severity of the table. A code that is not in it is a programming error
// (assert).
config::Diagnostic finding(std::string_view code, std::string_view file, const config::Span& span,
                           std::string message, std::string hint);

}  // namespace flows
