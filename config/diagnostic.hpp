// What people got wrong: a value with a place and a hint. All of it at once, not the first only.
#pragma once

#include "config/source.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class Severity { error, warning, note };

struct Diagnostic {
    std::string code{};  // stable, e.g. "SB201": tests and docs refer to it
    Severity severity = Severity::error;
    std::string message{};  // what was found and what was expected, in the designer's words
    std::string hint{};     // what to do about it; never empty
    std::string file{};     // name of the Source it stands in
    Span span{};
    bool operator==(const Diagnostic&) const = default;
};
using Diagnostics = std::vector<Diagnostic>;

// Findings behind which a file is better read again than read on; bounds time and memory too.
inline constexpr std::size_t most_findings = 100;

// A value, or why there is none; the diagnostics are never empty then. (Boost.System's `result`
// wants to throw an error by this name: we never call `value()` on a failure.)
[[noreturn]] void throw_exception_from_error(const Diagnostics& findings,
                                             const boost::source_location& where);
template <class T> using Checked = boost::system::result<T, Diagnostics>;

// By file, then place, then code; exact repeats are dropped.
void sort_findings(Diagnostics& findings);

bool has_errors(const Diagnostics& findings);

// For people, as flow-language.md shows it: `file:line:column: error SB201: message`, the excerpt,
// and the hint behind ` = `. `text` is the text of the file it stands in (empty: no excerpt).
// `colour` writes ANSI escapes.
std::string to_text(const Diagnostic& finding, std::string_view text, bool colour = false);

// One JSON object on one line: file, line, column, end_line, end_column, severity, code, message,
// hint. Contract: "A finding in JSON" in server/README.md.
std::string to_json_line(const Diagnostic& finding);

// The candidate that was most likely meant by `word` (edit distance, at most a third of its
// length), or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

// Of a word that looks as if it were right: which character of it is not what it looks like (a
// Cyrillic a, a blank of no width); empty where all are ASCII.
std::string foreign_letter(std::string_view word);

}  // namespace config
