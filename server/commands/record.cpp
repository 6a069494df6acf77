#include "flows/tools/tape.hpp"
#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

namespace server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct RecordOptions {
    std::shared_ptr<AdminOptions> admin{};
    std::string out{};
    std::string call{};
    bool raw = false;
    bool once = false;
};

std::atomic<bool> interrupted{false};
void interrupt(int) { interrupted = true; }

// A tape a call, written on as the call goes on.
class Tapes {
public:
    Tapes(fs::path folder, bool raw) : folder_{std::move(folder)}, raw_{raw} {}

    // False where the file cannot be written.
    bool add(const std::string& call, const json::value& line) {
        const std::string name = call.empty() ? "no-call" : call;
        const auto tape = flows::parse_tape(name, json::serialize(line));
        if (tape.has_error()) return true;  // not an exchange: nothing to keep
        std::ofstream file{folder_ / (name + ".jsonl"), std::ios::binary | std::ios::app};
        for (const flows::Exchange& exchange : tape->exchanges) {
            const flows::Exchange kept =
                raw_ ? flows::without_secrets(exchange) : maskers_[call].mask(exchange);
            file << flows::print_exchange(kept);
            if (!exchanges_[call]++) fmt::print("{}\n", (folder_ / (name + ".jsonl")).string());
        }
        std::fflush(stdout);
        return file.good();
    }

private:
    fs::path folder_;
    bool raw_;
    std::map<std::string, flows::Masker> maskers_;
    std::map<std::string, std::size_t> exchanges_;
};

int record(const RecordOptions& options) {
    const fs::path folder{options.out};
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder)) {
        fmt::print(stderr, "switchboard record: {} is no folder that can be made: {}\n",
                   options.out, error.message());
        return exit_environment;
    }
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    Tapes tapes{folder, options.raw};
    HttpClient client;
    std::uint64_t after = 0;
    bool first = true;
    while (!interrupted) {
        const std::string target =
            fmt::format("/api/exchanges?after={}&call={}", after, options.call);
        const auto response = ask_admin(client, *options.admin, "GET", target);
        boost::system::error_code no_json;
        const json::value body =
            response.has_value() ? json::parse(response->body, no_json) : nullptr;
        if (response.has_error() || no_json || !body.is_object()) {
            fmt::print(stderr, "switchboard record: {}\n",
                       response.has_error() ? response.error() : "the server gave no exchanges");
            return exit_environment;
        }
        for (const json::value& each : body.at("exchanges").as_array()) {
            if (!tapes.add(std::string{each.at("call").as_string()}, each.at("exchange"))) {
                fmt::print(stderr, "switchboard record: {} cannot be written\n", options.out);
                return exit_environment;
            }
        }
        after = body.at("last").to_number<std::uint64_t>();
        if (options.once) {
            if (body.at("exchanges").as_array().empty())
                fmt::print(stderr, "nothing is recorded: a server keeps exchanges only while "
                                   "somebody records\n");
            break;
        }
        if (first) {
            fmt::print(stderr, "recording; stop with Ctrl-C\n");
            first = false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{200});
    }
    return exit_fine;
}

}  // namespace

std::function<int()> set_up_record(CLI::App& app) {
    auto options = std::make_shared<RecordOptions>();
    options->admin = add_admin_options(app);
    app.add_option("--out", options->out, "The folder that gets a tape a call")->required();
    app.add_option("--call", options->call, "Only this CallSid");
    app.add_flag("--raw", options->raw, "Leave telephone numbers as they are");
    app.add_flag("--once", options->once, "Take what a recording that runs holds by now, and stop");
    return [options] { return record(*options); };
}

}  // namespace server
