// Twilio's side of the wire: sends webhooks to a server, signed.
#pragma once

#include "flows/tools/tape.hpp"
#include "server/configuration.hpp"
#include "server/http/client.hpp"
#include "twiml/ids.hpp"

#include <optional>
#include <string>

namespace server {

class SignedCaller {
public:
    // `base_url`: in front of every target, and what is signed: https://localhost:8443.
    SignedCaller(std::string base_url, twiml::AuthToken token);

    // Status 0 where nobody answered; the body says why then.
    flows::TapeResponse ask(const flows::TapeRequest& request);

private:
    std::string base_url_;
    twiml::AuthToken token_;
    HttpClient client_;
};

// TWILIO_AUTH_TOKEN, else the newest token of the configuration, under --dev the one made there.
std::optional<twiml::AuthToken> token_to_sign_with(std::optional<Configuration>& configuration);

}  // namespace server
