#include "server/admin_handler.hpp"

#include "server/http/router.hpp"
#include "server/observe/exchange_json.hpp"
#include "twiml/form.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace server {
namespace {

namespace json = boost::json;

void answer_json(Response& response, const json::value& value) {
    response.content_type = json_type;
    response.body = json::serialize(value) + "\n";
    response.add("Cache-Control", "no-store");
}

// In a time that depends on the lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

}  // namespace

AdminHandler::AdminHandler(Server server, Observer& observer, std::string token)
    : server_{std::move(server)}, observer_{observer}, token_{std::move(token)} {}

bool AdminHandler::is_allowed(const Request& request) const {
    constexpr std::string_view scheme = "Bearer ";
    return request.authorization.starts_with(scheme) &&
           equal_in_constant_time(request.authorization.substr(scheme.size()), token_);
}

RequestHandler::Waiting AdminHandler::answer(const Request& request, Response& response) {
    const Routed path = route(Side::admin_side, split_target(origin_form(request.target)).path);
    const bool open_to_all =
        path.route == Route::healthz || path.route == Route::readyz || path.route == Route::metrics;
    // What is not there and what needs a token look alike to who has none.
    if (!open_to_all && !is_allowed(request)) {
        answer_text(response, 401, "send Authorization: Bearer and the admin token\n");
        response.add("WWW-Authenticate", "Bearer");
        return {};
    }
    if (!takes(path.methods, request.method)) {
        answer_text(response, 405, "another method is needed here\n");
        response.add("Allow", allow(path.methods));
        return {};
    }
    switch (path.route) {
    case Route::healthz:
        health(response);
        break;
    case Route::readyz:
        readiness(response);
        break;
    case Route::metrics:
        metrics(response);
        break;
    case Route::api:
        api(path.file, request, response);
        break;
    default:
        answer_text(response, 404, "no such page\n");
    }
    return {};
}

void AdminHandler::api(std::string_view name, const Request& request, Response& response) const {
    static constexpr std::array<ApiRow, 3> rows{{
        {"reload", Method::post, &AdminHandler::reload},
        {"exchanges", Method::get, &AdminHandler::exchanges},
        {"place", Method::post, &AdminHandler::place},
    }};
    for (const ApiRow& row : rows) {
        if (row.name != name) continue;
        if (row.method == request.method) return (this->*row.answer)(request, response);
        answer_text(response, 405, "another method is needed here\n");
        return response.add("Allow", row.method == Method::post ? "POST" : "GET");
    }
    answer_text(response, 404, "no such page\n");
}

void AdminHandler::health(Response& response) const {
    const bool alive = server_.loops_turn();
    answer_json(response, {{"alive", alive}});
    response.status = alive ? 200 : 503;
}

void AdminHandler::readiness(Response& response) const {
    const Readiness readiness = server_.readiness();
    json::array causes;
    for (const std::string& cause : readiness.causes)
        causes.emplace_back(cause);
    answer_json(response, {{"ready", readiness.is_ready()}, {"causes", causes}});
    response.status = readiness.is_ready() ? 200 : 503;
}

void AdminHandler::metrics(Response& response) const {
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = observer_.metrics(server_.gauges());
}

void AdminHandler::reload(const Request& /*request*/, Response& response) const {
    const ReloadOutcome outcome = server_.reload();
    json::array findings;
    for (const config::Diagnostic& finding : outcome.findings)
        findings.push_back(json::parse(config::to_json_line(finding)));
    answer_json(response, {{"accepted", outcome.accepted}, {"findings", findings}});
    response.status = outcome.accepted ? 200 : 409;
}

void AdminHandler::exchanges(const Request& request, Response& response) const {
    twiml::Params query;
    query.decode(split_target(origin_form(request.target)).query);
    const std::string_view after_text = query.get("after");
    std::uint64_t after = 0;
    std::from_chars(after_text.data(), after_text.data() + after_text.size(), after);
    std::uint64_t last = 0;
    const std::vector<RecordedExchange> found =
        observer_.exchanges().since(after, std::string{query.get("call")}, last);
    json::array list;
    for (const RecordedExchange& exchange : found)
        list.push_back(to_json(exchange));
    answer_json(response, {{"last", last}, {"exchanges", list}});
}

// The id comes from who asks, so that asking again after a lost answer places no second call.
void AdminHandler::place(const Request& request, Response& response) const {
    twiml::Params query;
    query.decode(split_target(origin_form(request.target)).query);
    PlaceOrder order{.to = std::string{query.get("to")},
                     .flow = std::string{query.get("flow")},
                     .id = std::string{query.get("id")}};
    const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
    constexpr std::size_t shortest = 16, longest = 64;
    std::string why;
    if (order.id.size() < shortest || order.id.size() > longest ||
        !std::ranges::all_of(order.id, is_plain)) {
        why = "id: 16 to 64 lower-case letters and digits, chosen at random";
    } else {
        why = server_.place(std::move(order));
    }
    answer_json(response, {{"accepted", why.empty()}, {"why", why}});
    response.status = why.empty() ? 202 : 409;
}

}  // namespace server
