// Twilio's side of the wire without a wire: signs requests and hands them to the webhook.
#pragma once

#include "server/turn/callback_urls.hpp"
#include "server/turn/snapshot.hpp"
#include "server/turn/voice_webhook.hpp"
#include "tests/support/scripted_effects.hpp"
#include "twiml/signature.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace support {

using Fields = std::vector<std::pair<std::string, std::string>>;

inline const std::string account_sid = "AC00000000000000000000000000000001";
inline const std::string some_call = "CA00000000000000000000000000000001";

// A snapshot that serves `files` at https://ivr.example.com to the account above.
inline std::shared_ptr<const server::Snapshot>
snapshot_of(const std::vector<config::Source>& files, const std::string& token = "token",
            const server::WrittenSettings& settings = {},
            const std::string& public_url = "https://ivr.example.com") {
    config::Diagnostics findings;
    auto snapshot = std::make_shared<server::Snapshot>();
    snapshot->flows = server::load_flows(files, settings, findings);
    for (const config::Diagnostic& finding : findings)
        FAIL(config::to_text(finding, {}));
    snapshot->accounts.push_back(
        {account_sid, {*twiml::AuthToken::parse(token)}, {server::StateKey::derive(token)}});
    snapshot->open_with = snapshot->accounts.front().seal_with;
    snapshot->overrides = server::connection_overrides(snapshot->patience);
    snapshot->public_urls = server::PublicUrls{{*server::PublicUrl::parse(public_url)}, {}, false};
    return snapshot;
}

// A server of one snapshot.
struct WebhookServer {
    explicit WebhookServer(std::shared_ptr<const server::Snapshot> snapshot)
        : log{server::LogFormat::text, server::LogLevel::error}, observer{log},
          webhook{current,
                  retired,
                  {archive, effects, silent, ends, hours, messages, placed_calls},
                  observer} {
        current.set(std::move(snapshot));
    }
    server::Log log;
    server::Observer observer;
    server::CurrentSnapshot current;
    server::RetiredVersions retired;
    KeptVersions archive;
    ScriptedEffects effects;
    WrittenDown silent;
    KnownEnds ends;
    server::CurrentHours hours;
    NoNotes notes;
    server::MessagesWebhook messages{notes};
    KnownCalls placed_calls;
    server::VoiceWebhook webhook;
};

// The first value of an attribute or the text of <Redirect> in a TwiML body, unescaped.
inline std::string unescaped(std::string text) {
    for (std::size_t at; (at = text.find("&amp;")) != std::string::npos;)
        text.erase(at + 1, 4);
    return text;
}
inline std::string between(const std::string& body, const std::string& from,
                           const std::string& to) {
    const std::size_t begin = body.find(from);
    if (begin == std::string::npos) return {};
    const std::size_t end = body.find(to, begin + from.size());
    return unescaped(body.substr(begin + from.size(), end - begin - from.size()));
}
inline std::string action_of(const std::string& body) { return between(body, "action=\"", "\""); }
inline std::string redirect_of(const std::string& body) {
    return between(body, "<Redirect>", "</Redirect>");
}
inline std::string noun_url_of(const std::string& body) { return between(body, " url=\"", "\""); }

class WebhookCaller {
public:
    explicit WebhookCaller(WebhookServer& server, std::string call = some_call)
        : server_{server}, call_{std::move(call)} {}

    std::string token = "token";
    std::string origin = "https://ivr.example.com";

    // The fields of an ordinary webhook, `more` behind them.
    Fields fields(const Fields& more = {}) const {
        Fields all{{"AccountSid", account_sid},   {"CallSid", call_},
                   {"CallStatus", "in-progress"}, {"From", "+12025550123"},
                   {"To", "+12025550100"},        {"Direction", "inbound"}};
        for (const auto& added : more) {
            std::erase_if(all, [&](const auto& field) { return field.first == added.first; });
            all.push_back(added);
        }
        return all;
    }

    server::Response post(const std::string& url, const Fields& more = {}) const {
        return send(server::Method::post, "POST", url, fields(more));
    }
    server::Response get(const std::string& url, const Fields& more = {}) const {
        return send(server::Method::get, "GET", url, fields(more));
    }
    server::Response send(server::Method method, std::string_view method_text,
                          const std::string& url, const Fields& form,
                          const std::string& signature = {}) const {
        const std::string sent = url.substr(0, url.find('#'));  // a fragment is never sent
        twiml::Params params;
        for (const auto& [name, value] : form)
            params.add(name, value);
        std::string body = twiml::encode_form(params.fields());
        std::string target = sent;
        const bool is_post = method == server::Method::post;
        if (!is_post) target += (target.find('?') == std::string::npos ? "?" : "&") + body;
        const twiml::Params none;
        const std::string signed_as = !signature.empty()
                                          ? signature
                                          : twiml::sign(origin + target, is_post ? params : none,
                                                        *twiml::AuthToken::parse(token));
        server::Request request;
        request.method = method;
        request.method_text = method_text;
        request.target = target;
        request.host = "inner.example";
        if (is_post) {
            request.content_type = "application/x-www-form-urlencoded; charset=UTF-8";
            request.body = body;
            request.has_body = true;
        }
        request.twilio_signature = signed_as;
        request.twilio_signatures = 1;
        request.peer = "192.0.2.1";
        server::Response response;
        auto waiting = server_.webhook.answer(request, response);
        if (waiting) {
            boost::asio::io_context loop;
            boost::asio::co_spawn(loop, std::move(*waiting), [](const std::exception_ptr& failure) {
                if (failure) std::rethrow_exception(failure);
            });
            loop.run();
        }
        return response;
    }

private:
    WebhookServer& server_;
    std::string call_;
};

}  // namespace support
