#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace server {
namespace {

namespace json = boost::json;

std::string as_line(const json::object& finding) {
    const auto text = [&](const char* name) { return std::string{finding.at(name).as_string()}; };
    return fmt::format("{}:{}:{}: {} {}: {}\n      = {}\n", text("file"),
                       finding.at("line").to_number<int>(), finding.at("column").to_number<int>(),
                       text("severity"), text("code"), text("message"), text("hint"));
}

int reload(const AdminOptions& options, bool as_json) {
    HttpClient client{std::chrono::seconds{60}};
    const auto response = ask_admin(client, options, "POST", "/api/reload");
    if (response.has_error()) {
        fmt::print(stderr, "switchboard reload: {}\n", response.error());
        return exit_environment;
    }
    boost::system::error_code no_json;
    const json::value body = json::parse(response->body, no_json);
    if (no_json || !body.is_object() || !body.as_object().contains("accepted")) {
        fmt::print(stderr, "switchboard reload: the server answered {}\n", response->status);
        return exit_environment;
    }
    const bool accepted = body.at("accepted").as_bool();
    if (as_json) {
        fmt::print("{}", response->body);
    } else {
        for (const json::value& finding : body.at("findings").as_array())
            fmt::print("{}", as_line(finding.as_object()));
        fmt::print("{}\n", accepted ? "reloaded" : "refused: the old flows go on");
    }
    return accepted ? exit_fine : exit_findings;
}

}  // namespace

std::function<int()> set_up_reload(CLI::App& app) {
    auto options = add_admin_options(app);
    auto as_json = std::make_shared<bool>(false);
    app.add_flag("--json", *as_json, "The answer as one object");
    return [options, as_json] { return reload(*options, *as_json); };
}

}  // namespace server
