#include "server/effects/twilio_calls.hpp"

#include <fmt/format.h>

namespace server {
namespace {

using Outcome = PlacedCall::Outcome;

Outcome outcome_of(RestOutcome outcome) {
    switch (outcome) {
    case RestOutcome::accepted:
        return Outcome::placed;
    case RestOutcome::refused:
        return Outcome::refused;
    case RestOutcome::unknown:
        return Outcome::unknown;
    case RestOutcome::opted_out:
    case RestOutcome::pending:
    case RestOutcome::too_many:
    case RestOutcome::gone:
    case RestOutcome::failed:
        return Outcome::failed;
    }
    return Outcome::failed;
}

}  // namespace

TwilioRest::Form form_of(const CallToPlace& call) {
    TwilioRest::Form form{{"To", call.to.str()},
                          {"From", call.from.str()},
                          {"Url", call.url},
                          {"Method", "POST"},
                          {"Timeout", fmt::format("{}", call.ring_for.count())}};
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
        .outcome = outcome_of(verdict.outcome), .code = verdict.code, .reason = verdict.reason};
    if (call.outcome != Outcome::placed) return call;
    call.call_sid = text_in(body, "sid");
    if (call.call_sid.empty()) {
        call.outcome = Outcome::unknown;
        call.reason = "Twilio took it, and did not say as what";
    }
    return call;
}

net::awaitable<PlacedCall> TwilioCalls::place(CallToPlace call) {
    TwilioRest::Request request{.url = rest_.account_url("Calls.json"),
                                .form = form_of(call),
                                .deadline = TwilioRest::Clock::now() + call.timeout};
    const TwilioRest::Reply reply = co_await rest_.send(std::move(request));
    co_return placed_call(reply.verdict, reply.body);
}

}  // namespace server
