// Flows as text, and what the check finds in them, for the tests of the checker.
#pragma once

#include "flows/load/loader.hpp"

#include <string>
#include <vector>

namespace checked {

struct File {
    std::string name{};
    std::string text{};
};

inline flows::LoadOptions options(const flows::HouseLimits& house = {}, bool strict = false) {
    const auto today = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24};
    return {.today = today, .strict = strict, .house = house};
}

inline config::Diagnostics all(const std::vector<File>& files,
                               const flows::LoadOptions& how = options()) {
    std::vector<config::Source> sources;
    for (const File& file : files)
        sources.push_back({file.name, file.text});
    return flows::load_flows(sources, how).findings;
}

using Places = std::vector<std::string>;
inline const Places none{};

// "SB302 5:7", in order of files and places.
inline Places findings(const std::vector<File>& files, const flows::LoadOptions& how = options()) {
    Places found;
    for (const config::Diagnostic& finding : all(files, how)) {
        found.push_back(finding.code + ' ' + std::to_string(finding.span.begin.line) + ':' +
                        std::to_string(finding.span.begin.column));
    }
    return found;
}
inline Places findings(const std::string& text, const flows::LoadOptions& how = options()) {
    return findings(std::vector<File>{{"main.yaml", text}}, how);
}

// The first finding of a code: its message and hint, joined by " = "; empty where there is none.
inline std::string told(const std::vector<File>& files, const std::string& code) {
    for (const config::Diagnostic& finding : all(files)) {
        if (finding.code == code) return finding.message + " = " + finding.hint;
    }
    return {};
}
inline std::string told(const std::string& text, const std::string& code) {
    return told(std::vector<File>{{"main.yaml", text}}, code);
}

}  // namespace checked
