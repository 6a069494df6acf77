#include "server/commands/findings_output.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

namespace server {
namespace {

namespace json = boost::json;
using config::Diagnostic;
using config::Severity;

constexpr std::array<std::string_view, 3> severity_names{"error", "warning", "note"};
std::string_view name_of(Severity severity) {
    return severity_names[static_cast<std::size_t>(severity)];
}

std::string as_text(const config::Diagnostics& findings, const Texts& texts, bool colour) {
    std::string out;
    std::array<std::size_t, 3> counts{};
    for (const Diagnostic& finding : findings) {
        ++counts[static_cast<std::size_t>(finding.severity)];
        const auto text = texts.find(finding.file);
        out += config::to_text(finding, text == texts.end() ? std::string_view{} : text->second,
                               colour);
        if (!out.ends_with('\n')) out += '\n';
        out += '\n';
    }
    if (findings.empty()) return "no findings\n";
    std::string separator;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        out += fmt::format("{}{} {}{}", separator, counts[i], severity_names[i],
                           counts[i] == 1 ? "" : "s");
        separator = ", ";
    }
    return out + "\n";
}

json::object region(const config::Span& span) {
    return {{"startLine", span.begin.line},
            {"startColumn", span.begin.column},
            {"endLine", std::max(span.end.line, span.begin.line)},
            {"endColumn", std::max(span.end.column, 1)}};
}

std::string as_sarif(const config::Diagnostics& findings) {
    json::array rules;
    json::array results;
    std::set<std::string> known;
    for (const Diagnostic& finding : findings) {
        if (known.insert(finding.code).second) rules.push_back(json::object{{"id", finding.code}});
        results.push_back(json::object{
            {"ruleId", finding.code},
            {"level", name_of(finding.severity)},
            {"message", {{"text", finding.message + ". " + finding.hint}}},
            {"locations", json::array{json::object{{"physicalLocation",
                                                    {{"artifactLocation", {{"uri", finding.file}}},
                                                     {"region", region(finding.span)}}}}}}});
    }
    const json::object log{
        {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
        {"version", "2.1.0"},
        {"runs", json::array{json::object{
                     {"tool", {{"driver", {{"name", "switchboard"}, {"rules", rules}}}}},
                     {"results", results}}}}};
    return json::serialize(log) + "\n";
}

// Source: GitHub, "Workflow commands": %, CR and LF are escaped, in properties also : and ,.
std::string escape_github(std::string_view text, bool property) {
    std::string out;
    for (const char c : text) {
        if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out;
}

std::string as_github(const config::Diagnostics& findings) {
    std::string out;
    for (const Diagnostic& finding : findings) {
        const std::string_view kind =
            finding.severity == Severity::note ? "notice" : name_of(finding.severity);
        out += fmt::format("::{} file={},line={},col={},title={}::{}\n", kind,
                           escape_github(finding.file, true), finding.span.begin.line,
                           finding.span.begin.column, finding.code,
                           escape_github(finding.message + ". " + finding.hint, false));
    }
    return out;
}

}  // namespace

std::optional<FindingsFormat> parse_findings_format(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"text", "json", "sarif", "github"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<FindingsFormat>(found - names.begin());
}

std::string write_findings(const config::Diagnostics& findings, const Texts& texts,
                           FindingsFormat format, bool colour) {
    switch (format) {
    case FindingsFormat::text:
        return as_text(findings, texts, colour);
    case FindingsFormat::sarif:
        return as_sarif(findings);
    case FindingsFormat::github:
        return as_github(findings);
    case FindingsFormat::json:
        break;
    }
    std::string out;
    for (const Diagnostic& finding : findings) {
        out += config::to_json_line(finding);
        if (!out.ends_with('\n')) out += '\n';
    }
    return out;
}

bool fails(const config::Diagnostics& findings, bool strict) {
    return std::any_of(findings.begin(), findings.end(), [&](const Diagnostic& finding) {
        return strict || finding.severity != Severity::note;
    });
}

bool wants_colour(int file_descriptor) {
    const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): at start
    return ::isatty(file_descriptor) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace server
