// Files of flow tests, as people name them, with the flows they are of.
#pragma once

#include "flows/load/loader.hpp"
#include "flows/tools/flow_test.hpp"
#include "server/commands/findings_output.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace server {

// The flows of a folder.
struct TestedFlows {
    std::string folder{};  // as shown in front of their files: "flows/examples/"
    std::vector<config::Source> files{};
    flows::Loaded loaded{};
    bool whole = false;  // the folder was asked for, not only a file of tests in it
};

struct TestSuite {
    std::string shown{};  // the test file, as it was asked for
    std::string text{};
    std::shared_ptr<const TestedFlows> flows{};
    std::optional<flows::TestFile> file{};  // nothing: see the findings
};

struct TestSuites {
    std::vector<TestSuite> suites{};  // by name
    config::Diagnostics findings{};
    Texts texts{};
};

// `paths`: folders, *.test.yaml files, or flows that have one beside them. The flows of a test are
// those of the folder it stands in, or, where they need files from above, of the nearest one above
// within the path that has them all.
TestSuites find_test_suites(const std::vector<std::string>& paths, std::chrono::sys_days today);

// Findings SB901, SB902 ... of the tests below `folder` against flows that are loaded already.
void check_tests(const std::filesystem::path& folder, const flows::Loaded& loaded,
                 config::Diagnostics& findings, Texts& texts);
void check_test_file(const std::filesystem::path& file, const flows::Loaded& loaded,
                     config::Diagnostics& findings, Texts& texts);

}  // namespace server
