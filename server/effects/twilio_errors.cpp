#include "server/effects/twilio_errors.hpp"

#include "server/effects/rest_retry.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace server {
namespace {

using enum RestStep;
using enum RestOutcome;

// clang-format off: one row, one code
constexpr TwilioError rows[] = {
    {11200, deliver, failed, "it could not fetch a URL of ours"},
    {13223, deliver, refused, "the number cannot be called as it is written"},
    {13227, deliver, refused, "calls to this country are not allowed in its console"},
    {14107, deliver, refused, "too many messages between the same two numbers: a loop"},
    {20003, break_circuit, failed, "the credentials are not good for this account"},
    {20005, break_circuit, failed, "the account is not active"},
    {20404, deliver, gone, "there is no such thing, or not any more"},
    {20429, slow_down, failed, "too many requests at a time"},
    {20500, deliver, unknown, "an error of its own"},
    {20503, deliver, unknown, "out of service"},
    {21210, deliver, failed, "the sender's number is not verified"},
    {21211, deliver, refused, "the number is none"},
    {21212, deliver, failed, "the sender's number is none"},
    {21214, deliver, refused, "the number cannot be reached"},
    {21215, deliver, refused, "calls to this country are not allowed in its console"},
    {21216, deliver, refused, "calls to this number are not allowed"},
    {21217, deliver, refused, "the number is none"},
    {21219, deliver, refused, "a trial account calls verified numbers only"},
    {21408, deliver, refused, "messages to this country are not allowed in its console"},
    {21602, deliver, failed, "the message is empty"},
    {21603, deliver, failed, "there is no sender"},
    {21604, deliver, refused, "there is no number to send to"},
    {21606, deliver, failed, "the sender's number cannot send such messages"},
    {21608, deliver, refused, "a trial account texts verified numbers only"},
    {21610, deliver, opted_out, "this person has opted out"},
    {21611, deliver, failed, "the queue of the sender's number is full"},
    {21612, deliver, refused, "the number cannot be reached from this sender"},
    {21614, deliver, refused, "the number is no mobile"},
    {21617, deliver, failed, "the message is too long"},
    {21703, deliver, failed, "the messaging service has no number"},
    {21704, deliver, failed, "the messaging service has no sender for this number"},
    {21712, deliver, failed, "the sender does not belong to this account"},
    {22005, deliver, failed, "the queue of calls is full"},
    {25109, slow_down, failed, "too many requests at a time"},
    {60200, deliver, refused, "the number or a parameter is none"},
    {60202, deliver, too_many, "the code was checked too often"},
    {60203, deliver, pending, "the code was sent too often, and still counts"},
    {60205, deliver, refused, "the number is a landline"},
    {60207, deliver, failed, "the Verify service has too many rate limits"},
    {60212, deliver, pending, "too many codes for this number at once, and one counts"},
    {60220, deliver, refused, "codes to this country are not allowed"},
    {60223, deliver, failed, "the channel is switched off in the Verify service"},
    {60410, deliver, refused, "Fraud Guard has blocked numbers that begin so"},
    {60605, deliver, refused, "codes to this country are not allowed"},
    {63016, use_template, refused, "WhatsApp's window is closed, and only a template may pass"},
    {63018, deliver, failed, "the channel's rate is used up"},
};
// clang-format on

// Of an error: {"code": 21211, "message": …, "status": 400}; 0 where there is none.
int code_in(std::string_view body) {
    boost::system::error_code no_json;
    const auto value = boost::json::parse(body, no_json);
    if (no_json || !value.is_object()) return 0;
    const auto* code = value.get_object().if_contains("code");
    if (!code || !code->is_int64()) return 0;
    const std::int64_t number = code->get_int64();
    return number > 0 && number <= std::numeric_limits<int>::max() ? static_cast<int>(number) : 0;
}

// What a status says where no code says more.
RestVerdict by_status(int status) {
    const auto verdict = [&](RestStep step, RestOutcome outcome) {
        return RestVerdict{.step = step,
                           .outcome = outcome,
                           .status = status,
                           .reason = fmt::format("Twilio answered {}", status)};
    };
    if (status == 401) return verdict(break_circuit, failed);
    if (status == 404) return verdict(deliver, gone);
    if (status == 429) return verdict(slow_down, failed);
    // The server's time-out, or an error that may have come after the deed.
    if (status == 408 || status >= 500) return verdict(deliver, unknown);
    return verdict(deliver, failed);
}

}  // namespace

std::span<const TwilioError> twilio_errors() { return rows; }

const TwilioError* find_twilio_error(int code) {
    const auto* const row = std::ranges::lower_bound(rows, code, {}, &TwilioError::code);
    return row != std::end(rows) && row->code == code ? row : nullptr;
}

RestVerdict judge(const OutboundResult& result) {
    if (!result) {
        const OutboundFailure& failure = result.error();
        if (failure.may_have_happened()) return {.outcome = unknown, .reason = failure.detail};
        // Without a connection another try may have one; without time or permission none will.
        const bool is_worth_it = failure.kind == OutboundFailure::Kind::not_connected;
        return {.step = is_worth_it ? retry : deliver, .reason = failure.detail};
    }
    const OutboundResponse& response = *result;
    if (response.status >= 200 && response.status < 300)
        return {.outcome = accepted, .status = response.status};
    RestVerdict verdict = by_status(response.status);
    verdict.code = code_in(response.body);
    if (const TwilioError* row = find_twilio_error(verdict.code)) {
        verdict.step = row->step;
        verdict.outcome = row->outcome;
        verdict.reason = fmt::format("Twilio says: {} ({})", row->meaning, row->code);
    } else if (verdict.code != 0) {
        verdict.reason += fmt::format(" with error {}", verdict.code);
    }
    verdict.retry_after = retry_after(response.header("Retry-After"), response.header("Date"));
    return verdict;
}

}  // namespace server
