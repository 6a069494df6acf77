#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace server {
namespace {

int health(const AdminOptions& options, bool as_json) {
    HttpClient client{std::chrono::seconds{5}};
    const auto response = ask_admin(client, options, "GET", "/readyz");
    if (response.has_error()) {
        fmt::print(stderr, "switchboard health: {}\n", response.error());
        return exit_environment;
    }
    if (as_json) {
        fmt::print("{}", response->body);
    } else {
        boost::system::error_code no_json;
        const boost::json::value body = boost::json::parse(response->body, no_json);
        std::string causes;
        if (!no_json && body.is_object() && body.as_object().contains("causes")) {
            for (const auto& cause : body.at("causes").as_array())
                causes += fmt::format("\n  {}", std::string_view{cause.as_string()});
        }
        fmt::print("{}{}\n", response->status == 200 ? "ready" : "not ready:", causes);
    }
    return response->status == 200 ? exit_fine : exit_findings;
}

}  // namespace

std::function<int()> set_up_health(CLI::App& app) {
    auto options = add_admin_options(app);
    auto as_json = std::make_shared<bool>(false);
    app.add_flag("--json", *as_json, "The answer as one object");
    return [options, as_json] { return health(*options, *as_json); };
}

}  // namespace server
