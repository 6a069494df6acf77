#include "server/commands/call_world.hpp"

#include "server/commands/command.hpp"
#include "server/configuration.hpp"
#include "server/flow_library.hpp"
#include "server/snapshot_builder.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

namespace server {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_text(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in || fs::is_directory(path)) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

// Behind `flow:` at the beginning of a line, for files that cannot be loaded too.
std::string flow_named_in(const std::string& text) {
    constexpr std::string_view key = "flow:";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line{text.data() + at, end - at};
        at = end + 1;
        if (!line.starts_with(key)) continue;
        line.remove_prefix(key.size());
        line = line.substr(0, line.find('#'));
        const std::size_t begin = line.find_first_not_of(" \t\"'");
        if (begin == line.npos) return {};
        line.remove_prefix(begin);
        return std::string{line.substr(0, line.find_first_of(" \t\r\"'"))};
    }
    return {};
}

struct Found {
    std::optional<Configuration> configuration{};
    fs::path folder{};   // of flows
    std::string name{};  // of the flow
};

class Finder {
public:
    Finder(const CallTarget& target, config::Diagnostics& findings, Texts& texts)
        : target_{target}, findings_{findings}, texts_{texts} {}

    std::variant<Found, NoCallWorld> find() {
        if (!target_.configuration.empty()) {
            if (!fs::exists(target_.configuration)) {
                return NoCallWorld{fmt::format("there is no \"{}\"", target_.configuration),
                                   exit_usage};
            }
            if (!read(target_.configuration)) return unsound();
        } else if (fs::exists(configuration_name)) {
            if (!read(std::string{configuration_name})) return unsound();
        }
        const fs::path file{target_.flow};
        if (!target_.flow.empty() && fs::is_regular_file(file)) return by_file(file);
        if (target_.flow.find('/') != std::string::npos || file.extension() == ".yaml") {
            return NoCallWorld{fmt::format("there is no file \"{}\"", target_.flow), exit_usage};
        }
        return by_name();
    }

private:
    bool read(const std::string& file) {
        ConfigurationOptions options;
        options.file = file;
        options.dev = true;         // nothing is served: no account is needed
        options.only_looks = true;  // nor secrets that cannot be had here
        found_.configuration = read_configuration(options, findings_, texts_);
        if (found_.configuration) found_.folder = found_.configuration->flows;
        return found_.configuration.has_value();
    }

    static NoCallWorld unsound() { return {"the configuration has errors", exit_findings}; }

    static bool is_below(const fs::path& file, const fs::path& folder) {
        const fs::path relative =
            fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(folder));
        return !relative.empty() && *relative.begin() != "..";
    }

    std::variant<Found, NoCallWorld> by_file(const fs::path& file) {
        found_.name = flow_named_in(read_text(file).value_or(""));
        if (found_.name.empty()) {
            return NoCallWorld{
                fmt::format("{} is no flow: it has no flow: and a name", file.string()),
                exit_usage};
        }
        if (found_.configuration && is_below(file, found_.folder)) return found_;
        if (!target_.configuration.empty()) {
            return NoCallWorld{fmt::format("{} is not below {}, where {} has its flows",
                                           file.string(), found_.folder.string(),
                                           target_.configuration),
                               exit_usage};
        }
        found_.configuration.reset();
        if (!nearest_configuration(file)) return unsound();
        if (!found_.configuration) {
            found_.folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
        }
        return found_;
    }

    // The configuration beside the file, or above it, whose flows it is one of.
    bool nearest_configuration(const fs::path& file) {
        const fs::path start = file.has_parent_path() ? file.parent_path() : fs::path{"."};
        fs::path folder = start;
        for (int up = 0; up < 3; ++up, folder = folder / "..") {
            const fs::path candidate = (folder / configuration_name).lexically_normal();
            if (!fs::exists(candidate)) continue;
            if (!read(candidate.string())) return false;
            if (is_below(file, found_.folder)) return true;
            found_.configuration.reset();
        }
        return true;
    }

    std::variant<Found, NoCallWorld> by_name() {
        const bool configured = found_.configuration.has_value();
        if (!configured) found_.folder = fs::is_directory("flows") ? "flows" : ".";
        const auto files = read_flow_files(found_.folder, findings_);
        std::map<std::string, std::string> known;  // flow -> file
        for (const config::Source& file : files) {
            const std::string name = flow_named_in(file.text);
            if (!name.empty()) known.emplace(name, file.name);
        }
        std::string wanted = target_.flow;
        if (wanted.empty() && known.size() == 1) wanted = known.begin()->first;
        if (wanted.empty() && known.contains("main")) wanted = "main";
        const auto flow = known.find(wanted);
        if (flow == known.end()) return unknown(known);
        found_.name = flow->first;
        // Without a configuration here, the one beside the flow holds its settings.
        if (!configured) return by_file(found_.folder / flow->second);
        return found_;
    }

    NoCallWorld unknown(const std::map<std::string, std::string>& known) const {
        if (known.empty()) {
            return {fmt::format("there is no flow in \"{}\": name a file, or a configuration "
                                "with -c",
                                found_.folder.string()),
                    exit_usage};
        }
        std::vector<std::string> names;
        std::string list;
        for (const auto& [name, file] : known) {
            names.push_back(name);
            list += (list.empty() ? "" : ", ") + name;
        }
        if (target_.flow.empty()) {
            return {fmt::format("which flow? There are {}", list), exit_usage};
        }
        const std::string meant = config::did_you_mean(target_.flow, names);
        return {fmt::format("there is no flow \"{}\"{}\nThere are {}", target_.flow,
                            meant.empty() ? "" : fmt::format(": did you mean \"{}\"?", meant),
                            list),
                exit_usage};
    }

    const CallTarget& target_;
    config::Diagnostics& findings_;
    Texts& texts_;
    Found found_{};
};

// The flow first, then those it reaches.
std::vector<const flows::Flow*> reached_by(const flows::FlowSet& set, const flows::Flow& flow) {
    std::vector<const flows::Flow*> reached{&flow};
    for (const std::string& name : flow.calls) {
        if (const flows::Flow* called = set.find(name)) reached.push_back(called);
    }
    return reached;
}

class Maker {
public:
    Maker(const CallTarget& target, Found found, config::Diagnostics& findings, Texts& texts)
        : target_{target}, found_{std::move(found)}, findings_{findings}, texts_{texts} {}

    std::variant<std::unique_ptr<const CallWorld>, NoCallWorld> make() {
        if (auto why_not = load()) return std::move(*why_not);
        find_tests();
        if (auto why_not = fill_settings()) return std::move(*why_not);
        if (found_.configuration) {
            const auto& outbound = found_.configuration->settings.outbound;
            world_->dial_rules = {outbound.dial_prefixes, outbound.dial_deny};
        } else {
            world_->dial_rules = flows::any_number;  // there is no operator yet who says otherwise
        }
        return std::unique_ptr<const CallWorld>{std::move(world_)};
    }

private:
    std::optional<NoCallWorld> load() {
        const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
        const auto files = read_flow_files(found_.folder, findings_);
        flows::Loaded loaded = flows::load_flows(files, {.today = today});
        world_->set = std::move(loaded.set);
        world_->folder = found_.folder;
        world_->flow = world_->set.find(found_.name);
        for (config::Diagnostic& finding : of_call(std::move(loaded.findings), files)) {
            finding.file = (found_.folder / finding.file).lexically_normal().generic_string();
            findings_.push_back(std::move(finding));
        }
        for (const config::Source& file : files) {
            texts_[(found_.folder / file.name).lexically_normal().generic_string()] = file.text;
        }
        config::sort_findings(findings_);
        if (world_->flow != nullptr) return std::nullopt;
        return NoCallWorld{fmt::format("the flow {} cannot be called", found_.name), exit_findings};
    }

    // Of a flow that loaded: those of its files. Of one that did not: all errors, for it may be
    // another flow that keeps it from loading; but where its own file has some, these alone.
    std::vector<config::Diagnostic> of_call(std::vector<config::Diagnostic> all,
                                            const std::vector<config::Source>& files) const {
        using config::Severity;
        if (world_->flow != nullptr) {
            const auto& own = world_->flow->files;
            std::erase_if(all, [&](const config::Diagnostic& finding) {
                return finding.severity == Severity::note ||
                       std::ranges::find(own, finding.file) == own.end();
            });
            return all;
        }
        std::erase_if(all, [](const auto& each) { return each.severity != Severity::error; });
        const auto own = std::ranges::find_if(files, [&](const config::Source& file) {
            return flow_named_in(file.text) == found_.name;
        });
        const auto is_own = [&](const config::Diagnostic& finding) {
            return own != files.end() && finding.file == own->name;
        };
        if (std::ranges::any_of(all, is_own)) std::erase_if(all, std::not_fn(is_own));
        return all;
    }

    void find_tests() {
        const fs::path file = found_.folder / world_->flow->file;
        world_->tests =
            (file.parent_path() / (file.stem().string() + ".test.yaml")).lexically_normal();
    }

    std::optional<NoCallWorld> fill_settings() {
        WrittenSettings configured;
        if (found_.configuration) configured = written_settings(*found_.configuration);
        flows::WrittenValues of_tests;
        if (const auto text = read_text(world_->tests)) {
            if (auto head = flows::read_test_file_head({world_->tests.string(), *text}))
                of_tests = std::move(head->settings);
        }
        auto unused = target_.set;
        for (const flows::Flow* flow : reached_by(world_->set, *world_->flow)) {
            auto& values = world_->settings[flow->name];
            for (const flows::Variable& setting : flow->settings) {
                unused.erase(setting.name);
                auto text = written(configured, flow->name, setting.name, of_tests);
                if (!text) {
                    text = made_up(setting);
                    const auto said = fmt::format("{} is {}", setting.name, *text);
                    if (std::ranges::count(world_->stand_ins, said) == 0)
                        world_->stand_ins.push_back(said);
                }
                auto value = flows::convert(*text, setting.type);
                if (!value) return misfit(*flow, setting);
                values.push_back(std::move(*value));
                // What stands in a file of tests is no place for secrets.
                world_->written.emplace(setting.name,
                                        setting.type.secret ? stand_in(setting.type) : *text);
            }
        }
        if (unused.empty()) return std::nullopt;
        return NoCallWorld{fmt::format("--set {}: the flow {} has no such setting",
                                       unused.begin()->first, world_->flow->name),
                           exit_usage};
    }

    std::optional<std::string> written(const WrittenSettings& configured, const std::string& flow,
                                       const std::string& name,
                                       const flows::WrittenValues& of_tests) const {
        if (const auto given = target_.set.find(name); given != target_.set.end()) {
            return given->second;
        }
        for (const std::string& owner : {flow, std::string{"all"}}) {
            const auto section = configured.find(owner);
            if (section == configured.end()) continue;
            const auto setting = section->second.find(name);
            if (setting != section->second.end() && setting->second.is_known)
                return setting->second.text;
        }
        const auto tested = of_tests.find(name);
        return tested == of_tests.end() ? std::nullopt : std::optional{tested->second};
    }

    // The same for flows that share a setting.
    std::string made_up(const flows::Variable& setting) {
        const auto written = world_->written.find(setting.name);
        if (written != world_->written.end()) return written->second;
        return stand_in(setting.type, static_cast<int>(world_->stand_ins.size()));
    }

    static NoCallWorld misfit(const flows::Flow& flow, const flows::Variable& setting) {
        return {fmt::format("the setting {} of the flow {} must be {}", setting.name, flow.name,
                            flows::to_text(setting.type)),
                exit_findings};
    }

    const CallTarget& target_;
    Found found_;
    config::Diagnostics& findings_;
    Texts& texts_;
    std::unique_ptr<CallWorld> world_ = std::make_unique<CallWorld>();
};

}  // namespace

std::string stand_in(const flows::Type& type, int which) {
    using enum flows::TypeKind;
    switch (type.kind) {
    case digits:
        return fmt::format("{:0>{}}", "", std::max(type.at_least, 1));
    case number:
    case money:
        return "1";
    case date:
        return "2026-01-06";
    case time:
        return "10:00";
    case phone:
        return fmt::format("+1202555{:04}", 130 + which % 60);
    case boolean:
        return "true";
    case url:
        return "https://example.com/";
    case one_of:
        return type.options.empty() ? std::string{} : type.options.front();
    default:
        return "x";
    }
}

std::string stand_in_body(const flows::FlowSet& set, const flows::Undecided& asked) {
    const flows::Flow* flow = set.find(asked.id.flow);
    const int state = flow != nullptr ? flow->find_state(asked.id.state) : -1;
    if (state < 0) return {};
    const auto& steps = flow->states[static_cast<std::size_t>(state)].steps;
    const auto step = std::ranges::find(steps, asked.id.step, &flows::Step::id);
    const auto* http = step == steps.end() ? nullptr : std::get_if<flows::Http>(&step->what);
    if (http == nullptr || http->save.empty()) return {};
    boost::json::value body;
    for (const auto& [variable, pointer] : http->save) {
        boost::json::value* at = &body;
        std::string_view rest = pointer;
        while (!rest.empty()) {
            rest.remove_prefix(1);
            const std::size_t end = std::min(rest.find('/'), rest.size());
            if (!at->is_object()) at->emplace_object();
            at = &at->get_object()[rest.substr(0, end)];
            rest.remove_prefix(end);
        }
        *at = stand_in(flow->variables[static_cast<std::size_t>(variable)].type);
    }
    return body.is_object() ? boost::json::serialize(body) : std::string{};
}

flows::SettingValues settings_of(const flows::FlowSet& set, const flows::Flow& flow,
                                 const flows::WrittenValues& written) {
    flows::SettingValues settings;
    for (const flows::Flow* each : reached_by(set, flow)) {
        auto& values = settings[each->name];
        for (const flows::Variable& setting : each->settings) {
            const auto given = written.find(setting.name);
            auto value =
                given != written.end() ? flows::convert(given->second, setting.type) : std::nullopt;
            if (!value) value = flows::convert(stand_in(setting.type), setting.type);
            values.push_back(value.value_or(flows::Value{}));
        }
    }
    return settings;
}

std::variant<std::unique_ptr<const CallWorld>, NoCallWorld>
find_call_world(const CallTarget& target, config::Diagnostics& findings, Texts& texts) {
    auto found = Finder{target, findings, texts}.find();
    if (auto* none = std::get_if<NoCallWorld>(&found)) return std::move(*none);
    return Maker{target, std::get<Found>(std::move(found)), findings, texts}.make();
}

}  // namespace server
