// The command line: one table of subcommands, one file each.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <span>
#include <string_view>

namespace server {

// Exit codes. Contract: "Command line" in server/README.md.
inline constexpr int exit_fine = 0;
inline constexpr int exit_findings = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_environment = 3;

struct Command {
    std::string_view group;
    std::string_view name;
    std::string_view summary;
    std::string_view example;
    // Adds options to `app`; the returned function does the work and says the exit code.
    std::function<int()> (*set_up)(CLI::App& app);
};

std::span<const Command> commands();

// One file each.
std::function<int()> set_up_call(CLI::App& app);
std::function<int()> set_up_check(CLI::App& app);
std::function<int()> set_up_config_print(CLI::App& app);
std::function<int()> set_up_doctor(CLI::App& app);
std::function<int()> set_up_explain(CLI::App& app);
std::function<int()> set_up_health(CLI::App& app);
std::function<int()> set_up_hours(CLI::App& app);
std::function<int()> set_up_numbers(CLI::App& app);
std::function<int()> set_up_optout(CLI::App& app);
std::function<int()> set_up_place(CLI::App& app);
std::function<int()> set_up_record(CLI::App& app);
std::function<int()> set_up_reload(CLI::App& app);
std::function<int()> set_up_replay(CLI::App& app);
std::function<int()> set_up_serve(CLI::App& app);
std::function<int()> set_up_signature(CLI::App& app);
std::function<int()> set_up_test(CLI::App& app);

// Says on stderr what the command could not do; returns `code`, which the command ends with.
int complain(int code, std::string_view command, std::string_view why);

// Parses, runs, returns the exit code. Talk goes to stderr, data to stdout.
int run_command_line(int argc, char** argv);

}  // namespace server
