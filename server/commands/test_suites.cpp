#include "server/commands/test_suites.hpp"

#include "config/yaml_reader.hpp"
#include "server/flow_library.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view test_ending = ".test.yaml";

std::string read_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

bool is_test_file(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.ends_with(test_ending) && !name.starts_with('.');
}

std::vector<fs::path> test_files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator each{folder, error};
    for (const fs::recursive_directory_iterator end; !error && each != end; each.increment(error)) {
        const std::string name = each->path().filename().string();
        if (each->is_directory() && name.starts_with('.')) each.disable_recursion_pending();
        if (each->is_regular_file() && is_test_file(each->path())) files.push_back(each->path());
    }
    return files;
}

// "flows/examples/", or nothing for the current folder.
std::string shown_folder(const fs::path& folder) {
    const std::string name = folder.lexically_normal().generic_string();
    if (name.empty() || name == "." || name == "./") return {};
    return name.ends_with('/') ? name : name + '/';
}

std::string shown_file(const fs::path& file) { return file.lexically_normal().generic_string(); }

std::string flow_named_in(const config::Source& tests) {
    config::Diagnostics ignored;
    const auto document = config::read_yaml(tests, ignored);
    const config::YamlNode* flow =
        document && document->root.is_map() ? document->root.find("flow") : nullptr;
    return flow != nullptr ? flow->text : std::string{};
}

class Finder {
public:
    explicit Finder(std::chrono::sys_days today) : today_{today} {}

    void add(const std::string& path) {
        const fs::path asked{path};
        if (fs::is_directory(asked)) {
            for (const fs::path& file : test_files_below(asked))
                add_file(file, asked, true);
        } else if (is_test_file(asked)) {
            add_file(asked, asked.parent_path().parent_path(), false);
        } else {
            fs::path beside = asked;
            beside.replace_extension(".test.yaml");
            if (fs::exists(beside)) add_file(beside, asked.parent_path().parent_path(), false);
        }
    }

    TestSuites finish() {
        std::ranges::sort(found_.suites, {}, &TestSuite::shown);
        config::sort_findings(found_.findings);
        return std::move(found_);
    }

private:
    void add_file(const fs::path& file, const fs::path& top, bool whole) {
        TestSuite suite;
        suite.shown = shown_file(file);
        const auto is_it = [&](const TestSuite& other) { return other.shown == suite.shown; };
        if (std::ranges::any_of(found_.suites, is_it)) return;
        suite.text = read_file(file);
        const config::Source source{suite.shown, suite.text};
        const std::string flow = flow_named_in(source);
        suite.flows = flows_for(flow, file.parent_path(), top, whole);
        const bool has_errors = config::has_errors(suite.flows->loaded.findings);
        suite.file =
            flows::read_tests(source, suite.flows->loaded.set, has_errors, found_.findings);
        if (!suite.file && suite.flows->loaded.set.find(flow) == nullptr) tell_of(*suite.flows);
        found_.texts[suite.shown] = suite.text;
        found_.suites.push_back(std::move(suite));
    }

    std::shared_ptr<const TestedFlows> flows_for(const std::string& flow, const fs::path& beside,
                                                 const fs::path& top, bool whole) {
        auto nearest = flows_in(beside, whole);
        if (nearest->loaded.set.find(flow) != nullptr) return nearest;
        const fs::path end = top.lexically_normal();
        fs::path folder = beside.lexically_normal();
        while (folder != end && folder.has_parent_path() && folder != folder.parent_path()) {
            folder = folder.parent_path();
            auto flows = flows_in(folder, whole);
            if (flows->loaded.set.find(flow) != nullptr) return flows;
        }
        return nearest;
    }

    std::shared_ptr<const TestedFlows> flows_in(const fs::path& folder, bool whole) {
        const fs::path where = folder.empty() ? fs::path{"."} : folder;
        auto& known = known_[where.lexically_normal()];
        if (known) return known;
        auto flows = std::make_shared<TestedFlows>();
        flows->folder = shown_folder(where);
        flows->whole = whole;
        config::Diagnostics findings;
        flows->files = read_flow_files(where, findings);
        flows->loaded = flows::load_flows(flows->files, {.today = today_});
        known = flows;
        return known;
    }

    // Why the flow of some tests could not be loaded: errors alone, each folder once.
    void tell_of(const TestedFlows& flows) {
        if (std::ranges::count(told_, flows.folder) != 0) return;
        told_.push_back(flows.folder);
        for (config::Diagnostic finding : flows.loaded.findings) {
            if (finding.severity != config::Severity::error) continue;
            finding.file = flows.folder + finding.file;
            found_.findings.push_back(std::move(finding));
        }
        for (const config::Source& file : flows.files)
            found_.texts[flows.folder + file.name] = file.text;
    }

    std::chrono::sys_days today_;
    TestSuites found_{};
    std::map<fs::path, std::shared_ptr<const TestedFlows>> known_{};
    std::vector<std::string> told_{};
};

}  // namespace

TestSuites find_test_suites(const std::vector<std::string>& paths, std::chrono::sys_days today) {
    Finder finder{today};
    for (const std::string& path : paths)
        finder.add(path);
    return finder.finish();
}

void check_test_file(const fs::path& file, const flows::Loaded& loaded,
                     config::Diagnostics& findings, Texts& texts) {
    const std::string shown = shown_file(file);
    const std::string text = read_file(file);
    (void)flows::read_tests({shown, text}, loaded.set, config::has_errors(loaded.findings),
                            findings);
    texts[shown] = text;
}

void check_tests(const fs::path& folder, const flows::Loaded& loaded, config::Diagnostics& findings,
                 Texts& texts) {
    for (const fs::path& file : test_files_below(folder))
        check_test_file(file, loaded, findings, texts);
}

}  // namespace server
