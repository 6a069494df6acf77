#include "flows/tools/coverage.hpp"
#include "flows/tools/golden.hpp"
#include "flows/tools/in_process.hpp"
#include "flows/tools/junit.hpp"
#include "flows/tools/transcript.hpp"
#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"
#include "server/commands/signed_caller.hpp"
#include "server/commands/test_suites.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

namespace server {
namespace {

namespace fs = std::filesystem;

struct TestCommand {
    std::shared_ptr<ConfigurationOptions> configuration{};
    std::vector<std::string> paths{};
    std::string only{};
    std::string junit{};
    std::string to{};
    int at_least = -1;  // per cent of coverage
    bool coverage = false;
    bool update = false;
    bool now = false;
    bool json = false;
};

struct Task {
    const TestSuite* suite = nullptr;
    const flows::FlowTest* test = nullptr;
    flows::TestRun run{};
};

std::vector<Task> tasks_of(const TestSuites& suites, const std::string& only) {
    const std::string wanted = flows::folded(only);
    std::vector<Task> tasks;
    for (const TestSuite& suite : suites.suites) {
        if (!suite.file) continue;
        for (const flows::FlowTest& test : suite.file->tests) {
            if (flows::folded(test.name).find(wanted) != std::string::npos)
                tasks.push_back({&suite, &test, {}});
        }
    }
    return tasks;
}

flows::Now current_time() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

// ── running ──

void run_in_process(Task& task, bool now) {
    // Which numbers of callers may be dialled is the operator's word: a flow is tested as if all.
    const flows::FlowSet& set = task.suite->flows->loaded.set;
    flows::FlowTest test = *task.test;
    if (now) test.at = current_time();
    const flows::InProcess in_process{
        {.flows = &set, .settings = &task.suite->file->settings, .dial_rules = &flows::any_number}};
    task.run = flows::run_test(test, *task.suite->file, {&set, in_process, {}});
}

void run_all(std::vector<Task>& tasks, bool now) {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < tasks.size(); i = next++)
            run_in_process(tasks[i], now);
    };
    const std::size_t wanted = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(wanted, tasks.size()); ++i)
        others.emplace_back(work);
    work();
}

// Against a server, one after another: each call is one that it has not seen.
void run_all_to(const std::string& url, const twiml::AuthToken& token, std::vector<Task>& tasks) {
    const std::size_t host = url.find("://");
    const std::size_t path = std::min(url.find('/', host + 3), url.size());
    std::string prefix = url.substr(path);
    while (prefix.ends_with('/'))
        prefix.pop_back();
    SignedCaller caller{url.substr(0, path), token};
    const flows::Transport transport = [&caller](const flows::TapeRequest& request, flows::Now,
                                                 flows::EffectScript&) {
        return flows::Answer{.response = caller.ask(request)};
    };
    const auto begun = current_time().time_since_epoch().count();
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        Task& task = tasks[i];
        flows::FlowTest test = *task.test;
        test.at = current_time();
        test.caller.call_sid = fmt::format("CA{:016x}{:016x}", begun, i);
        task.run = flows::run_test(
            test, *task.suite->file,
            {&task.suite->flows->loaded.set, transport, {url.substr(0, path), prefix}});
    }
}

// ── golden answers ──

std::string read_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

template <class Do> void for_each_suite(std::vector<Task>& tasks, Do work) {
    for (std::size_t begin = 0; begin < tasks.size();) {
        std::size_t end = begin;
        while (end < tasks.size() && tasks[end].suite == tasks[begin].suite)
            ++end;
        work(std::span{tasks}.subspan(begin, end - begin));
        begin = end;
    }
}

void compare_golden(std::span<Task> tasks) {
    const std::string name = flows::golden_name(tasks.front().suite->shown);
    if (!fs::exists(name)) return;
    const flows::Golden golden = flows::parse_golden(read_file(name));
    for (Task& task : tasks) {
        auto failure = flows::compare_golden(golden, *task.test, task.run);
        if (!failure) continue;
        failure->expected += fs::path{name}.filename().string();
        task.run.failures.push_back(std::move(*failure));
    }
}

bool update_golden(std::span<Task> tasks) {
    const TestSuite& suite = *tasks.front().suite;
    const std::string name = flows::golden_name(suite.shown);
    const flows::Golden before = flows::parse_golden(read_file(name));
    flows::Golden now;
    for (const flows::FlowTest& test : suite.file->tests) {
        const auto run = std::ranges::find(tasks, &test, &Task::test);
        if (run != tasks.end()) {
            now.emplace_back(test.name, flows::golden_of(run->run));
        } else if (const std::string* kept = flows::find_golden(before, test.name)) {
            now.emplace_back(test.name, *kept);
        }
    }
    std::ofstream out{name, std::ios::binary | std::ios::trunc};
    out << flows::print_golden(now, fs::path{suite.shown}.filename().string());
    if (out.good()) return true;
    fmt::print(stderr, "switchboard test: {} cannot be written\n", name);
    return false;
}

// ── telling ──

flows::ShownFiles shown(const TestSuite& suite) { return {suite.shown, suite.flows->folder}; }

std::string text_of(const Task& task) {
    return flows::to_text(*task.test, task.run, task.suite->text, shown(*task.suite));
}

bool write_junit(const std::string& path, std::vector<Task>& tasks) {
    std::vector<flows::JunitSuite> suites;
    for_each_suite(tasks, [&](std::span<Task> of_suite) {
        const TestSuite& suite = *of_suite.front().suite;
        flows::JunitSuite written{suite.shown, suite.file->flow, {}};
        for (const Task& task : of_suite) {
            const auto& failures = task.run.failures;
            written.cases.push_back(
                {task.test->name, text_of(task),
                 failures.empty() ? std::string{} : "expected " + failures.front().expected});
        }
        suites.push_back(std::move(written));
    });
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0') host = {"localhost"};
    const std::string stamp = fmt::format(
        "{:%Y-%m-%dT%H:%M:%S}",
        fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << flows::to_junit(suites, stamp, host.data());
    if (out.good()) return true;
    fmt::print(stderr, "switchboard test: {} cannot be written\n", path);
    return false;
}

// Flows that are covered: all of a folder that was asked for, of a file those it tests. Each with
// the folder its files are shown in.
struct Coverage {
    std::string folder{};
    std::vector<flows::FlowCoverage> flows{};
};
std::vector<Coverage> coverage_of(const std::vector<Task>& tasks, const TestSuites& suites) {
    std::map<const TestedFlows*, flows::Taken> taken;
    for (const Task& task : tasks)
        taken[task.suite->flows.get()].add(task.run.turns);
    std::vector<Coverage> all;
    std::vector<const TestedFlows*> done;
    for (const TestSuite& suite : suites.suites) {
        const TestedFlows* flows = suite.flows.get();
        if (!suite.file || std::ranges::count(done, flows) != 0) continue;
        done.push_back(flows);
        Coverage& coverage = all.emplace_back(Coverage{flows->folder, {}});
        for (const auto& each_flow : flows->loaded.set.flows) {
            const std::string& name = each_flow.first;
            const bool is_tested = std::ranges::any_of(suites.suites, [&](const TestSuite& each) {
                return each.flows.get() == flows && each.file && each.file->flow == name;
            });
            if (flows->whole || is_tested)
                coverage.flows.push_back(flows::coverage_of(*each_flow.second, taken[flows]));
        }
    }
    return all;
}

// False: less than is asked for.
bool tell_coverage(const TestCommand& command, const std::vector<Task>& tasks,
                   const TestSuites& suites) {
    std::vector<flows::FlowCoverage> together;
    for (const Coverage& coverage : coverage_of(tasks, suites)) {
        if (command.json) {
            fmt::print("{}\n", flows::to_json(coverage.flows, coverage.folder));
        } else if (command.coverage) {
            fmt::print("{}", flows::to_text(coverage.flows, coverage.folder));
        }
        together.insert(together.end(), coverage.flows.begin(), coverage.flows.end());
    }
    const int reached = flows::percent(together);
    if (!command.json) fmt::print("coverage {} %\n", reached);
    if (reached >= command.at_least) return true;
    fmt::print(stderr, "switchboard test: coverage is {} %, and {} % is asked for\n", reached,
               command.at_least);
    return false;
}

void tell_results(const TestCommand& command, const std::vector<Task>& tasks) {
    for (const Task& task : tasks) {
        if (command.json) {
            fmt::print("{}\n", flows::to_json(*task.test, task.run, shown(*task.suite)));
        } else {
            fmt::print("{}", text_of(task));
        }
    }
    if (command.json) return;
    const auto failed =
        std::ranges::count_if(tasks, [](const Task& task) { return !task.run.failures.empty(); });
    fmt::print("{} test{}, {} passed, {} failed\n", tasks.size(), tasks.size() == 1 ? "" : "s",
               static_cast<std::ptrdiff_t>(tasks.size()) - failed, failed);
}

int nothing_to_run(const TestCommand& command, const TestSuites& suites) {
    if (suites.suites.empty()) {
        fmt::print(stderr,
                   "switchboard test: no tests found in {}: they stand beside their flow, "
                   "in *.test.yaml\n",
                   fmt::join(command.paths, ", "));
    } else {
        fmt::print(stderr, "switchboard test: no test is called \"{}\"\n", command.only);
    }
    return exit_usage;
}

int run(const TestCommand& command) {
    for (const std::string& path : command.paths) {
        if (fs::exists(path)) continue;
        fmt::print(stderr, "switchboard test: there is no \"{}\"\n", path);
        return exit_usage;
    }
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    const TestSuites suites = find_test_suites(command.paths, today);
    const bool sound = !config::has_errors(suites.findings);
    if (!suites.findings.empty()) {
        fmt::print("{}", write_findings(suites.findings, suites.texts,
                                        command.json ? FindingsFormat::json : FindingsFormat::text,
                                        wants_colour(STDOUT_FILENO)));
    }
    std::vector<Task> tasks = tasks_of(suites, command.only);
    if (tasks.empty()) return sound ? nothing_to_run(command, suites) : exit_findings;
    if (command.to.empty()) {
        run_all(tasks, command.now);
    } else {
        config::Diagnostics ignored;
        Texts texts;
        auto configuration = read_configuration(*command.configuration, ignored, texts);
        const auto token = token_to_sign_with(configuration);
        if (!token) {
            fmt::print(stderr, "switchboard test: no auth token to sign with: set "
                               "TWILIO_AUTH_TOKEN, or name the server's configuration with -c\n");
            return exit_environment;
        }
        run_all_to(command.to, *token, tasks);
    }
    const bool repeatable = command.to.empty() && !command.now;
    bool written = true;
    for_each_suite(tasks, [&](std::span<Task> of_suite) {
        if (!repeatable) return;
        if (command.update) {
            written = update_golden(of_suite) && written;
        } else {
            compare_golden(of_suite);
        }
    });
    tell_results(command, tasks);
    const bool covered =
        !(command.coverage || command.at_least >= 0) || tell_coverage(command, tasks, suites);
    if (!command.junit.empty()) written = write_junit(command.junit, tasks) && written;
    if (!written) return exit_environment;
    const bool passed =
        std::ranges::all_of(tasks, [](const Task& task) { return task.run.failures.empty(); });
    return sound && passed && covered ? exit_fine : exit_findings;
}

}  // namespace

std::function<int()> set_up_test(CLI::App& app) {
    auto command = std::make_shared<TestCommand>();
    command->configuration = std::make_shared<ConfigurationOptions>();
    command->configuration->dev = true;
    app.add_option("paths", command->paths,
                   "Folders, *.test.yaml files or flows that have one (default: this folder)");
    app.add_option("-k", command->only, "Only tests whose name holds this");
    app.add_option("--junit", command->junit, "Write the results for CI, as JUnit XML");
    app.add_flag("--coverage", command->coverage,
                 "Tell the states, outcomes, choices and languages that no test takes");
    app.add_option("--min", command->at_least, "Fail below so many per cent of coverage")
        ->check(CLI::Range(0, 100));
    app.add_flag("--update", command->update,
                 "Keep what is answered now, beside the tests, as what is expected");
    app.add_option("--to", command->to,
                   "Play them to this server, on its clock: https://localhost:8443");
    app.add_option("-c,--config", command->configuration->file,
                   "With --to: the server's configuration, for its auth token");
    app.add_flag("--now", command->now, "Every call begins now, not when its test says");
    app.add_flag("--json", command->json, "One object a test, with what was heard");
    return [command] {
        if (command->paths.empty()) command->paths = {"."};
        return run(*command);
    };
}

}  // namespace server
