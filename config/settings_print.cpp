// What stands above the file, and what of all won: `config print` and the reference.
#include "config/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace config {
namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.size() < 4 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

YamlNode node_of(const std::string& value) {
    YamlNode node;
    if (value.starts_with('[') || value.starts_with('{')) {
        Diagnostics findings;
        const auto document = read_yaml({"override", value}, findings);
        if (document != nullptr && findings.empty()) return document->root;
    }
    node.kind = YamlNode::Kind::scalar;
    node.style = YamlNode::Style::double_quoted;
    node.text = value;
    return node;
}

YamlNode& entry_of(YamlNode& map, std::string_view key) {
    if (!map.is_map()) {
        map = YamlNode{};
        map.kind = YamlNode::Kind::map;
    }
    for (YamlNode::Entry& entry : map.entries) {
        if (entry.key.text == key) return entry.value;
    }
    YamlNode name;
    name.kind = YamlNode::Kind::scalar;
    name.text = key;
    map.entries.push_back({std::move(name), {}});
    return map.entries.back().value;
}

// As it would be written in brackets; a literal secret is never shown.
std::string written(const YamlNode& node, bool secret, bool inside) {
    if (node.is_null()) return "";
    if (node.is_scalar()) {
        if (secret) return "(secret)";
        const bool plain =
            !inside || node.text.find_first_of(" ,[]{}#\"'&*!|>%@`") == std::string::npos;
        if (plain && !node.text.empty()) return node.text;
        std::string quoted = "\"";
        for (const char c : node.text) {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
        return quoted + '"';
    }
    std::string result;
    for (const YamlNode& item : node.items) {
        result += (result.empty() ? "" : ", ") + written(item, secret, true);
    }
    for (const YamlNode::Entry& entry : node.entries) {
        result += (result.empty() ? "" : ", ") + entry.key.text + ": " +
                  written(entry.value, false, true);
    }
    return node.is_list() ? "[" + result + "]" : "{" + result + "}";
}

class Printer {
public:
    Printer(const Source& source, LaidSettings laid) : source_{source}, laid_{std::move(laid)} {}

    std::vector<PrintedSetting> run() {
        const YamlNode* tls = laid_.root.find("tls");
        if (tls != nullptr && tls->is_scalar()) print("tls", *tls, false);
        print_rows("", "", laid_.root);
        const YamlNode* settings = laid_.root.find("settings");
        if (settings == nullptr) return std::move(printed_);
        for (const YamlNode::Entry& flow : settings->entries) {
            for (const YamlNode::Entry& entry : flow.value.entries) {
                print(fmt::format("settings.{}.{}", flow.key.text, entry.key.text), entry.value,
                      origin_of(laid_, fmt::format("settings.{}.{}", flow.key.text, entry.key.text))
                          .starts_with("environment"));
            }
        }
        return std::move(printed_);
    }

private:
    void print(const std::string& path, const YamlNode& node, bool secret) {
        const std::string_view origin = origin_of(laid_, path);
        printed_.push_back({.path = path,
                            .value = written(node, secret, false),
                            .origin = origin.empty()
                                          ? fmt::format("{}:{}", source_.name, node.span.begin.line)
                                          : std::string{origin}});
    }

    // Rows that begin with `prefix`, of `map`, which stands at `path`.
    void print_rows(std::string_view prefix, const std::string& path, const YamlNode& map) {
        std::string_view listed;
        for (const SettingRow& row : setting_rows()) {
            if (!row.name.starts_with(prefix)) continue;
            const std::string_view rest = row.name.substr(prefix.size());
            const std::size_t item = rest.find("[].");
            if (item != std::string_view::npos) {
                const std::string_view list = rest.substr(0, item);
                if (list == listed) continue;
                listed = list;
                const YamlNode* node = map.find(list);
                for (std::size_t number = 0; node != nullptr && number < node->items.size();
                     ++number) {
                    print_rows(row.name.substr(0, prefix.size() + item + 3),
                               fmt::format("{}[{}].", list, number), node->items[number]);
                }
                continue;
            }
            const YamlNode* node = &map;
            for (std::string_view left = rest; node != nullptr && !left.empty();) {
                const std::string_view key = left.substr(0, left.find('.'));
                node = node->find(key);
                left.remove_prefix(std::min(left.size(), key.size() + 1));
            }
            if (node != nullptr && !node->is_null()) {
                print(path + std::string{rest}, *node, row.type == SettingType::secret);
            } else if (!row.otherwise.empty()) {
                printed_.push_back({.path = std::string{row.name},
                                    .value = std::string{row.otherwise},
                                    .origin = "default"});
            }
        }
    }

    const Source& source_;
    LaidSettings laid_;
    std::vector<PrintedSetting> printed_{};
};

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') result += '\\';
        result += c;
    }
    return result;
}

}  // namespace

Overrides
overrides_from_environment(const std::vector<std::pair<std::string, std::string>>& environment) {
    constexpr std::string_view prefix = "SWITCHBOARD_";
    Overrides overrides;
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
        std::string path;
        for (std::size_t at = prefix.size(); at < name.size(); ++at) {
            const char c = name[at];
            if (c == '_' && at + 1 < name.size() && name[at + 1] == '_') {
                path += '.';
                ++at;
            } else {
                path += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            }
        }
        overrides.push_back({path, value, "environment " + name});
    }
    std::sort(overrides.begin(), overrides.end(),
              [](const Override& left, const Override& right) { return left.path < right.path; });
    return overrides;
}

LaidSettings lay_over(YamlNode root, const Overrides& overrides) {
    LaidSettings laid{.root = std::move(root)};
    for (const Override& override : overrides) {
        YamlNode* node = &laid.root;
        std::string path;
        for (std::string_view left = override.path; !left.empty();) {
            const std::string_view key = left.substr(0, left.find('.'));
            left.remove_prefix(std::min(left.size(), key.size() + 1));
            if (is_number(key) && !path.empty() && !node->is_map()) {
                if (!node->is_list()) *node = YamlNode{};
                node->kind = YamlNode::Kind::list;
                const std::size_t number = std::stoul(std::string{key});
                if (number >= node->items.size()) node->items.resize(number + 1);
                node = &node->items[number];
                path += fmt::format("[{}]", key);
            } else {
                node = &entry_of(*node, key);
                path += path.empty() ? std::string{key} : "." + std::string{key};
            }
        }
        if (path.empty()) continue;
        *node = node_of(override.value);
        laid.origins[path] = override.origin;
    }
    return laid;
}

std::string_view origin_of(const LaidSettings& laid, std::string_view path) {
    while (!path.empty()) {
        const auto found = laid.origins.find(path);
        if (found != laid.origins.end()) return found->second;
        const std::size_t end = path.find_last_of(".[");
        path = path.substr(0, end == std::string_view::npos ? 0 : end);
    }
    return {};
}

std::vector<PrintedSetting> print_settings(const Source& source, const Overrides& overrides) {
    Diagnostics findings;
    const auto document = read_yaml(source, findings);
    YamlNode root = document != nullptr ? std::move(document->root) : YamlNode{};
    return Printer{source, lay_over(std::move(root), overrides)}.run();
}

std::string settings_reference() {
    std::string result = "| setting | value | default | meaning |\n|---|---|---|---|\n";
    for (const SettingRow& row : setting_rows()) {
        const std::string otherwise = row.otherwise.empty()
                                          ? std::string{row.required ? "required" : ""}
                                          : fmt::format("`{}`", row.otherwise);
        result += fmt::format("| `{}` | {} | {} | {} |\n", row.name, escaped(describe_type(row)),
                              otherwise, escaped(row.meaning));
    }
    result += "| `settings.FLOW.NAME` | text or secret |  | what a flow's `settings` ask for; the "
              "flow `all` is shared |\n";
    return result;
}

}  // namespace config
