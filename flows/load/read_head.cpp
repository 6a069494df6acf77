// The head of a file: whether it is a flow or a library, its name, and all that a library holds.
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

bool is_flow_name(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= 40 && text.front() >= 'a' && text.front() <= 'z' &&
           std::ranges::all_of(text, allowed);
}

// Of a library: only what is named here may stand in it.
void read_library(Folder& folder, File& file) {
    constexpr std::array<std::string_view, 3> of_states{"states", "start", "anywhere"};
    const std::string& name = file.source->name;
    for (const YamlNode::Entry& entry : file.document->root.entries) {
        const std::string& key = entry.key.text;
        if (key == "library" || key == "about") continue;
        if (key == "prompts" && !entry.value.is_null()) {
            file.prompts = named_entries(folder.findings, name, entry.key, entry.value);
        } else if (key == "hours" && !entry.value.is_null()) {
            for (const YamlNode::Entry* hours :
                 named_entries(folder.findings, name, entry.key, entry.value)) {
                if (auto read = read_hours(folder.findings, *file.source, *hours)) {
                    file.hours.push_back(std::move(*read));
                }
            }
        } else if (std::ranges::count(of_states, key) != 0) {
            folder.findings.push_back(finding("SB206", name, entry.key.span,
                                              fmt::format("a library cannot have {}", key),
                                              "write flow instead of library, or move it"));
        } else {
            folder.findings.push_back(finding("SB105", name, entry.key.span,
                                              fmt::format("a library has no key {}", quoted(key)),
                                              hint_for(key, {"hours", "prompts", "about"},
                                                       "a library holds only hours and prompts")));
        }
    }
}

}  // namespace

std::vector<const YamlNode::Entry*> named_entries(Diagnostics& findings, const std::string& file,
                                                  const YamlNode& key, const YamlNode& map) {
    std::vector<const YamlNode::Entry*> entries;
    if (!map.is_map()) {
        findings.push_back(
            finding("SB106", file, key.span,
                    fmt::format("{} is a map from names to what they mean", key.text),
                    "write one name a line, with a colon behind it"));
        return entries;
    }
    for (const YamlNode::Entry& entry : map.entries) {
        if (is_name(entry.key.text)) {
            entries.push_back(&entry);
            continue;
        }
        std::string near;
        for (const char c : entry.key.text) {
            near += c == '-' || c == ' '   ? '_'
                    : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a')
                                           : c;
        }
        findings.push_back(finding(
            "SB106", file, entry.key.span, fmt::format("{} is no name", quoted(entry.key.text)),
            is_name(near) ? fmt::format("write {}, wherever it is used", near)
                          : "a name is of a-z, 0-9 and _, and begins with a letter"));
    }
    return entries;
}

void read_head(Folder& folder, File& file) {
    const std::string& name = file.source->name;
    const auto report = [&](std::string_view code, const Span& span, std::string message,
                            std::string hint) {
        folder.findings.push_back(finding(code, name, span, std::move(message), std::move(hint)));
    };
    const YamlNode& root = file.document->root;
    const Span top{{1, 1}, {1, 2}};
    if (!root.is_map()) {
        return report("SB107", top, "this file is neither a flow nor a library",
                      "begin with flow: and its name");
    }
    const YamlNode::Entry* flow = root.find_entry("flow");
    const YamlNode::Entry* library = root.find_entry("library");
    if (flow == nullptr && library == nullptr) {
        const YamlNode& first = root.entries.empty() ? root : root.entries.front().key;
        return report("SB107", root.entries.empty() ? top : first.span,
                      "this file is neither a flow nor a library", "begin with flow: and its name");
    }
    if (flow != nullptr && library != nullptr) {
        return report("SB108", std::max(flow->key.span, library->key.span),
                      "a file is a flow or a library, not both", "keep one of the two keys");
    }
    const YamlNode::Entry& kind = flow != nullptr ? *flow : *library;
    file.kind = flow != nullptr ? File::Kind::flow : File::Kind::library;
    if (kind.value.is_scalar() && is_flow_name(kind.value.text)) {
        file.name = kind.value.text;
    } else {
        report(
            "SB106", kind.value.is_scalar() ? kind.value.span : kind.key.span,
            fmt::format("a {} needs a name", kind.key.text),
            "a name is of a-z, 0-9, _ and -, begins with a letter and has at most 40 characters");
    }
    if (file.kind == File::Kind::library) return read_library(folder, file);
    if (const YamlNode* languages = root.find("languages")) {
        for (const YamlNode::Entry& language : languages->entries)
            folder.languages.insert(language.key.text);
    } else {
        folder.languages.insert("en-US");
    }
}

}  // namespace flows::load
