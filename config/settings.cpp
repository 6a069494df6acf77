#include "config/settings.hpp"

#include "config/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace config {
namespace {

constexpr std::string_view secret_forms = "{env: NAME}, {file: path} or {credential: name}";
constexpr std::array<std::string_view, 3> secret_kinds{"env", "file", "credential"};
constexpr std::size_t shortest_state_key = 16;

class Reader {
public:
    Reader(const Source& source, LaidSettings laid, const SecretResolver& resolver,
           Diagnostics& findings)
        : source_{source}, laid_{std::move(laid)}, resolver_{resolver}, findings_{findings} {}

    std::optional<Settings> run() {
        const std::size_t before = findings_.size();
        for (const SettingRow& row : setting_rows()) {
            if (!row.otherwise.empty()) set_default(row);
        }
        if (laid_.root.is_map()) {
            read_group(laid_.root, "", "");
        } else if (!laid_.root.is_null()) {
            report("SB106", "", laid_.root.span, "a configuration is a map of settings",
                   "write `name: value`, a setting a line");
        }
        check_accounts();
        const bool failed = std::any_of(
            findings_.begin() + static_cast<std::ptrdiff_t>(before), findings_.end(),
            [](const Diagnostic& finding) { return finding.severity == Severity::error; });
        if (failed) return std::nullopt;
        return std::move(settings_);
    }

private:
    void report(std::string_view code, std::string_view path, const Span& span, std::string message,
                std::string hint, Severity severity = Severity::error) {
        const std::string_view origin = origin_of(laid_, path);
        findings_.push_back({.code = std::string{code},
                             .severity = severity,
                             .message = std::move(message),
                             .hint = std::move(hint),
                             .file = origin.empty() ? source_.name : std::string{origin},
                             .span = origin.empty() ? span : Span{{1, 1}, {1, 1}}});
    }

    // Defaults are written as people would, and go the way of what people write.
    void set_default(const SettingRow& row) {
        Diagnostics unexpected;
        const auto document = read_yaml({"default", std::string{row.otherwise}}, unexpected);
        read_row(row, document->root, std::string{row.name});
    }

    // Entries of a map whose rows begin with `prefix`; `path` is where it stands.
    void read_group(const YamlNode& map, const std::string& prefix, const std::string& path) {
        for (const YamlNode::Entry& entry : map.entries) {
            const std::string name = prefix + entry.key.text;
            const std::string here = path.empty() ? entry.key.text : path + "." + entry.key.text;
            if (name == "settings") {
                read_flow_settings(entry.value, entry.key.span, here);
            } else if (const SettingRow* row = find_row(name)) {
                value_of_ = &entry;
                read_row(*row, entry.value, here);
            } else if (has_rows(name + "[].")) {
                read_items(entry, name + "[].", here);
            } else if (has_rows(name + ".")) {
                read_map(entry, name, here);
            } else {
                report_unknown(entry.key, prefix, here);
            }
        }
        for (const SettingRow& row : setting_rows()) {
            const bool ours = row.required && row.name.starts_with(prefix) &&
                              row.name.find_first_of(".[", prefix.size()) == std::string_view::npos;
            const std::string_view key = row.name.substr(std::min(prefix.size(), row.name.size()));
            if (ours && map.find(key) == nullptr) {
                report("SB107", path, start_of(map.span), fmt::format("{} has no `{}`", path, key),
                       fmt::format("add `{}: …` ({})", key, row.meaning));
            }
        }
    }

    void read_map(const YamlNode::Entry& entry, const std::string& name, const std::string& path) {
        if (name == "tls" && entry.value.is_scalar() && entry.value.text == "off") {
            settings_.tls_off = true;
        } else if (entry.value.is_map()) {
            read_group(entry.value, name + ".", path);
        } else if (!entry.value.is_null()) {
            report("SB106", path, entry.value.span, fmt::format("`{}` is a map of settings", path),
                   name == "tls" ? "write {certificate: path, key: path}, or off"
                                 : fmt::format("write `{}: {{{}: …}}`", path,
                                               keys_under(name + ".").front()));
        }
    }

    void read_items(const YamlNode::Entry& entry, const std::string& prefix,
                    const std::string& path) {
        if (entry.value.is_null()) return;
        if (!entry.value.is_list()) {
            report("SB106", path, entry.value.span, fmt::format("`{}` is a list", path),
                   fmt::format("write `- {}: …` below it", keys_under(prefix).front()));
            return;
        }
        std::size_t number = 0;
        for (const YamlNode& item : entry.value.items) {
            const std::string here = fmt::format("{}[{}]", path, number++);
            settings_.accounts.emplace_back();
            if (item.is_map()) {
                account_places_.push_back(item.span);
                read_group(item, prefix, here);
            } else {
                account_places_.push_back(item.span);
                report("SB106", here, item.span, fmt::format("each of `{}` is a map", path),
                       fmt::format("write `- {}: …`", keys_under(prefix).front()));
            }
        }
    }

    void read_row(const SettingRow& row, const YamlNode& node, const std::string& path) {
        SettingValue value;
        const bool list = node.is_list() && row.shape != SettingShape::one;
        if (row.shape == SettingShape::list && !list) {
            const bool literal = row.type == SettingType::secret && node.is_scalar();
            if (literal && !is_from_environment(path)) {
                report_literal(path, node.span);
            } else if (literal) {
                value.secrets.emplace_back(node.text);  // one token in one variable
                row.assign(settings_, value);
            } else {
                report("SB106", path, span_of(node), fmt::format("`{}` is a list", path),
                       "write [one, two], or [one] for a single value");
            }
            return;
        }
        bool sound = true;
        if (list) {
            const auto count = static_cast<std::int64_t>(node.items.size());
            const bool bounded_here =
                row.shape == SettingShape::list || row.shape == SettingShape::one_or_list;
            if (bounded_here && (count < row.least || count > row.most)) {
                report("SB106", path, node.span,
                       fmt::format("`{}` has {} values; {} to {} are allowed", path, count,
                                   row.least, row.most),
                       count < row.least ? "add one" : "remove some");
                return;
            }
            std::size_t number = 0;
            for (const YamlNode& item : node.items) {
                sound = read_one(row, item, fmt::format("{}[{}]", path, number++), value) && sound;
            }
        } else {
            sound = read_one(row, node, path, value);
        }
        if (sound && !is_made_later(row, node)) row.assign(settings_, value);
    }

    // {file: …} of the admin token is handed on: who starts the server makes it where it is
    // missing.
    bool is_made_later(const SettingRow& row, const YamlNode& node) {
        if (row.name != "admin.token") return false;
        const YamlNode* file = node.is_map() ? node.find("file") : nullptr;
        settings_.admin.token_file = file != nullptr ? file->text : std::string{};
        settings_.admin.token = Secret{};
        return file != nullptr;
    }

    bool read_one(const SettingRow& row, const YamlNode& node, const std::string& path,
                  SettingValue& value) {
        const bool secret = row.type == SettingType::secret || row.type == SettingType::any_value;
        if (secret && node.is_map()) return read_reference(row.name, node, path, value);
        if (!node.is_scalar()) {
            report("SB106", path, span_of(node),
                   fmt::format("`{}` needs {}", path, describe_type(row)),
                   secret ? fmt::format("write {}", secret_forms)
                          : std::string{"write one value behind the colon"});
            return false;
        }
        if (row.type == SettingType::secret && !is_from_environment(path)) {
            report_literal(path, node.span);
            return false;
        }
        const std::string why = check_value(row, node.text, value);
        if (why.empty()) {
            if (secret) value.secrets.emplace_back(node.text);
            return true;
        }
        const bool shows = !secret && row.type != SettingType::store && !node.text.empty();
        const std::string_view what = shows ? std::string_view{node.text} : std::string_view{path};
        report("SB106", path, node.span,
               shows ? fmt::format("`{}`: \"{}\" is {}", path, what, why)
                     : fmt::format("`{}` is {}", path, why),
               hint_for(row, node.text));
        return false;
    }

    static std::string hint_for(const SettingRow& row, const std::string& written) {
        if (row.type == SettingType::choice) {
            std::vector<std::string> words;
            for (std::string_view rest = row.range; !rest.empty();) {
                const std::string_view word = rest.substr(0, rest.find('|'));
                words.emplace_back(word);
                rest.remove_prefix(std::min(rest.size(), word.size() + 1));
            }
            const std::string meant = did_you_mean(written, words);
            if (!meant.empty()) return fmt::format("did you mean \"{}\"?", meant);
        }
        if (row.otherwise.empty() || row.otherwise == "[]") {
            return fmt::format("it is: {}", row.meaning);
        }
        return fmt::format("the default is {}", row.otherwise);
    }

    bool read_reference(std::string_view name, const YamlNode& map, const std::string& path,
                        SettingValue& value) {
        const bool one = map.entries.size() == 1 && map.entries[0].value.is_scalar() &&
                         !map.entries[0].value.text.empty();
        const std::string kind = one ? map.entries[0].key.text : std::string{};
        if (std::find(secret_kinds.begin(), secret_kinds.end(), kind) == secret_kinds.end()) {
            report("SB106", path, map.span, fmt::format("`{}` does not say where it is", path),
                   fmt::format("write {}", secret_forms));
            return false;
        }
        if (!resolver_ || (name == "admin.token" && kind == "file")) {
            value.secrets.emplace_back();
            return true;
        }
        const YamlNode& source = map.entries[0].value;
        const std::optional<std::string> text = resolver_(kind, source.text);
        if (!text) {
            report("SB107", path, source.span,
                   kind == "env"
                       ? fmt::format("the environment variable {} is not set", source.text)
                   : kind == "file" ? fmt::format("the file {} cannot be read", source.text)
                                    : fmt::format("there is no credential {}", source.text),
                   fmt::format("`{}` is read from there", path));
            return false;
        }
        if (text->empty()) {
            report("SB106", path, source.span,
                   fmt::format("`{}` is empty: {} {} holds nothing", path, kind, source.text),
                   "put the secret there");
            return false;
        }
        if (name == "state_keys" && text->size() < shortest_state_key) {
            report("SB106", path, source.span,
                   fmt::format("`{}` is shorter than {} characters", path, shortest_state_key),
                   "make one with `openssl rand -hex 32`");
            return false;
        }
        value.secrets.emplace_back(*text);
        return true;
    }

    void read_flow_settings(const YamlNode& flows, const Span& key, const std::string& path) {
        if (flows.is_null()) return;
        if (!flows.is_map()) {
            report("SB106", path, span_of(flows, key), "`settings` is a map of flows",
                   "write `settings: {all: {name: value}}`");
            return;
        }
        for (const YamlNode::Entry& flow : flows.entries) {
            const std::string below = path + "." + flow.key.text;
            if (flow.value.is_null()) continue;
            if (!flow.value.is_map()) {
                report("SB106", below, flow.value.span,
                       fmt::format("`{}` is a map of the flow's settings", below),
                       fmt::format("write `{}: {{name: value}}`, or `all` for what flows share",
                                   flow.key.text));
                continue;
            }
            for (const YamlNode::Entry& entry : flow.value.entries) {
                read_flow_setting(flow.key.text, entry, below + "." + entry.key.text);
            }
        }
    }

    void read_flow_setting(const std::string& flow, const YamlNode::Entry& entry,
                           const std::string& path) {
        SettingValue value;
        const bool literal = entry.value.is_scalar();
        if (literal) {
            value.secrets.emplace_back(entry.value.text);
        } else if (!entry.value.is_map()) {
            report("SB106", path, span_of(entry.value, entry.key.span),
                   fmt::format("`{}` needs one value", path),
                   fmt::format("write the value, or {}", secret_forms));
            return;
        } else if (!read_reference("settings", entry.value, path, value)) {
            return;
        }
        const std::string_view origin = origin_of(laid_, path);
        settings_.settings[flow][entry.key.text] = {
            .value = value.secrets[0],
            .is_literal = literal && !is_from_environment(path),
            .file = origin.empty() ? source_.name : std::string{origin},
            .span = origin.empty() ? entry.value.span : Span{}};
    }

    void check_accounts() {
        std::set<std::string> sids;
        for (std::size_t number = 0; number < settings_.accounts.size(); ++number) {
            const std::string& sid = settings_.accounts[number].sid;
            if (sid.empty() || sids.insert(sid).second) continue;
            report("SB106", fmt::format("accounts[{}]", number), start_of(account_places_[number]),
                   fmt::format("the account {} stands twice", sid),
                   "put its tokens into one `auth_tokens`");
        }
    }

    void report_literal(const std::string& path, const Span& span) {
        report("SB106", path, span, fmt::format("`{}` {}", path, written_secret),
               fmt::format("write {}", secret_forms));
    }

    void report_unknown(const YamlNode& key, const std::string& prefix, const std::string& path) {
        const std::vector<std::string> known = keys_under(prefix);
        const std::string meant = did_you_mean(key.text, known);
        std::string hint;
        if (meant.empty()) {
            hint = fmt::format("there are: {}", fmt::join(known, ", "));
        } else {
            hint = fmt::format("did you mean \"{}\"?", meant);
        }
        report("SB105", path, key.span, fmt::format("there is no setting `{}`", path),
               std::move(hint), is_from_environment(path) ? Severity::warning : Severity::error);
    }

    bool is_from_environment(std::string_view path) const {
        return origin_of(laid_, path).starts_with("environment");
    }

    // The place of an empty value is behind its key; there the key is the better one to show.
    Span span_of(const YamlNode& node) const {
        return node.is_null() && value_of_ != nullptr ? value_of_->key.span : node.span;
    }
    static Span span_of(const YamlNode& node, const Span& key) {
        return node.is_null() ? key : node.span;
    }
    static Span start_of(const Span& span) {
        return {span.begin, {span.begin.line, span.begin.column + 1}};
    }

    static const SettingRow* find_row(std::string_view name) {
        const auto rows = setting_rows();
        const auto found = std::find_if(rows.begin(), rows.end(),
                                        [&](const SettingRow& row) { return row.name == name; });
        return found != rows.end() ? &*found : nullptr;
    }

    static bool has_rows(std::string_view prefix) {
        const auto rows = setting_rows();
        return std::any_of(rows.begin(), rows.end(),
                           [&](const SettingRow& row) { return row.name.starts_with(prefix); });
    }

    static std::vector<std::string> keys_under(std::string_view prefix) {
        std::vector<std::string> keys;
        for (const SettingRow& row : setting_rows()) {
            if (!row.name.starts_with(prefix)) continue;
            const std::string_view rest = row.name.substr(prefix.size());
            std::string key{rest.substr(0, rest.find_first_of(".["))};
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
                keys.push_back(std::move(key));
            }
        }
        if (prefix.empty()) keys.emplace_back("settings");
        return keys;
    }

    const Source& source_;
    LaidSettings laid_;
    const SecretResolver& resolver_;
    Diagnostics& findings_;
    Settings settings_{};
    std::vector<Span> account_places_{};
    const YamlNode::Entry* value_of_ = nullptr;  // that is being read
};

}  // namespace

std::optional<Settings> read_settings(const Source& source, const Overrides& overrides,
                                      const SecretResolver& resolver, Diagnostics& findings) {
    Diagnostics read;
    const auto document = read_yaml(source, read);
    findings.insert(findings.end(), read.begin(), read.end());
    if (document == nullptr) return std::nullopt;

    Diagnostics told;
    auto settings =
        Reader{source, lay_over(std::move(document->root), overrides), resolver, told}.run();
    // One fault, one finding: what YAML already refused is not refused again as a setting.
    std::copy_if(told.begin(), told.end(), std::back_inserter(findings), [&](const Diagnostic& f) {
        return std::none_of(read.begin(), read.end(), [&](const Diagnostic& earlier) {
            return earlier.file == f.file && earlier.span.begin.line == f.span.begin.line;
        });
    });
    return has_errors(read) ? std::nullopt : std::move(settings);
}

}  // namespace config
