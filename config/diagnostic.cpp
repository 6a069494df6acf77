#include "config/diagnostic.hpp"

#include "config/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <tuple>

namespace config {
namespace {

std::string_view word_for(Severity severity) {
    switch (severity) {
    case Severity::error:
        return "error";
    case Severity::warning:
        return "warning";
    case Severity::note:
        return "note";
    }
    return "error";
}

std::string_view colour_for(Severity severity) {
    switch (severity) {
    case Severity::error:
        return "\x1b[1;31m";
    case Severity::warning:
        return "\x1b[1;33m";
    case Severity::note:
        return "\x1b[1;36m";
    }
    return "";
}

auto order_of(const Diagnostic& finding) {
    return std::tie(finding.file, finding.span, finding.code, finding.severity, finding.message,
                    finding.hint);
}

// Messages quote what people wrote; nothing of it may steer the terminal.
std::string printable(std::string_view text) {
    std::string result{text};
    std::replace_if(
        result.begin(), result.end(),
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return result;
}

// As characters, so that a letter of another alphabet is one mistake, not two.
std::u32string folded(std::string_view word) {
    std::u32string result;
    for (std::size_t i = 0; i < word.size();) {
        const Character at = character_at(word, i);
        char32_t c = at.valid ? at.code : U'?';
        if (c >= U'A' && c <= U'Z') c = c - U'A' + U'a';
        if (c == U'-' || c == U' ') c = U'_';
        result += c;
        i += at.bytes;
    }
    return result;
}

// Insertions, deletions, replacements, and two neighbours swapped count one each (optimal string
// alignment).
std::size_t edit_distance(std::u32string_view left, std::u32string_view right) {
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> previous(right.size() + 1);
    std::vector<std::size_t> current(right.size() + 1);
    std::iota(previous.begin(), previous.end(), std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[right.size()];
}

}  // namespace

void throw_exception_from_error(const Diagnostics& /*findings*/,
                                const boost::source_location& /*where*/) {
    std::abort();
}

void sort_findings(Diagnostics& findings) {
    std::sort(findings.begin(), findings.end(),
              [](const Diagnostic& left, const Diagnostic& right) {
                  return order_of(left) < order_of(right);
              });
    findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
}

bool has_errors(const Diagnostics& findings) {
    return std::any_of(findings.begin(), findings.end(), [](const Diagnostic& finding) {
        return finding.severity == Severity::error;
    });
}

std::string to_text(const Diagnostic& finding, std::string_view text, bool colour) {
    const std::string_view bold = colour ? "\x1b[1m" : "";
    const std::string_view shade = colour ? colour_for(finding.severity) : "";
    const std::string_view plain = colour ? "\x1b[0m" : "";
    std::string result =
        fmt::format("{}{}:{}:{}:{} {}{} {}:{} {}\n", bold, printable(finding.file),
                    finding.span.begin.line, finding.span.begin.column, plain, shade,
                    word_for(finding.severity), finding.code, plain, printable(finding.message));
    if (!text.empty()) result += excerpt(text, finding.span);
    if (!finding.hint.empty()) result += fmt::format("      = {}\n", printable(finding.hint));
    return result;
}

std::string to_json_line(const Diagnostic& finding) {
    const boost::json::object object{{"file", finding.file},
                                     {"line", finding.span.begin.line},
                                     {"column", finding.span.begin.column},
                                     {"end_line", finding.span.end.line},
                                     {"end_column", finding.span.end.column},
                                     {"severity", word_for(finding.severity)},
                                     {"code", finding.code},
                                     {"message", finding.message},
                                     {"hint", finding.hint}};
    return boost::json::serialize(object);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest = 80;  // nobody mistypes more; bounds the work
    if (word.empty() || word.size() > longest) return {};
    const std::u32string wanted = folded(word);
    std::size_t best = wanted.size() / 3 + 1;
    std::string result;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > longest || candidate == word) continue;
        const std::size_t distance = edit_distance(wanted, folded(candidate));
        if (distance < best) {
            best = distance;
            result = candidate;
        }
    }
    return result;
}

std::string foreign_letter(std::string_view word) {
    int place = 0;
    for (std::size_t i = 0; i < word.size();) {
        const Character at = character_at(word, i);
        ++place;
        if (at.valid && at.code > 0x7F)
            return fmt::format("character {} of it is U+{:04X}, none of a-z", place,
                               static_cast<std::uint32_t>(at.code));
        i += at.bytes;
    }
    return {};
}

}  // namespace config
