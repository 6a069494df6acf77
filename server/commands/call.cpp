#include "flows/engine/hours.hpp"
#include "flows/tools/moments.hpp"
#include "server/commands/call_session.hpp"
#include "server/commands/command.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>

namespace server {
namespace {

struct CallCommand {
    CallTarget target{};
    std::vector<std::string> set{};
    std::string at{};
    std::string from{}, to{};
    std::optional<std::string> script{};
    bool speak = false;
    bool json = false;
};

int usage(std::string_view message) {
    fmt::print(stderr, "switchboard call: {}\n", message);
    return exit_usage;
}

int terminal_columns() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    constexpr int widest = 110;  // longer lines are hard to read
    return size.ws_col == 0 ? 80 : std::min(static_cast<int>(size.ws_col), widest);
}

// False where one is no name=value.
bool read_set(CallCommand& command) {
    for (const std::string& each : command.set) {
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos || equals == 0) return false;
        command.target.set[each.substr(0, equals)] = each.substr(equals + 1);
    }
    return true;
}

std::optional<flows::CallBegins> beginning(const CallCommand& command, const flows::Flow& flow) {
    flows::CallBegins begins;
    begins.target = fmt::format("/voice/{}", flow.name);
    if (!command.from.empty()) begins.caller.from = command.from;
    if (!command.to.empty()) begins.caller.to = command.to;
    const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
    const auto at = command.at.empty() ? std::optional<flows::Now>{now}
                                       : flows::read_moment(command.at, flows::zone_of(flow), now);
    if (!at) return std::nullopt;
    begins.at = *at;
    return begins;
}

int run(CallCommand& command) {
    if (!read_set(command))
        return usage("--set wants a name and a value: --set counter=+12025550130");
    flows::Acts script;
    if (command.script) {
        auto read = flows::read_script(*command.script);
        if (auto* misread = std::get_if<flows::Misread>(&read)) {
            return usage("--script: " + misread->why);
        }
        script = std::get<flows::Acts>(std::move(read));
    }
    config::Diagnostics findings;
    Texts texts;
    auto found = find_call_world(command.target, findings, texts);
    if (!findings.empty()) {
        fmt::print(
            stderr, "{}",
            write_findings(findings, texts, FindingsFormat::text, wants_colour(STDERR_FILENO)));
    }
    if (const auto* none = std::get_if<NoCallWorld>(&found)) {
        fmt::print(stderr, "switchboard call: {}\n", none->message);
        return none->exit;
    }
    const auto& world = *std::get<std::unique_ptr<const CallWorld>>(found);
    const auto begins = beginning(command, *world.flow);
    if (!begins) {
        return usage(fmt::format("--at is a moment, 2026-11-24T10:00, or a time, 10:00, not \"{}\"",
                                 command.at));
    }
    if (command.speak) {
        if (const auto why_not = Speaker::why_not()) {
            fmt::print(stderr, "switchboard call: {}\n", *why_not);
            return exit_environment;
        }
    }
    for (const std::string& made_up : world.stand_ins) {
        fmt::print(stderr, "no value in a configuration: {} (--set {}=…)\n", made_up,
                   made_up.substr(0, made_up.find(' ')));
    }
    LineEditor lines;
    CallViewOptions options{.set = &world.set,
                            .flow = world.flow,
                            .colour = wants_colour(STDOUT_FILENO),
                            .columns = terminal_columns(),
                            .helpful = lines.is_terminal() && !command.script};
    const auto view = command.json ? json_view(options) : text_view(options);
    const auto speaker = command.speak ? std::make_unique<Speaker>() : nullptr;
    CallSession session{world, *begins, *view, speaker.get()};
    return command.script ? session.play(script) : session.converse(lines);
}

}  // namespace

std::function<int()> set_up_call(CLI::App& app) {
    auto command = std::make_shared<CallCommand>();
    app.add_option("flow", command->target.flow,
                   "A flow's name or file (default: the only one, or main)");
    app.add_option("-c,--config", command->target.configuration,
                   "The configuration: its flows and settings (default: ./switchboard.yaml, else "
                   "the one beside the flow)");
    app.add_option("--set", command->set, "A setting of the flow: --set counter=+12025550130");
    app.add_option("--at", command->at,
                   "When: 2026-11-24T10:00, 2026-11-24T10:00-05:00 or 10:00, in the zone of the "
                   "flow's hours (default: now)");
    app.add_option("--from", command->from, "Who calls (default: +12025550123)");
    app.add_option("--to", command->to, "The number that is called");
    app.add_option("--script", command->script,
                   "What the caller does, for CI: keys, wait, \"speech\", h; answered, busy, "
                   "no_answer, declined, failed; 12s for a message. Exit 1 where something does "
                   "not fit, goes on behind the end, or the call breaks off");
    app.add_flag("--speak", command->speak, "Say the words aloud, by espeak-ng");
    app.add_flag("--json", command->json, "One object a line");
    return [command] { return run(*command); };
}

}  // namespace server
