#include "server/commands/command.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>

namespace server {
namespace {

const std::array<Command, 16> table{{
    {"design", "check", "Find what is wrong in flows, TwiML documents and the configuration",
     "switchboard check flows --format json", set_up_check},
    {"design", "explain", "Why a finding is one, with a bad and a good example; or a step",
     "switchboard explain SB305", set_up_explain},
    {"try", "call", "Call a flow: a telephone in the terminal",
     "switchboard call flows/examples/main.yaml --at 10:00", set_up_call},
    {"try", "test", "Play the tests beside flows, and tell what no test takes",
     "switchboard test flows --coverage --min 90", set_up_test},
    {"try", "record", "Write the calls of a running server to tapes",
     "switchboard record --out tapes", set_up_record},
    {"try", "replay", "Play tapes again and compare what is answered",
     "switchboard replay tests/tapes --to https://localhost:8443", set_up_replay},
    {"try", "signature", "Sign a webhook, or say why a signature is refused",
     "switchboard signature --url https://ivr.example.com/voice/acme --body form.txt",
     set_up_signature},
    {"run", "serve", "Answer Twilio's webhooks", "switchboard serve -c switchboard.yaml",
     set_up_serve},
    {"run", "reload", "Make a running server read its files again", "switchboard reload",
     set_up_reload},
    {"run", "health", "Ask a running server how it is", "switchboard health --json", set_up_health},
    {"run", "config", "Show the configuration that is in force, and where it comes from",
     "switchboard config print", set_up_config_print},
    {"run", "doctor", "Look at all that a call needs: certificate, signature, numbers, senders",
     "switchboard doctor -c switchboard.yaml", set_up_doctor},
    {"run", "numbers", "Where the accounts' numbers point: list, set, undo",
     "switchboard numbers set +12025550100 --flow acme --dry-run", set_up_numbers},
    {"watch", "place", "Place a call that runs a flow, by a running server",
     "switchboard place --to +12025550123 --flow reminder", set_up_place},
    {"people", "optout", "Who wants no texts: list, add, remove, import",
     "switchboard optout import list.csv", set_up_optout},
    {"people", "hours", "Open or close the hours of a flow until then, whatever it says",
     "switchboard hours acme office closed --until 15:00", set_up_hours},
}};

}  // namespace

std::span<const Command> commands() { return table; }

int complain(int code, std::string_view command, std::string_view why) {
    fmt::print(stderr, "switchboard {}: {}\n", command, why);
    return code;
}

int run_command_line(int argc, char** argv) {
    CLI::App app{"Phone menus as YAML, served to Twilio as TwiML", "switchboard"};
    app.set_version_flag("--version", std::string{"switchboard "} + SWITCHBOARD_VERSION);
    app.require_subcommand(1);
    std::function<int()> chosen;
    for (const Command& command : table) {
        CLI::App* sub = app.add_subcommand(std::string{command.name}, std::string{command.summary});
        sub->group(std::string{command.group});
        sub->footer(fmt::format("Example: {}", command.example));
        sub->callback([&chosen, run = command.set_up(*sub)] { chosen = run; });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_fine : exit_usage;
    }
    try {
        return chosen();
    } catch (const std::exception& error) {
        fmt::print(stderr, "switchboard: {}\n", error.what());
        return exit_environment;
    }
}

}  // namespace server
