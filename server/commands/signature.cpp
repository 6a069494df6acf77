#include "twiml/signature.hpp"

#include "server/commands/command.hpp"
#include "server/http/message.hpp"
#include "twiml/explain_refusal.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

namespace server {
namespace {

struct SignatureOptions {
    std::string url{};
    std::string body_file{};
    std::string content_type = "application/x-www-form-urlencoded";
    std::optional<std::string> check{};
    bool json = false;
};

std::optional<std::string> read_body(const std::string& path) {
    if (path.empty()) return std::string{};
    if (path == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
    std::ifstream in{path, std::ios::binary};
    if (!in) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

// An editor's line end behind a form is not part of it: Twilio sends none.
void drop_line_end(std::string& body) {
    while (body.ends_with('\n') || body.ends_with('\r'))
        body.pop_back();
}

void print(const boost::json::object& facts, bool json) {
    if (json) {
        fmt::print("{}\n", boost::json::serialize(facts));
        return;
    }
    for (const auto& [name, value] : facts)
        fmt::print("{:<10} {}\n", std::string_view{name}, std::string_view{value.as_string()});
}

int run(const SignatureOptions& options) {
    const char* secret = std::getenv("TWILIO_AUTH_TOKEN");  // NOLINT(concurrency-mt-unsafe)
    const auto token = twiml::AuthToken::parse(secret == nullptr ? "" : secret);
    if (!token) {
        fmt::print(stderr,
                   "switchboard signature: TWILIO_AUTH_TOKEN is {}: set it to the account's auth "
                   "token, without blanks or quotes\n",
                   secret == nullptr ? "not set" : "empty or holds blanks");
        return exit_environment;
    }
    std::optional<std::string> body = read_body(options.body_file);
    if (!body) {
        fmt::print(stderr, "switchboard signature: {} cannot be read\n", options.body_file);
        return exit_usage;
    }
    const bool form = is_form(options.content_type);
    twiml::Params fields;
    if (form) {
        drop_line_end(*body);
        fields.decode(*body);
    }
    // Userinfo and fragment never reach a server: what is signed is the rest.
    const std::string url = options.url.substr(0, options.url.find('#'));
    if (!options.check) {
        print({{"signature", twiml::sign(url, fields, *token)},
               {"signed", twiml::string_to_sign(url, fields)}},
              options.json);
        return exit_fine;
    }
    const twiml::SignedRequest request{url, form ? &fields : nullptr, *body,
                                       !form && !body->empty()};
    const std::span<const twiml::AuthToken> tokens{&*token, 1};
    if (twiml::signed_by(*options.check, request, tokens)) {
        print({{"result", "valid"}}, options.json);
        return exit_fine;
    }
    const twiml::Refusal refusal = twiml::explain_refusal(*options.check, request, tokens);
    print({{"result", "not valid"},
           {"cause", refusal.id},
           {"because", refusal.message},
           {"do", refusal.hint},
           {"signed", twiml::string_to_sign(url, fields)}},
          options.json);
    return exit_findings;
}

}  // namespace

std::function<int()> set_up_signature(CLI::App& app) {
    auto options = std::make_shared<SignatureOptions>();
    app.add_option("--url", options->url, "The whole URL that Twilio was given, with its query")
        ->required();
    app.add_option("--body", options->body_file, "The file that holds the raw body; - is stdin");
    app.add_option("--content-type", options->content_type, "Its Content-Type (default: a form)");
    app.add_option("--check", options->check, "The X-Twilio-Signature that came with it");
    app.add_flag("--json", options->json, "One object");
    return [options] { return run(*options); };
}

}  // namespace server
