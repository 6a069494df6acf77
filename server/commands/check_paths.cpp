#include "server/commands/check_paths.hpp"

#include "flows/load/loader.hpp"
#include "server/commands/test_suites.hpp"
#include "server/configuration.hpp"
#include "server/flow_library.hpp"
#include "server/snapshot_builder.hpp"
#include "twiml/catalogue.hpp"
#include "twiml/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

namespace server {
namespace {

namespace fs = std::filesystem;

std::string read_all(std::istream& in) {
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}
std::string read_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return read_all(in);
}

// "flows/acme.yaml" for acme.yaml below "flows"; "acme.yaml" below ".".
std::string shown_name(const fs::path& folder, const std::string& name) {
    return folder == "." || folder.empty() ? name : (folder / name).generic_string();
}

// What flows are checked against.
struct Against {
    flows::LoadOptions options{};
    std::optional<WrittenSettings> settings{};  // of a sound configuration
    bool is_named = false;                      // it was named by whoever asks
};

// Of a configuration that nobody named: what is wrong with it is not told here. False where there
// is none.
bool hold_against(const fs::path& file, flows::LoadOptions& options) {
    if (!fs::is_regular_file(file)) return false;
    ConfigurationOptions look;
    look.file = file.string();
    look.dev = true;  // nothing is served: no account is needed
    look.only_looks = true;
    config::Diagnostics ignored;
    Texts texts;
    const auto configuration = read_configuration(look, ignored, texts);
    if (configuration) hold_flows_against(*configuration, options);
    return configuration.has_value();
}

// The rules of ./switchboard.yaml, else of the one beside what is checked.
flows::LoadOptions options_for(const fs::path& folder, const Against& against) {
    flows::LoadOptions options = against.options;
    if (against.is_named) return options;
    if (!hold_against(configuration_name, options))
        hold_against(folder / configuration_name, options);
    return options;
}

flows::Loaded check_flows(const fs::path& folder, const std::vector<config::Source>& files,
                          const std::string& only, const Against& against, Checked& checked) {
    flows::Loaded loaded = flows::load_flows(files, options_for(folder, against));
    checked.outbound_skipped = checked.outbound_skipped || loaded.outbound_skipped;
    if (against.settings) convert_settings(loaded.set, *against.settings, loaded.findings);
    for (config::Diagnostic finding : loaded.findings) {
        const bool of_flow =
            std::any_of(files.begin(), files.end(),
                        [&](const config::Source& file) { return file.name == finding.file; });
        if (of_flow && !only.empty() && finding.file != only) continue;
        if (of_flow) finding.file = shown_name(folder, finding.file);
        checked.findings.push_back(std::move(finding));
    }
    for (const config::Source& file : files)
        checked.texts[shown_name(folder, file.name)] = file.text;
    return loaded;
}

// The name of an XML text's first element; empty where it is none.
std::string_view root_of(std::string_view text) {
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("<!--")) {
            at = text.find("-->", at);
        } else if (rest.starts_with("<?") || rest.starts_with("<!")) {
            ++at;
        } else {
            const std::size_t end = rest.find_first_of(" \t\r\n/>");
            return rest.substr(1, end == std::string_view::npos ? end : end - 1);
        }
    }
    return {};
}

// Whether an .xml file that nobody named is meant for Twilio: other tools leave reports as XML
// beside the flows. What has a root near to <Response>, a verb, or none at all, is.
bool is_meant_as_document(std::string_view text) {
    const std::string_view root = root_of(text);
    if (root.empty() || twiml::find_element(root) != nullptr) return true;
    return !config::did_you_mean(root, {"Response", "response"}).empty();
}

void check_document(const std::string& path, Checked& checked) {
    const std::string text = read_file(path);
    for (const twiml::Finding& found : twiml::check_text(text)) {
        config::Diagnostic finding;
        finding.code = std::to_string(found.code);
        finding.severity = found.is_error ? config::Severity::error : config::Severity::warning;
        finding.message = found.message;
        finding.hint = found.hint;
        finding.file = path;
        finding.span.begin = config::place_at(text, found.offset);
        finding.span.end = {finding.span.begin.line, finding.span.begin.column + 1};
        checked.findings.push_back(std::move(finding));
    }
    checked.texts[path] = text;
}

bool is_below_hidden(const fs::path& path) {
    return path.filename().string().starts_with('.') && path.filename() != "." &&
           path.filename() != "..";
}

void check_folder(const fs::path& folder, const Against& against, Checked& checked) {
    const flows::Loaded loaded =
        check_flows(folder, read_flow_files(folder, checked.findings), {}, against, checked);
    check_tests(folder, loaded, checked.findings, checked.texts);
    std::error_code error;
    fs::recursive_directory_iterator each{folder, error};
    std::vector<std::string> documents;
    for (const fs::recursive_directory_iterator end; !error && each != end; each.increment(error)) {
        if (each->is_directory() && is_below_hidden(each->path())) each.disable_recursion_pending();
        if (each->is_regular_file() && each->path().extension() == ".xml" &&
            is_meant_as_document(read_file(each->path())))
            documents.push_back(each->path().lexically_normal().generic_string());
    }
    std::sort(documents.begin(), documents.end());
    for (const std::string& document : documents)
        check_document(document, checked);
}

std::optional<Configuration> check_configuration(const std::string& path, Checked& checked) {
    ConfigurationOptions options;
    options.file = path;
    options.only_looks = true;
    return read_configuration(options, checked.findings, checked.texts);
}

void check_file(const std::string& path, const Against& against, Checked& checked) {
    const fs::path file{path};
    if (file.extension() == ".xml") return check_document(path, checked);
    if (file.filename() == configuration_name) {
        (void)check_configuration(path, checked);
        return;
    }
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    config::Diagnostics of_others;
    std::vector<config::Source> files = read_flow_files(folder, of_others);
    if (path.ends_with(".test.yaml")) {
        const flows::Loaded loaded = flows::load_flows(files, against.options);
        return check_test_file(file, loaded, checked.findings, checked.texts);
    }
    const std::string name = file.filename().string();
    const bool listed = std::any_of(files.begin(), files.end(),
                                    [&](const config::Source& each) { return each.name == name; });
    if (!listed) files.push_back({name, read_file(file)});
    check_flows(folder, files, name, against, checked);
}

}  // namespace

Checked check_paths(const std::vector<std::string>& paths, const std::string& configuration,
                    const flows::LoadOptions& options) {
    Checked checked;
    Against against{.options = options, .is_named = !configuration.empty()};
    if (against.is_named) {
        if (const auto named = check_configuration(configuration, checked)) {
            against.settings = written_settings(*named);
            hold_flows_against(*named, against.options);
        }
    }
    for (const std::string& path : paths) {
        if (path == "-") {
            check_flows(".", {{"stdin", read_all(std::cin)}}, {}, against, checked);
        } else if (fs::is_directory(path)) {
            check_folder(path, against, checked);
        } else {
            check_file(path, against, checked);
        }
    }
    config::sort_findings(checked.findings);
    return checked;
}

std::optional<std::chrono::sys_days> parse_day(const std::string& text) {
    if (text.empty())
        return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const auto date =
        flows::convert(text.substr(0, 10), flows::Type{.kind = flows::TypeKind::date});
    if (!date || (text.size() > 10 && text[10] != 'T' && text[10] != ' ')) return std::nullopt;
    return std::chrono::sys_days{std::get<flows::Date>(*date).day};
}

fs::file_time_type last_change(const std::vector<std::string>& paths) {
    fs::file_time_type latest{};
    std::error_code error;
    const auto look = [&](const fs::path& path) {
        const auto changed = fs::last_write_time(path, error);
        if (!error) latest = std::max(latest, changed);
    };
    for (const std::string& path : paths) {
        if (path == "-") continue;
        look(path);
        if (!fs::is_directory(path, error)) continue;
        fs::recursive_directory_iterator each{path, error};
        for (const fs::recursive_directory_iterator end; !error && each != end;
             each.increment(error))
            look(each->path());
    }
    return latest;
}

}  // namespace server
