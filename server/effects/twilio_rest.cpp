#include "server/effects/twilio_rest.hpp"

#include "server/awaitable.hpp"
#include "server/effects/trace_id.hpp"
#include "twiml/base64url.hpp"
#include "twiml/form.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

// RFC 7617 wants the other alphabet of base64, with its padding.
std::string base64(std::string_view text) {
    std::string result;
    twiml::append_base64url(text, result);
    std::ranges::replace(result, '-', '+');
    std::ranges::replace(result, '_', '/');
    result.resize((result.size() + 3) / 4 * 4, '=');
    return result;
}

std::string basic(const config::AccountSettings& account) {
    const bool has_key = !account.api_key_sid.empty();
    const std::string& user = has_key ? account.api_key_sid : account.sid;
    const config::Secret empty;
    const config::Secret& secret = has_key                       ? account.api_key_secret
                                   : account.auth_tokens.empty() ? empty
                                                                 : account.auth_tokens.front();
    return "Basic " + base64(user + ":" + secret.reveal());
}

std::string encoded(const TwilioRest::Form& form) {
    std::vector<twiml::Param> fields;
    fields.reserve(form.size());
    for (const auto& [name, value] : form)
        fields.push_back({.name = name, .value = value});
    return twiml::encode_form(fields);
}

}  // namespace

TwilioRest::TwilioRest(OutboundClient& client, const config::AccountSettings& account,
                       const config::Settings::Twilio& urls, TwilioRules rules)
    : client_{client}, rules_{std::move(rules)}, account_sid_{account.sid},
      authorization_{basic(account)}, api_url_{urls.api_url}, verify_url_{urls.verify_url},
      accounts_url_{urls.accounts_url}, verify_service_{account.verify_service},
      limit_{rules_.most_at_once}, turnstile_{rules_.most_at_once} {
    if (!rules_.chance) rules_.chance = system_chance();
    if (!rules_.now) rules_.now = [] { return Clock::now(); };
}

std::string TwilioRest::account_url(std::string_view resource) const {
    return fmt::format("{}/2010-04-01/Accounts/{}/{}", api_url_, account_sid_, resource);
}

std::string TwilioRest::verify_url(std::string_view resource) const {
    return fmt::format("{}/v2/{}", verify_url_, resource);
}

std::string TwilioRest::verify_service_url(std::string_view resource) const {
    return fmt::format("{}/v2/Services/{}/{}", verify_url_, verify_service_, resource);
}

std::string TwilioRest::accounts_url(std::string_view resource) const {
    return fmt::format("{}/v1/{}", accounts_url_, resource);
}

bool TwilioRest::is_broken() const { return rules_.now() < broken_until_; }

net::awaitable<TwilioRest::Reply> TwilioRest::send(Request request) {
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer{executor};
    for (int attempt_number = 1;; ++attempt_number) {
        Reply reply = co_await attempt(request);
        RestStep& step = reply.verdict.step;
        if (step == RestStep::use_template || step == RestStep::deliver) co_return reply;
        const bool is_worth_it = step == RestStep::retry || step == RestStep::slow_down;
        step = RestStep::deliver;
        if (!is_worth_it) co_return reply;
        const auto remaining =
            std::chrono::floor<std::chrono::milliseconds>(request.deadline - Clock::now());
        const auto delay = delay_before_next(rules_.retry, attempt_number, rules_.chance(),
                                             remaining, reply.verdict.retry_after);
        if (!delay) co_return reply;
        timer.expires_after(*delay);
        co_await timer.async_wait(quietly);
    }
}

net::awaitable<TwilioRest::Reply> TwilioRest::attempt(const Request& request) {
    if (is_broken())
        co_return Reply{.verdict = {.reason = "Twilio refused the account's credentials a moment "
                                              "ago, and is not asked for a while"}};
    const bool is_let_in = co_await turnstile_.enter(request.deadline);
    if (!is_let_in)
        co_return Reply{.verdict = {.reason = "too many requests to Twilio are under way"}};
    const Pass pass{turnstile_};
    // The breaker may have opened while this one stood in line.
    if (is_broken()) co_return Reply{.verdict = {.reason = "Twilio refused the credentials"}};

    OutboundRequest outbound{
        .method = request.method,
        .url = request.url,
        .headers = {{"Authorization", authorization_}, {"Accept", "application/json"}},
        .trace_id = trace_id_of(request.call_sid),
        .deadline = request.deadline};
    if (request.method == "POST") {
        outbound.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        outbound.body = encoded(request.form);
    }
    const auto began = Clock::now();
    OutboundResult result = co_await client_.send(std::move(outbound));
    Reply reply{.verdict = judge(result)};
    if (result) reply.body = std::move(result->body);
    learn(reply.verdict, began);
    co_return reply;
}

void TwilioRest::learn(const RestVerdict& verdict, Clock::time_point began) {
    if (verdict.step == RestStep::break_circuit) broken_until_ = rules_.now() + rules_.break_for;
    if (verdict.step == RestStep::slow_down)
        limit_.refused(began, Clock::now());
    else if (verdict.status != 0)
        limit_.succeeded();
    turnstile_.set_limit(limit_.now());
}

}  // namespace server
