#include "server/commands/common_options.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iterator>

namespace server {
namespace {

struct Flag {
    const char* name;
    const char* path;
    const char* meaning;
};
constexpr std::array<Flag, 6> flags{{
    {"--listen", "listen", "Where to listen: 0.0.0.0:8443"},
    {"--public-url", "public_url", "The URL Twilio was given: https://ivr.example.com"},
    {"--flows", "flows", "The folder of flows"},
    {"--threads", "threads", "Threads that serve; 0: one a core"},
    {"--admin-listen", "admin.listen", "Where the admin listener is: 127.0.0.1:9443"},
    {"--log-format", "log.format", "text or json"},
}};

}  // namespace

std::shared_ptr<ConfigurationOptions> add_configuration_options(CLI::App& app) {
    auto options = std::make_shared<ConfigurationOptions>();
    app.add_option("-c,--config", options->file,
                   "The configuration (default: switchboard.yaml, where there is one)");
    for (const Flag& flag : flags) {
        app.add_option_function<std::string>(
            flag.name,
            [options, &flag](const std::string& value) {
                options->flags.push_back({flag.path, value, fmt::format("flag {}", flag.name)});
            },
            flag.meaning);
    }
    return options;
}

std::shared_ptr<AdminOptions> add_admin_options(CLI::App& app) {
    auto options = std::make_shared<AdminOptions>();
    options->configuration = std::make_shared<ConfigurationOptions>();
    // Asking a server must not fail for what only serving needs.
    options->configuration->dev = true;
    options->configuration->only_looks = true;
    app.add_option("-c,--config", options->configuration->file, "The server's configuration");
    app.add_option("--admin", options->url, "Its admin listener, instead: http://127.0.0.1:9443");
    app.add_option("--token-file", options->token_file, "The file that holds its admin token");
    return options;
}

boost::system::result<ClientResponse, std::string> ask_admin(HttpClient& client,
                                                             const AdminOptions& options,
                                                             const std::string& method,
                                                             const std::string& target) {
    using Result = boost::system::result<ClientResponse, std::string>;
    const auto fail = [](std::string why) { return Result{boost::system::in_place_error, why}; };
    config::Diagnostics findings;
    Texts texts;
    const auto configuration = read_configuration(*options.configuration, findings, texts);
    if (!configuration && options.url.empty()) {
        return fail(write_findings(findings, texts, FindingsFormat::text, false));
    }
    const std::string url = options.url.empty() ? admin_url(*configuration) : options.url;
    std::string token;
    std::filesystem::path file{options.token_file};
    if (configuration && file.empty()) {
        token = configuration->settings.admin.token.reveal();
        file = configuration->folder / configuration->settings.admin.token_file;
        if (token == unknown_secret)
            return fail("admin.token cannot be read from here: give its file by --token-file");
    }
    if (token.empty()) {
        std::ifstream in{file, std::ios::binary};
        if (!in) return fail(fmt::format("the admin token in {} cannot be read", file.string()));
        token.assign(std::istreambuf_iterator<char>{in}, {});
        while (!token.empty() && (token.back() == '\n' || token.back() == '\r'))
            token.pop_back();
    }
    ClientRequest request;
    request.method = method;
    request.url = url + target;
    request.headers = {{"Authorization", "Bearer " + token}};
    Result response = client.send(request);
    if (response.has_value() && response->status == 401)
        return fail(fmt::format("{} does not know this admin token", url));
    return response;
}

}  // namespace server
