#include "server/effects/twilio_calls.hpp"

#include "server/http/http_date.hpp"
#include "twiml/form.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace server {
namespace {

using CallOutcome = PlacedCall::Outcome;

CallOutcome call_outcome(RestOutcome outcome) {
    switch (outcome) {
    case RestOutcome::accepted:
        return CallOutcome::placed;
    case RestOutcome::refused:
        return CallOutcome::refused;
    case RestOutcome::unknown:
        return CallOutcome::unknown;
    case RestOutcome::opted_out:
    case RestOutcome::pending:
    case RestOutcome::too_many:
    case RestOutcome::gone:
    case RestOutcome::failed:
        return CallOutcome::failed;
    }
    return CallOutcome::failed;
}

void add_call(const boost::json::value& value, std::vector<SeenCall>& calls) {
    if (!value.is_object()) return;
    const boost::json::object& call = value.get_object();
    calls.push_back(
        {.call_sid = text_of(call, "sid"),
         .status = text_of(call, "status"),
         .made = http_date(text_of(call, "date_created")).value_or(std::chrono::sys_seconds{})});
}

}  // namespace

TwilioRest::Form form_of(const CallToPlace& call) {
    TwilioRest::Form form{{"To", call.to.str()},
                          {"From", call.from.str()},
                          {"Url", call.url},
                          {"Method", "POST"},
                          {"Timeout", fmt::format("{}", call.ring_for.count())}};
    if (!call.fallback_url.empty()) {
        form.emplace_back("FallbackUrl", call.fallback_url);
        form.emplace_back("FallbackMethod", "POST");
    }
    if (!call.status_callback.empty()) {
        form.emplace_back("StatusCallback", call.status_callback);
        form.emplace_back("StatusCallbackMethod", "POST");
        form.emplace_back("StatusCallbackEvent", "completed");
    }
    if (call.detect == MachineDetection::on) form.emplace_back("MachineDetection", "Enable");
    if (call.detect == MachineDetection::until_greeting_ends)
        form.emplace_back("MachineDetection", "DetectMessageEnd");
    return form;
}

PlacedCall placed_call(const RestVerdict& verdict, std::string_view body) {
    PlacedCall call{
        .outcome = call_outcome(verdict.outcome), .code = verdict.code, .reason = verdict.reason};
    if (call.outcome != CallOutcome::placed) return call;
    call.call_sid = text_in(body, "sid");
    if (call.call_sid.empty()) {
        call.outcome = CallOutcome::unknown;
        call.reason = "Twilio took it, and did not say as what";
    }
    return call;
}

SeenCalls seen_calls(const RestVerdict& verdict, std::string_view body) {
    if (verdict.status == 404) return {.told = true};
    boost::system::error_code no_json;
    const auto value = boost::json::parse(body, no_json);
    if (verdict.outcome != RestOutcome::accepted || no_json || !value.is_object()) return {};
    SeenCalls seen{.told = true};
    const boost::json::value* page = value.get_object().if_contains("calls");
    if (page != nullptr && page->is_array()) {
        for (const boost::json::value& call : page->get_array())
            add_call(call, seen.calls);
        return seen;
    }
    // Neither a page nor a call says nothing: that there is none would place another.
    if (page != nullptr || text_of(value.get_object(), "sid").empty()) return {};
    add_call(value, seen.calls);
    return seen;
}

net::awaitable<SeenCalls> TwilioCalls::find(std::string call_sid,
                                            std::chrono::milliseconds timeout) {
    TwilioRest::Request request{.method = "GET",
                                .url = rest_.account_url(fmt::format("Calls/{}.json", call_sid)),
                                .deadline = TwilioRest::Clock::now() + timeout};
    const TwilioRest::Reply reply = co_await rest_.send(std::move(request));
    co_return seen_calls(reply.verdict, reply.body);
}

net::awaitable<SeenCalls> TwilioCalls::newest(twiml::E164 to, twiml::E164 from,
                                              std::chrono::milliseconds timeout) {
    const std::vector<twiml::Param> query{
        {"To", to.str()}, {"From", from.str()}, {"PageSize", "20"}};
    TwilioRest::Request request{.method = "GET",
                                .url = rest_.account_url("Calls.json?" + twiml::encode_form(query)),
                                .deadline = TwilioRest::Clock::now() + timeout};
    const TwilioRest::Reply reply = co_await rest_.send(std::move(request));
    co_return seen_calls(reply.verdict, reply.body);
}

net::awaitable<PlacedCall> TwilioCalls::place(CallToPlace call) {
    TwilioRest::Request request{.url = rest_.account_url("Calls.json"),
                                .form = form_of(call),
                                .deadline = TwilioRest::Clock::now() + call.timeout};
    const TwilioRest::Reply reply = co_await rest_.send(std::move(request));
    co_return placed_call(reply.verdict, reply.body);
}

}  // namespace server
