#include "server/commands/check_paths.hpp"
#include "server/commands/command.hpp"
#include "server/commands/findings_output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace server {
namespace {

struct CheckOptions {
    std::vector<std::string> paths{};
    std::string configuration{};
    std::string at{};
    std::string format = "text";
    bool strict = false;
    bool watch = false;
};

int check_once(const CheckOptions& options, FindingsFormat format, std::chrono::sys_days today) {
    const Checked checked = check_paths(options.paths, options.configuration,
                                        {.today = today, .strict = options.strict});
    const std::string text =
        write_findings(checked.findings, checked.texts, format, wants_colour(STDOUT_FILENO));
    fmt::print("{}", text);
    std::fflush(stdout);
    if (checked.outbound_skipped) {
        fmt::print(
            stderr,
            "switchboard check: note: whether hosts may be asked and numbers dialled "
            "(SB805, SB806) was skipped; it needs a configuration without errors: -c FILE\n");
    }
    return fails(checked.findings, options.strict) ? exit_findings : exit_fine;
}

int run(const CheckOptions& options) {
    const auto format = parse_findings_format(options.format);
    if (!format) {
        fmt::print(stderr,
                   "switchboard check: --format is text, json, sarif or github, not \"{}\"\n",
                   options.format);
        return exit_usage;
    }
    const auto today = parse_day(options.at);
    if (!today) {
        fmt::print(stderr, "switchboard check: --at is a day or a time: 2026-11-24, not \"{}\"\n",
                   options.at);
        return exit_usage;
    }
    for (const std::string& path : options.paths) {
        if (path == "-" || std::filesystem::exists(path)) continue;
        fmt::print(stderr, "switchboard check: there is no \"{}\"\n", path);
        return exit_usage;
    }
    if (const int result = check_once(options, *format, *today); !options.watch) return result;
    for (auto seen = last_change(options.paths);;) {
        std::this_thread::sleep_for(std::chrono::milliseconds{500});
        const auto now = last_change(options.paths);
        if (now == seen) continue;
        seen = now;
        check_once(options, *format, *today);
    }
}

}  // namespace

std::function<int()> set_up_check(CLI::App& app) {
    auto options = std::make_shared<CheckOptions>();
    app.add_option("paths", options->paths,
                   "Flow files, .xml documents or folders; - is stdin (default: this folder)");
    app.add_option("-c,--config", options->configuration,
                   "The configuration: checked too, and needed for what depends on it");
    app.add_option("--at", options->at, "The day to check for (default: today)");
    app.add_option("--format", options->format, "text, json, sarif or github");
    app.add_flag("--strict", options->strict, "Notes count as findings too");
    app.add_flag("--watch", options->watch, "Check again whenever a file changes");
    return [options] {
        if (options->paths.empty()) options->paths = {"."};
        return run(*options);
    };
}

}  // namespace server
