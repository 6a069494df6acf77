// Findings, written for people, editors and CI.
#pragma once

#include "config/diagnostic.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace server {

enum class FindingsFormat { text, json, sarif, github };
std::optional<FindingsFormat> parse_findings_format(std::string_view name);

// Texts of the files that findings name, for excerpts.
using Texts = std::map<std::string, std::string, std::less<>>;

// text: with excerpts and a last line that counts; json: an object a line; sarif: one SARIF 2.1.0
// log; github: workflow commands (docs.github.com, "Workflow commands for GitHub Actions").
std::string write_findings(const config::Diagnostics& findings, const Texts& texts,
                           FindingsFormat format, bool colour);

// True for errors and warnings; notes count with `strict`.
bool fails(const config::Diagnostics& findings, bool strict);

// stdout is a terminal and NO_COLOR is not set.
bool wants_colour(int file_descriptor);

}  // namespace server
