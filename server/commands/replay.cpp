#include "flows/tools/in_process.hpp"
#include "flows/tools/replayer.hpp"
#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"
#include "server/commands/signed_caller.hpp"
#include "server/snapshot_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace server {
namespace {

namespace fs = std::filesystem;

struct ReplayCommand {
    std::shared_ptr<ConfigurationOptions> configuration{};
    std::vector<std::string> paths{};
    std::string to{};
    std::string flow{};
    bool update = false;
    bool chaos = false;
    bool json = false;
};

std::vector<fs::path> tapes_below(const std::vector<std::string>& paths) {
    std::vector<fs::path> tapes;
    for (const std::string& path : paths) {
        if (!fs::is_directory(path)) {
            tapes.emplace_back(path);
            continue;
        }
        for (const auto& each : fs::recursive_directory_iterator{path}) {
            if (each.is_regular_file() && each.path().extension() == ".jsonl")
                tapes.push_back(each.path());
        }
    }
    std::sort(tapes.begin(), tapes.end());
    return tapes;
}

// Every webhook twice, as Twilio may deliver it: both answers must be the same bytes.
flows::Answerer twice(flows::Answerer answer) {
    return [answer = std::move(answer)](const flows::TapeRequest& request, std::string_view at) {
        flows::Replayed first = answer(request, at);
        const flows::TapeResponse again = answer(request, at).response;
        if (first.response.status == again.status && first.response.body == again.body)
            return first;
        return flows::Replayed{{0, {}, "a duplicate of this webhook was answered otherwise"}};
    };
}

// One tape. False where something differs, or where it cannot be read or written.
bool replay_one(const fs::path& path, const ReplayCommand& command, const flows::Answerer& answer,
                const std::string& base_url) {
    std::ifstream in{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in) {
        fmt::print(stderr, "switchboard replay: {} cannot be read\n", path.string());
        return false;
    }
    const auto tape = flows::parse_tape(path.string(), text);
    if (tape.has_error()) {
        fmt::print(
            stderr, "{}",
            write_findings(tape.error(), {{path.string(), text}}, FindingsFormat::text, false));
        return false;
    }
    const flows::ReplayReport report =
        flows::replay(*tape, answer, {.flow = command.flow, .base_url = base_url});
    fmt::print("{}{}", command.json ? flows::to_json(report) : flows::to_text(report),
               command.json ? "\n" : "");
    std::fflush(stdout);
    if (!command.update) return report.differences() == 0;
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << flows::print_tape(flows::updated(*tape, report));
    return out.good();
}

int run(const ReplayCommand& command) {
    for (const std::string& path : command.paths) {
        if (fs::exists(path)) continue;
        fmt::print(stderr, "switchboard replay: there is no \"{}\"\n", path);
        return exit_usage;
    }
    config::Diagnostics findings;
    Texts texts;
    auto configuration = read_configuration(*command.configuration, findings, texts);
    std::shared_ptr<const Snapshot> snapshot;
    flows::Answerer answer;
    std::string base_url = "https://ivr.example.com";
    std::unique_ptr<SignedCaller> caller;
    if (!command.to.empty()) {
        base_url = command.to;
        const auto token = token_to_sign_with(configuration);
        if (!token) {
            fmt::print(stderr, "switchboard replay: no auth token to sign with: set "
                               "TWILIO_AUTH_TOKEN, or name the server's configuration with -c\n");
            return exit_environment;
        }
        caller = std::make_unique<SignedCaller>(command.to, *token);
        answer = [&caller](const flows::TapeRequest& request, std::string_view) {
            return flows::Replayed{caller->ask(request)};
        };
    } else {
        if (configuration) snapshot = build_flows_only(*configuration, findings, texts);
        if (!snapshot) {
            fmt::print(stderr, "{}", write_findings(findings, texts, FindingsFormat::text, false));
            return exit_findings;
        }
        const flows::InProcess in_process{{.flows = &snapshot->flows->set,
                                           .settings = &snapshot->flows->settings,
                                           .dial_rules = &snapshot->dial_rules,
                                           .now = std::chrono::floor<std::chrono::milliseconds>(
                                               std::chrono::system_clock::now())}};
        answer = in_process;
    }
    if (command.chaos) answer = twice(std::move(answer));
    const std::vector<fs::path> tapes = tapes_below(command.paths);
    const auto differing = std::count_if(tapes.begin(), tapes.end(), [&](const fs::path& tape) {
        return !replay_one(tape, command, answer, base_url);
    });
    if (!command.json)
        fmt::print(stderr, "{} of {} tapes as recorded\n",
                   static_cast<std::ptrdiff_t>(tapes.size()) - differing, tapes.size());
    return differing == 0 ? exit_fine : exit_findings;
}

}  // namespace

std::function<int()> set_up_replay(CLI::App& app) {
    auto command = std::make_shared<ReplayCommand>();
    command->configuration = add_configuration_options(app);
    command->configuration->dev = true;  // nothing is served: no account is needed
    command->configuration->only_looks = true;
    app.add_option("tapes", command->paths, "Tapes, or folders of them (.jsonl)")->required();
    app.add_option("--to", command->to,
                   "Send them to this server: https://localhost:8443 (default: in this process)");
    app.add_option("--flow", command->flow, "Play them against this flow");
    app.add_flag("--update", command->update, "Keep what is answered now as what is expected");
    app.add_flag("--chaos", command->chaos, "Send every webhook twice: both answers must be equal");
    app.add_flag("--json", command->json, "One object a tape");
    return [command] { return run(*command); };
}

}  // namespace server
