#include "server/effects/twilio_verify.hpp"

#include "twiml/form.hpp"

#include <boost/json/parse.hpp>

#include <array>

namespace server {
namespace {

using Started = VerificationStarted::Outcome;
using Checked = VerificationChecked::Outcome;
using Clock = TwilioRest::Clock;

std::string_view name_of(VerificationChannel channel) {
    switch (channel) {
    case VerificationChannel::sms:
        return "sms";
    case VerificationChannel::call:
        return "call";
    case VerificationChannel::whatsapp:
        return "whatsapp";
    }
    return "sms";
}

bool is_lost(const RestVerdict& verdict) {
    return verdict.outcome == RestOutcome::unknown && verdict.status == 0;
}

Started started_outcome(const RestVerdict& verdict) {
    switch (verdict.outcome) {
    case RestOutcome::accepted:
    case RestOutcome::pending:
        return Started::pending;
    case RestOutcome::refused:
    case RestOutcome::opted_out:
        return Started::refused;
    case RestOutcome::unknown:
        return is_lost(verdict) ? Started::pending : Started::failed;
    case RestOutcome::too_many:
    case RestOutcome::gone:
    case RestOutcome::failed:
        return Started::failed;
    }
    return Started::failed;
}

struct Status {
    std::string_view name;
    Checked outcome;
};
// Source: chapter 7, "statuses in events".
constexpr std::array statuses{
    Status{"approved", Checked::approved}, Status{"pending", Checked::wrong},
    Status{"canceled", Checked::expired},  Status{"expired", Checked::expired},
    Status{"deleted", Checked::expired},   Status{"max_attempts_reached", Checked::too_many},
    Status{"failed", Checked::failed},
};

Checked checked_outcome(const RestVerdict& verdict, std::string_view body) {
    switch (verdict.outcome) {
    case RestOutcome::accepted: {
        const std::string status = text_in(body, "status");
        for (const Status& known : statuses)
            if (known.name == status) return known.outcome;
        return Checked::failed;
    }
    case RestOutcome::gone:
        return Checked::expired;
    case RestOutcome::too_many:
        return Checked::too_many;
    case RestOutcome::pending:
    case RestOutcome::opted_out:
    case RestOutcome::refused:
    case RestOutcome::failed:
    case RestOutcome::unknown:
        return Checked::failed;
    }
    return Checked::failed;
}

// Whether any attempt to bring the code led to an approval; nothing where `body` does not say.
std::optional<bool> is_converted(std::string_view body) {
    boost::system::error_code no_json;
    const auto value = boost::json::parse(body, no_json);
    if (no_json || !value.is_object()) return std::nullopt;
    const auto* attempts = value.get_object().if_contains("attempts");
    if (!attempts || !attempts->is_array()) return std::nullopt;
    for (const auto& attempt : attempts->get_array()) {
        if (!attempt.is_object()) continue;
        const auto* status = attempt.get_object().if_contains("conversion_status");
        if (status && status->is_string() && status->get_string() == "converted") return true;
    }
    return false;
}

constexpr std::string_view no_service = "the account has no verify_service in the configuration";

}  // namespace

VerificationStarted started_by(const RestVerdict& verdict, std::string_view body) {
    VerificationStarted started{
        .outcome = started_outcome(verdict), .code = verdict.code, .reason = verdict.reason};
    if (verdict.outcome == RestOutcome::accepted) started.verification_sid = text_in(body, "sid");
    return started;
}

VerificationChecked checked_by(const RestVerdict& verdict, std::string_view body) {
    return {.outcome = checked_outcome(verdict, body),
            .to = text_in(body, "to"),
            .code = verdict.code,
            .reason = verdict.reason};
}

VerificationChecked checked_by_attempts(const RestVerdict& verdict, std::string_view body) {
    VerificationChecked checked{.code = verdict.code, .reason = verdict.reason};
    if (verdict.outcome != RestOutcome::accepted) return checked;
    const auto converted = is_converted(body);
    if (!converted) {
        checked.reason = "the attempts at this verification are not to be read";
    } else {
        checked.outcome = *converted ? Checked::approved : Checked::wrong;
        checked.reason = "its answer was lost; by Verify's attempts it " +
                         std::string{*converted ? "was approved" : "did not count"};
    }
    return checked;
}

net::awaitable<VerificationStarted> TwilioVerify::start(VerificationStart request) {
    if (rest_.verify_service().empty())
        co_return VerificationStarted{.reason = std::string{no_service}};
    TwilioRest::Request post{
        .url = rest_.verify_service_url("Verifications"),
        .form = {{"To", request.to.str()}, {"Channel", std::string{name_of(request.channel)}}},
        .deadline = Clock::now() + request.timeout / 2,
        .call_sid = request.call_sid};
    if (!request.locale.empty()) post.form.emplace_back("Locale", request.locale);
    const auto deadline = Clock::now() + request.timeout;
    TwilioRest::Reply reply = co_await rest_.send(post);
    if (reply.verdict.outcome == RestOutcome::unknown) {
        post.deadline = deadline;
        TwilioRest::Reply again = co_await rest_.send(post);
        // What was not carried out the second time, or perhaps not, says nothing about the first.
        const bool says_more =
            is_lost(again.verdict) || (again.verdict.outcome != RestOutcome::failed &&
                                       again.verdict.outcome != RestOutcome::unknown);
        if (says_more) reply = std::move(again);
    }
    co_return started_by(reply.verdict, reply.body);
}

net::awaitable<VerificationChecked> TwilioVerify::check(VerificationCheck request) {
    if (rest_.verify_service().empty())
        co_return VerificationChecked{.reason = std::string{no_service}};
    const auto deadline = Clock::now() + request.timeout;
    const bool has_sid = !request.verification_sid.empty();
    TwilioRest::Request post{.url = rest_.verify_service_url("VerificationCheck"),
                             .form = {{has_sid ? "VerificationSid" : "To",
                                       has_sid ? request.verification_sid : request.to.str()},
                                      {"Code", request.code}},
                             .deadline = Clock::now() + request.timeout / 2,
                             .call_sid = request.call_sid};
    const TwilioRest::Reply reply = co_await rest_.send(std::move(post));
    const bool may_have_counted = reply.verdict.outcome == RestOutcome::unknown;
    // Without a sid an older verification of the same number could answer for this one.
    if (may_have_counted && has_sid) co_return co_await ask_attempts(request, deadline);
    co_return checked_by(reply.verdict, reply.body);
}

net::awaitable<VerificationChecked> TwilioVerify::look_back(VerificationCheck request) {
    if (rest_.verify_service().empty())
        co_return VerificationChecked{.reason = std::string{no_service}};
    if (request.verification_sid.empty())
        co_return VerificationChecked{.reason = "nobody can say what became of it"};
    const auto deadline = Clock::now() + request.timeout;
    co_return co_await ask_attempts(request, deadline);
}

net::awaitable<VerificationChecked> TwilioVerify::ask_attempts(const VerificationCheck& request,
                                                               Clock::time_point deadline) {
    const std::string query = "Attempts?VerifyServiceSid=" + rest_.verify_service() +
                              "&VerificationSid=" + twiml::percent_encode(request.verification_sid);
    TwilioRest::Request get{.method = "GET",
                            .url = rest_.verify_url(query),
                            .deadline = deadline,
                            .call_sid = request.call_sid};
    const TwilioRest::Reply reply = co_await rest_.send(std::move(get));
    co_return checked_by_attempts(reply.verdict, reply.body);
}

}  // namespace server
