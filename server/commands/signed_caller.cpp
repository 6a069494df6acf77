#include "server/commands/signed_caller.hpp"

#include "twiml/form.hpp"
#include "twiml/signature.hpp"

#include <cstdlib>

namespace server {

SignedCaller::SignedCaller(std::string base_url, twiml::AuthToken token)
    : base_url_{std::move(base_url)}, token_{std::move(token)} {
    while (base_url_.ends_with('/'))
        base_url_.pop_back();
}

flows::TapeResponse SignedCaller::ask(const flows::TapeRequest& request) {
    twiml::Params form;
    for (const auto& [name, value] : request.form)
        form.add(name, value);
    const bool get = request.method == "GET";
    ClientRequest sent;
    sent.method = request.method;
    sent.url = base_url_ + request.target;
    const std::string encoded = twiml::encode_form(form.fields());
    if (get && !encoded.empty())
        sent.url += (request.target.find('?') == std::string::npos ? "?" : "&") + encoded;
    if (!get) {
        sent.body = encoded;
        sent.headers.emplace_back("Content-Type",
                                  "application/x-www-form-urlencoded; charset=UTF-8");
    }
    if (const std::string* token = request.header("i-twilio-idempotency-token"))
        sent.headers.emplace_back("I-Twilio-Idempotency-Token", *token);
    const twiml::Params none;  // of a GET everything stands in the URL
    const twiml::Params& signed_fields = get ? none : form;
    sent.headers.emplace_back("User-Agent", "TwilioProxy/1.1");
    sent.headers.emplace_back("X-Twilio-Signature", twiml::sign(sent.url, signed_fields, token_));
    const auto response = client_.send(sent);
    if (response.has_error()) return {0, {}, response.error()};
    return {response->status, response->content_type, response->body};
}

std::optional<twiml::AuthToken> token_to_sign_with(std::optional<Configuration>& configuration) {
    const char* token = std::getenv("TWILIO_AUTH_TOKEN");  // NOLINT(concurrency-mt-unsafe)
    if (token != nullptr) return twiml::AuthToken::parse(token);
    if (!configuration || !prepare_files(*configuration).empty()) return std::nullopt;
    for (const config::AccountSettings& account : configuration->settings.accounts) {
        for (const config::Secret& secret : account.auth_tokens) {
            if (secret.reveal() != unknown_secret) return twiml::AuthToken::parse(secret.reveal());
        }
    }
    return std::nullopt;
}

}  // namespace server
