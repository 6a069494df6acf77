// An outbound call: put down at a running server, which places it once.
#include "flows/engine/phone_number.hpp"
#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"
#include "server/digest.hpp"
#include "server/hex.hpp"
#include "twiml/form.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace server {
namespace {

namespace json = boost::json;

struct PlaceOptions {
    std::shared_ptr<AdminOptions> admin{};
    std::string to{}, flow{};
    bool json = false;
};

int place(const PlaceOptions& options) {
    if (!flows::number_facts(options.to))
        return complain(exit_usage, "place", "--to is a number as E.164: +12025550123");
    const std::string id = hex(random_bytes(16));
    const std::string target =
        "/api/place?" +
        twiml::encode_form({{"to", options.to}, {"flow", options.flow}, {"id", id}});
    HttpClient client;
    const auto response = ask_admin(client, *options.admin, "POST", target);
    if (response.has_error()) {
        fmt::print(stderr, "switchboard place: {}\n", response.error());
        return exit_environment;
    }
    boost::system::error_code no_json;
    const json::value body = json::parse(response->body, no_json);
    if (no_json || !body.is_object() || !body.get_object().contains("accepted")) {
        fmt::print(stderr, "switchboard place: the server answered {}\n", response->status);
        return exit_environment;
    }
    const bool accepted = body.at("accepted").as_bool();
    if (!accepted) {
        fmt::print(stderr, "switchboard place: {}\n", std::string{body.at("why").as_string()});
        return exit_findings;
    }
    if (options.json) {
        fmt::print("{}\n", json::serialize(json::object{
                               {"request", id}, {"to", options.to}, {"flow", options.flow}}));
    } else {
        fmt::print("{} will be called, by the flow {}: request {}\n", options.to, options.flow, id);
    }
    return exit_fine;
}

}  // namespace

std::function<int()> set_up_place(CLI::App& app) {
    auto options = std::make_shared<PlaceOptions>();
    options->admin = add_admin_options(app);
    app.add_option("--to", options->to, "Whom to call, as E.164: +12025550123")->required();
    app.add_option("--flow", options->flow, "The flow, which begins at its start")->required();
    app.add_flag("--json", options->json, "The request as one object");
    return [options] { return place(*options); };
}

}  // namespace server
