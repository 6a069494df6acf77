#include "server/turn/refusal.hpp"

#include "twiml/explain_refusal.hpp"

#include <fmt/format.h>

#include <atomic>

namespace server {
namespace {

bool is_form_body(const Request& request) {
    return is_form(request.content_type) || (request.content_type.empty() && request.body.empty());
}

// The query without the token, which no tape may hold.
std::string without_token(std::string_view path, std::string_view query) {
    std::string target{path};
    char joint = '?';
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view field = query.substr(0, end);
        if (!field.empty() && !field.starts_with("s=") && !field.starts_with("r=")) {
            target += joint;
            target += field;
            joint = '&';
        }
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return target;
}

constexpr int explanations_a_second = 5;

bool may_explain() {
    static std::atomic<std::int64_t> second{0};
    static std::atomic<int> used{0};
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::steady_clock::now().time_since_epoch())
                         .count();
    if (second.exchange(now) != now) used = 0;
    return used.fetch_add(1) < explanations_a_second;
}

// Under which URLs the request may have been sent instead: for an explanation only.
std::vector<std::string> other_urls(const Request& request,
                                    const std::vector<UrlCandidate>& candidates) {
    std::vector<std::string> urls;
    for (std::size_t i = 1; i < candidates.size(); ++i)
        urls.push_back(candidates[i].url);
    for (const std::string_view host : {request.host, request.forwarded_host}) {
        if (host.empty()) continue;
        for (const std::string_view scheme : {"https://", "http://"})
            urls.push_back(fmt::format("{}{}{}", scheme, host, origin_form(request.target)));
    }
    return urls;
}

bool is_callers_input(std::string_view name) {
    return name == "Digits" || name == "SpeechResult" || name == "UnstableSpeechResult" ||
           name == "StableSpeechResult";
}

}  // namespace

bool is_form_request(const Request& request) {
    return request.method != Method::get && request.method != Method::head && is_form_body(request);
}

void refuse_unsigned(const Snapshot& snapshot, const Request& request, const twiml::Params& params,
                     bool is_form, Response& response, TurnRecord& record) {
    answer_text(response, 403, "forbidden\n");
    record.reason = request.twilio_signatures == 0  ? "unsigned"
                    : request.twilio_signatures > 1 ? "signed-twice"
                                                    : "bad-signature";
    if (request.twilio_signatures != 1 || !may_explain()) return;
    std::vector<UrlCandidate> candidates;
    snapshot.public_urls.candidates(request, candidates);
    if (candidates.empty()) {
        record.detail = "no public_url, and no trusted proxy told one";
        return;
    }
    std::vector<twiml::AuthToken> tokens;
    for (const Account& account : snapshot.accounts)
        tokens.insert(tokens.end(), account.tokens.begin(), account.tokens.end());
    const std::vector<std::string> others = other_urls(request, candidates);
    const twiml::SignedRequest tried{candidates.front().url, is_form ? &params : nullptr,
                                     request.body, !is_form && !request.body.empty()};
    const twiml::Refusal refusal =
        twiml::explain_refusal(request.twilio_signature, tried, tokens, {others});
    // The URL without its query, which may hold what callers keyed.
    const std::string_view url{candidates.front().url};
    record.detail =
        fmt::format("{}: {} (tried {})", refusal.id, refusal.message, url.substr(0, url.find('?')));
}

RecordedExchange exchange_of(const Request& request, const twiml::Params& params,
                             const Response& response, const TurnRecord& record,
                             bool secret_input) {
    RecordedExchange exchange;
    exchange.at = record.at;
    exchange.method = request.method_text;
    const PathAndQuery target = split_target(origin_form(request.target));
    const bool get = request.method == Method::get;
    exchange.target = without_token(target.path, get ? std::string_view{} : target.query);
    exchange.headers = {{"user-agent", std::string{request.user_agent}},
                        {"content-type", std::string{request.content_type}},
                        {"i-twilio-idempotency-token", std::string{request.idempotency_token}}};
    std::erase_if(exchange.headers, [](const auto& header) { return header.second.empty(); });
    for (const auto& [name, value] : params) {
        if (get && (name == "s" || name == "r")) continue;
        // What was keyed keeps its length, so that a replay goes the same way where it can.
        const bool hide = secret_input && is_callers_input(name);
        exchange.form.emplace_back(name,
                                   hide ? std::string(value.size(), '0') : std::string{value});
    }
    exchange.call_sid = record.call_sid.view();
    exchange.secret_input = secret_input;
    exchange.status = response.status;
    exchange.content_type = response.content_type;
    exchange.body = response.body;
    return exchange;
}

}  // namespace server
