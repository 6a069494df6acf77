// `# allow SB307: reason`, on the line of a finding or alone above it.
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::load {
namespace {

struct Allow {
    std::string code{};
    Span span{};
    int line = 0;  // of the findings it silences
    bool has_reason = false;
    bool used = false;
    bool refused = false;  // the finding is there, but cannot be silenced
};

void skip_blanks(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
}

bool is_code(std::string_view text) {
    return text.size() == 5 && text.starts_with("SB") &&
           std::ranges::all_of(text.substr(2), [](char c) { return c >= '0' && c <= '9'; });
}

// The codes of "allow SB301, SB307: reason"; empty where the comment is no allow.
std::vector<std::string> codes_of(std::string_view comment, bool& has_reason) {
    std::vector<std::string> codes;
    skip_blanks(comment);
    if (!comment.starts_with("allow ")) return codes;
    comment.remove_prefix(5);
    for (;;) {
        skip_blanks(comment);
        if (comment.size() < 5 || !is_code(comment.substr(0, 5))) return codes;
        codes.emplace_back(comment.substr(0, 5));
        comment.remove_prefix(5);
        skip_blanks(comment);
        if (!comment.starts_with(',')) break;
        comment.remove_prefix(1);
    }
    has_reason =
        comment.starts_with(':') && comment.find_first_not_of(" \t", 1) != std::string_view::npos;
    return codes;
}

std::vector<Allow> allows_of(const File& file) {
    std::vector<Allow> allows;
    std::set<int> alone;
    for (const config::YamlComment& comment : file.document->comments) {
        if (comment.alone) alone.insert(comment.place.line);
    }
    for (const config::YamlComment& comment : file.document->comments) {
        bool has_reason = false;
        for (std::string& code : codes_of(comment.text, has_reason)) {
            // One this build does not look for may be found by another.
            if (find_finding_kind(code) == nullptr) continue;
            Allow allow;
            allow.code = std::move(code);
            allow.span = {comment.place, comment.place};
            allow.span.end.column += 1;
            allow.line = comment.place.line;
            // Of several above each other all mean the first line that is none.
            if (comment.alone) {
                while (alone.contains(allow.line))
                    ++allow.line;
            }
            allow.has_reason = has_reason;
            allows.push_back(std::move(allow));
        }
    }
    return allows;
}

bool silences(Allow& allow, const config::Diagnostic& found) {
    if (allow.code != found.code || allow.line != found.span.begin.line) return false;
    allow.used = true;
    if (!allow.has_reason) return false;
    const bool is_note = found.severity == config::Severity::note;
    allow.refused = !is_note && !find_finding_kind(found.code)->may_be_allowed;
    return !allow.refused;
}

}  // namespace

void apply_allows(Folder& folder) {
    Diagnostics more;
    std::map<std::string, std::vector<Allow>, std::less<>> by_file;
    std::set<std::string, std::less<>> gaps;  // files whose checks are not complete
    for (const auto& file : folder.files) {
        if (!file->document) continue;
        auto allows = allows_of(*file);
        if (!allows.empty()) by_file.emplace(file->source->name, std::move(allows));
    }
    if (by_file.empty()) return;
    for (const auto& draft : folder.drafts) {
        if (!draft->incomplete) continue;
        gaps.insert(draft->flow.file);
        for (const File* library : draft->libraries)
            gaps.insert(library->source->name);
    }
    std::erase_if(folder.findings, [&](const config::Diagnostic& found) {
        const auto file = by_file.find(found.file);
        if (file == by_file.end()) return false;
        bool silenced = false;
        for (Allow& allow : file->second)
            silenced = silences(allow, found) || silenced;
        return silenced;
    });
    for (const auto& [file, allows] : by_file) {
        for (const Allow& allow : allows) {
            if (allow.refused) {
                more.push_back(
                    finding("SB209", file, allow.span,
                            fmt::format("{} cannot be allowed: the flow could not run", allow.code),
                            "mend what it finds, and leave the allow out"));
            } else if (!allow.has_reason) {
                more.push_back(
                    finding("SB209", file, allow.span,
                            fmt::format("the allow of {} gives no reason", allow.code),
                            fmt::format("write # allow {}: and the reason", allow.code)));
            } else if (!allow.used && !gaps.contains(file) &&
                       !folder.skipped.contains(allow.code)) {
                more.push_back(finding("SB209", file, allow.span,
                                       fmt::format("this allow of {} silences nothing", allow.code),
                                       "leave it out"));
            }
        }
    }
    folder.findings.insert(folder.findings.end(), more.begin(), more.end());
}

}  // namespace flows::load
