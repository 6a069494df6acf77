#include "server/effects/https_lookup.hpp"

#include "server/awaitable.hpp"
#include "server/effects/json_values.hpp"
#include "server/effects/trace_id.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

namespace server {
namespace {

using Outcome = LookupResult::Outcome;
using Kind = OutboundFailure::Kind;
using Clock = std::chrono::steady_clock;

Outcome outcome_of(Kind kind) {
    switch (kind) {
    case Kind::timed_out_before_sending:
    case Kind::timed_out_after_sending:
        return Outcome::slow;
    case Kind::lost:
        return Outcome::unknown;
    case Kind::refused_by_policy:
    case Kind::not_connected:
    case Kind::too_large:
    case Kind::bad_response:
        return Outcome::failed;
    }
    return Outcome::failed;
}

Outcome outcome_of(int status) {
    if (status >= 200 && status < 300) return Outcome::ok;
    if (status == 401 || status == 403) return Outcome::denied;
    if (status == 404 || status == 410) return Outcome::not_found;
    return Outcome::failed;
}

bool has_header(const OutboundHeaders& headers, std::string_view name) {
    OutboundResponse bag{.headers = headers};
    return !bag.header(name).empty();
}

}  // namespace

LookupResult lookup_result(const OutboundResult& result, std::span<const std::string> pointers) {
    if (!result)
        return {.outcome = outcome_of(result.error().kind), .detail = result.error().detail};
    LookupResult answer{.outcome = outcome_of(result->status),
                        .detail = fmt::format("answered {}", result->status)};
    if (answer.outcome != Outcome::ok || pointers.empty()) return answer;
    auto values = values_in(result->body, pointers);
    if (!values) return {.outcome = Outcome::failed, .detail = values.error()};
    answer.values = std::move(*values);
    return answer;
}

HttpsLookup::HttpsLookup(OutboundClient& client, RetryPolicy retry, std::function<double()> chance)
    : client_{client}, retry_{retry}, chance_{chance ? std::move(chance) : system_chance()} {}

net::awaitable<LookupResult> HttpsLookup::look_up(LookupRequest request) {
    const auto deadline = Clock::now() + request.timeout;
    const net::any_io_executor executor = co_await net::this_coro::executor;
    net::steady_timer timer{executor};
    OutboundRequest outbound{.method = request.method,
                             .url = request.url,
                             .headers = request.headers,
                             .body = request.body,
                             .trace_id = trace_id_of(request.call_sid),
                             .deadline = deadline};
    if (!has_header(outbound.headers, "Accept"))
        outbound.headers.emplace_back("Accept", "application/json");
    if (!outbound.body.empty() && !has_header(outbound.headers, "Content-Type"))
        outbound.headers.emplace_back("Content-Type", "application/json");
    for (int attempt = 1;; ++attempt) {
        OutboundResult result = co_await client_.send(outbound);
        const bool was_not_sent = !result && result.error().kind == Kind::not_connected;
        if (!was_not_sent) co_return lookup_result(result, request.pointers);
        const auto remaining =
            std::chrono::floor<std::chrono::milliseconds>(deadline - Clock::now());
        const auto delay = delay_before_next(retry_, attempt, chance_(), remaining);
        if (!delay) co_return lookup_result(result, request.pointers);
        timer.expires_after(*delay);
        co_await timer.async_wait(quietly);
    }
}

}  // namespace server
