#include "server/flow_library.hpp"

#include "config/settings.hpp"
#include "server/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace server {
namespace {

namespace fs = std::filesystem;

bool is_flow_file(const fs::path& path) {
    const std::string name = path.filename().string();
    return path.extension() == ".yaml" && !name.ends_with(".test.yaml") &&
           name != configuration_name && !name.starts_with('.');
}

config::Diagnostic at_setting(const char* code, const WrittenSetting& where, std::string message,
                              std::string hint) {
    config::Diagnostic finding;
    finding.code = code;
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    finding.file = where.file;
    finding.span = where.span;
    return finding;
}

const WrittenSetting* find_written(const WrittenSettings& written, const std::string& flow,
                                   const std::string& name) {
    for (const std::string& owner : {flow, std::string{"all"}}) {
        const auto section = written.find(owner);
        if (section == written.end()) continue;
        const auto setting = section->second.find(name);
        if (setting != section->second.end()) return &setting->second;
    }
    return nullptr;
}

std::vector<flows::Value> convert_settings_of(const flows::Flow& flow,
                                              const WrittenSettings& written,
                                              config::Diagnostics& findings) {
    std::vector<flows::Value> values;
    for (const flows::Variable& setting : flow.settings) {
        values.emplace_back();
        const WrittenSetting* found = find_written(written, flow.name, setting.name);
        const std::string type = flows::to_text(setting.type);
        if (found == nullptr) {
            const WrittenSetting declared{.file = flow.file, .span = setting.span};
            findings.push_back(at_setting(
                "SB107", declared,
                fmt::format("setting \"{}\" ({}) has no value in the configuration", setting.name,
                            type),
                fmt::format("write it into the configuration: settings: {{{}: {{{}: ...}}}}",
                            flow.name, setting.name)));
            continue;
        }
        if (setting.type.secret && found->literal_secret) {
            findings.push_back(at_setting(
                "SB106", *found, fmt::format("\"{}\" {}", setting.name, config::written_secret),
                "write {env: NAME}, {file: path} or {credential: name} instead"));
            continue;
        }
        if (!found->is_known) continue;
        if (std::optional<flows::Value> value = flows::convert(found->text, setting.type)) {
            values.back() = std::move(*value);
            continue;
        }
        findings.push_back(at_setting(
            "SB106", *found,
            fmt::format("setting \"{}\" of flow {} must be {}", setting.name, flow.name, type),
            setting.type.kind == flows::TypeKind::phone
                ? "write a number as E.164 in quotes: \"+12025550100\""
                : fmt::format("write a value that is {}", type)));
    }
    return values;
}

}  // namespace

std::vector<config::Source> read_flow_files(const fs::path& folder, config::Diagnostics& findings) {
    std::vector<config::Source> files;
    const auto unreadable = [&](const fs::path& path, const std::string& why) {
        config::Diagnostic finding;
        finding.code = "SB208";
        finding.file = path.string();
        finding.message = fmt::format("\"{}\" cannot be read: {}", path.string(), why);
        finding.hint = "check the path and who may read it";
        findings.push_back(std::move(finding));
    };
    std::error_code error;
    fs::recursive_directory_iterator each{folder, error};
    for (const fs::recursive_directory_iterator end; !error && each != end; each.increment(error)) {
        const fs::path& path = each->path();
        if (path.filename().string().starts_with('.') && each->is_directory()) {
            each.disable_recursion_pending();
        } else if (each->is_regular_file() && is_flow_file(path)) {
            std::ifstream in{path, std::ios::binary};
            config::Source source;
            source.name = path.lexically_relative(folder).generic_string();
            source.text.assign(std::istreambuf_iterator<char>{in}, {});
            if (in.bad() || !in.is_open()) {
                unreadable(path, "no permission, or it vanished");
            } else {
                files.push_back(std::move(source));
            }
        }
    }
    if (error) unreadable(folder, error.message());
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return files;
}

const flows::Flow* LoadedFlows::find(const FlowVersion& version) const {
    const auto found = by_version.find(version);
    return found == by_version.end() ? nullptr : found->second;
}

flows::SettingValues convert_settings(const flows::FlowSet& set, const WrittenSettings& written,
                                      config::Diagnostics& findings) {
    flows::SettingValues values;
    for (const auto& [name, flow] : set.flows)
        values[name] = convert_settings_of(*flow, written, findings);
    return values;
}

std::shared_ptr<const LoadedFlows> load_flows(const std::vector<config::Source>& files,
                                              const WrittenSettings& written,
                                              config::Diagnostics& findings,
                                              flows::LoadOptions options) {
    options.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    flows::Loaded loaded = flows::load_flows(files, options);
    std::move(loaded.findings.begin(), loaded.findings.end(), std::back_inserter(findings));

    auto result = std::make_shared<LoadedFlows>();
    result->set = std::move(loaded.set);
    result->settings = convert_settings(result->set, written, findings);
    for (const auto& [name, flow] : result->set.flows) {
        // The flow's own name stands in front: two flows that reach the same files differ.
        std::vector<std::pair<std::string_view, std::string_view>> pieces{{"flow", name}};
        for (const config::Source& file : files) {
            if (std::binary_search(flow->files.begin(), flow->files.end(), file.name))
                pieces.emplace_back(file.name, file.text);
        }
        const FlowVersion version = version_of(pieces);
        result->versions.emplace(name, version);
        result->by_version.emplace(version, flow.get());
    }
    result->files = files;
    result->written = written;
    return result;
}

void RetiredVersions::retire(const std::shared_ptr<const LoadedFlows>& old,
                             const LoadedFlows& current, std::uint32_t hour) {
    const std::lock_guard lock{mutex_};
    for (const auto& [version, flow] : current.by_version)
        kept_.erase(version);
    for (const auto& [version, flow] : old->by_version) {
        if (current.find(version) == nullptr) kept_[version] = {old, hour};
    }
    std::erase_if(kept_,
                  [&](const auto& each) { return each.second.last_used + token_hours < hour; });
}

void RetiredVersions::keep(const FlowVersion& version, std::shared_ptr<const LoadedFlows> flows,
                           std::uint32_t hour) {
    const std::lock_guard lock{mutex_};
    kept_.insert_or_assign(version, Kept{std::move(flows), hour});
}

std::shared_ptr<const LoadedFlows> RetiredVersions::find(const FlowVersion& version,
                                                         std::uint32_t hour) {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(version);
    if (found == kept_.end() || found->second.last_used + token_hours < hour) return nullptr;
    found->second.last_used = hour;
    return found->second.flows;
}

std::size_t RetiredVersions::size() const {
    const std::lock_guard lock{mutex_};
    return kept_.size();
}

}  // namespace server
