#include "tests/server/effects/twilio_double.hpp"

#include <fmt/format.h>

namespace server::testing {
namespace {

std::string sid(std::string_view kind, int number) {
    return fmt::format("{}{:032x}", kind, number);
}

}  // namespace

Answer error(int status, int code, std::string headers) {
    return {.status = status,
            .body = fmt::format(R"({{"code": {}, "message": "m", "status": {}}})", code, status),
            .headers = std::move(headers)};
}

TwilioDouble::TwilioDouble(net::io_context& loop)
    : server_{loop, [this](const Heard& request) { return carry_out(request); }} {}

// As much of Twilio's answers as is read. Source: its OpenAPI files.
Answer TwilioDouble::carry_out(const Heard& request) {
    const std::string_view path =
        std::string_view{request.target}.substr(0, request.target.find('?'));
    const auto is = [&](std::string_view method, std::string_view end) {
        return request.method == method && path.ends_with(end);
    };
    if (is("POST", "/Messages.json"))
        return {.status = 201,
                .body = fmt::format(R"({{"sid": "{}", "status": "queued", "num_segments": "2"}})",
                                    sid("SM", ++messages_))};
    if (is("POST", "/Calls.json"))
        return {.status = 201, .body = fmt::format(R"({{"sid": "{}"}})", sid("CA", ++calls_))};
    if (is("POST", "/Verifications")) {
        ++codes_sent_;
        return {.status = 201,
                .body = fmt::format(R"({{"sid": "{}", "status": "pending", "valid": false}})",
                                    sid("VE", 1))};
    }
    if (is("POST", "/VerificationCheck")) return check(request);
    if (is("GET", "/v2/Attempts"))
        return {.status = 200,
                .body = fmt::format(R"({{"attempts": [{{"conversion_status": "{}"}}]}})",
                                    is_approved_ ? "converted" : "unconverted")};
    return error(404, 20404);
}

Answer TwilioDouble::check(const Heard& request) {
    if (is_approved_) return error(404, 20404);
    is_approved_ = request.field("Code") == right_code;
    return {.status = 200,
            .body = fmt::format(R"({{"sid": "{}", "status": "{}", "valid": {}}})", sid("VE", 1),
                                is_approved_ ? "approved" : "pending", is_approved_)};
}

TwilioWorld::TwilioWorld(TwilioRules rules) {
    if (!rules.chance) rules.chance = [] { return 0.0; };
    rules.now = [this] { return now; };
    const std::string url = twilio.server().url();
    const std::vector<std::string> urls{url};
    client =
        *OutboundClient::make(names, OutboundOptions{.policy = HostPolicy::trusting(urls),
                                                     .ca_file = twilio.server().certificate()});
    config::AccountSettings account;
    account.sid = account_sid;
    account.auth_tokens.emplace_back("newest");
    account.auth_tokens.emplace_back("older");
    account.verify_service = service_sid;
    rest = std::make_unique<TwilioRest>(
        *client, account,
        config::Settings::Twilio{.api_url = url, .verify_url = url, .accounts_url = url},
        std::move(rules));
}

twiml::E164 number(std::string_view text) { return *twiml::E164::parse(text); }

}  // namespace server::testing
