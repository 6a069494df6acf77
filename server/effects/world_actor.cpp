#include "server/effects/world_actor.hpp"

#include "server/effects/store_records.hpp"
#include "server/hex.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace server {
namespace {

Acted ended(std::string_view outcome) { return {.result = {.outcome = std::string{outcome}}}; }

std::string_view outcome_of(LookupResult::Outcome outcome) {
    switch (outcome) {
    case LookupResult::Outcome::ok:
        return "ok";
    case LookupResult::Outcome::denied:
        return "denied";
    case LookupResult::Outcome::not_found:
        return "not_found";
    case LookupResult::Outcome::slow:
        return "slow";
    case LookupResult::Outcome::failed:
    case LookupResult::Outcome::unknown:
        break;
    }
    return "failed";
}

std::string_view outcome_of(MessageResult::Outcome outcome) {
    switch (outcome) {
    case MessageResult::Outcome::sent:
        return "sent";
    case MessageResult::Outcome::opted_out:
        return "opted_out";
    case MessageResult::Outcome::refused:
        return "refused";
    case MessageResult::Outcome::unknown:
        return "unknown";
    case MessageResult::Outcome::failed:
        break;
    }
    return "failed";
}

std::string_view outcome_of(VerificationChecked::Outcome outcome) {
    switch (outcome) {
    case VerificationChecked::Outcome::approved:
        return "approved";
    case VerificationChecked::Outcome::wrong:
        return "wrong";
    case VerificationChecked::Outcome::expired:
        return "expired";
    case VerificationChecked::Outcome::too_many:
        return "too_many";
    case VerificationChecked::Outcome::failed:
        break;
    }
    return "failed";
}

VerificationChannel channel_of(std::string_view word) {
    if (word == "call") return VerificationChannel::call;
    if (word == "whatsapp") return VerificationChannel::whatsapp;
    return VerificationChannel::sms;
}

std::string variables_of(const flows::TextMessage& message) {
    if (message.template_values.empty()) return {};
    boost::json::object values;
    for (const auto& [name, value] : message.template_values)
        values[name] = value;
    return boost::json::serialize(values);
}

}  // namespace

std::string receipt_url(const EffectOrder& order, const EffectKey& key) {
    return order.public_base + "/sms/status?effect=" + hex(key.bytes);
}

net::awaitable<Stored<std::optional<OptOutQuestion>>>
WorldActor::opt_out_question(const EffectOrder& order) {
    const auto* message = std::get_if<flows::TextMessage>(&order.effect);
    if (!message) co_return std::optional<OptOutQuestion>{};
    co_return co_await ports_.records.opt_out_question(order, *message);
}

net::awaitable<Acted> WorldActor::act(const EffectOrder& order, const EffectKey& key) {
    if (const auto* lookup = std::get_if<flows::Lookup>(&order.effect)) {
        co_return co_await look_up(order, *lookup);
    }
    if (const auto* message = std::get_if<flows::TextMessage>(&order.effect)) {
        co_return co_await send(order, key, *message);
    }
    if (const auto* begin = std::get_if<flows::StartVerification>(&order.effect)) {
        co_return co_await start(order, *begin);
    }
    if (const auto* code = std::get_if<flows::CheckVerification>(&order.effect)) {
        co_return co_await check(order, *code, Checking::now);
    }
    if (const auto* callback = std::get_if<flows::RequestCallback>(&order.effect)) {
        const bool queued = co_await ports_.calls.request(order, key, *callback);
        co_return ended(queued ? "queued" : "failed");
    }
    const auto& change = std::get<flows::ChangeConsent>(order.effect);
    co_return co_await change_consent(order, change);
}

// Our own word is what counts here; that others hear of it is as good as it goes.
net::awaitable<Acted> WorldActor::change_consent(const EffectOrder& order,
                                                 const flows::ChangeConsent& change) {
    const bool kept = co_await ports_.records.change_consent(order, change);
    if (!kept) co_return ended("failed");
    const std::shared_ptr<ConsentTeller> teller = ports_.twilio.consents(order);
    const auto number = twiml::E164::parse(change.number);
    if (teller && number) {
        ConsentToTell consent{.number = *number,
                              .sender = sender_of(order, flows::TextMessage{}),
                              .opts_out = change.opts_out,
                              .call_sid = order.call_sid};
        const std::string why = co_await teller->tell(std::move(consent));
        tell(order, "consent", 0, why);
    }
    co_return ended("done");
}

// A text is never sent again, and a check never repeated: after a success the second one would call
// an honest caller a liar. What else may have happened is harmless twice, or asked of the system
// that knows.
net::awaitable<Acted> WorldActor::act_again(const EffectOrder& order, const EffectKey& key) {
    if (std::holds_alternative<flows::TextMessage>(order.effect)) {
        Acted acted = ended("unknown");
        acted.is_final = false;
        co_return acted;
    }
    if (const auto* code = std::get_if<flows::CheckVerification>(&order.effect)) {
        co_return co_await check(order, *code, Checking::long_ago);
    }
    const auto* lookup = std::get_if<flows::Lookup>(&order.effect);
    if (lookup && lookup->method != "GET") co_return ended("failed");
    co_return co_await act(order, key);
}

net::awaitable<Acted> WorldActor::look_up(const EffectOrder& order, const flows::Lookup& lookup) {
    const auto until = std::chrono::steady_clock::now() + order.deadline;
    LookupRequest request{.method = lookup.method,
                          .url = lookup.url,
                          .headers = lookup.headers,
                          .body = lookup.body.value_or(std::string{}),
                          .pointers = lookup.pointers,
                          .timeout = order.deadline,
                          .call_sid = order.call_sid};
    LookupResult result = co_await ports_.lookups.look_up(request);
    const auto left =
        std::chrono::floor<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const bool may_repeat = lookup.method == "GET" && left.count() > 0;
    if (result.outcome == LookupResult::Outcome::unknown && may_repeat) {
        request.timeout = left;
        result = co_await ports_.lookups.look_up(request);
    }
    if (result.outcome != LookupResult::Outcome::ok) tell(order, "http", 0, result.detail);
    Acted acted = ended(outcome_of(result.outcome));
    acted.result.values = std::move(result.values);
    co_return acted;
}

net::awaitable<Acted> WorldActor::send(const EffectOrder& order, const EffectKey& key,
                                       const flows::TextMessage& message) {
    const std::shared_ptr<MessageSender> sender = ports_.twilio.messages(order);
    const auto to = twiml::E164::parse(message.to);
    if (!to) co_return ended("refused");
    if (!sender) {
        tell(order, "sms", 0, "the account has neither phone_number nor messaging_service");
        co_return ended("failed");
    }
    const TextRules::Verdict verdict = co_await ports_.rules.may_text(order, message);
    if (!verdict.allowed) {
        refuse(order, verdict.reason);
        co_return ended("refused");
    }
    OutgoingMessage outgoing{.to = *to, .text = message.text, .media = message.media};
    outgoing.sender = sender_of(order, message);
    if (message.whatsapp) outgoing.via = MessageChannel::whatsapp;
    if (!message.template_sid.empty()) {
        outgoing.content = MessageTemplate{message.template_sid, variables_of(message)};
    }
    outgoing.status_callback = receipt_url(order, key);
    outgoing.timeout = order.deadline;
    outgoing.call_sid = order.call_sid;
    const MessageResult result = co_await sender->send(std::move(outgoing));
    if (result.outcome == MessageResult::Outcome::sent) {
        if (counts_ != nullptr) counts_->count_segments(result.segments);
    } else {
        tell(order, "sms", result.code, result.reason);
    }
    if (result.outcome == MessageResult::Outcome::opted_out) {
        co_await ports_.records.note_opt_out(order, message);
        if (counts_ != nullptr) counts_->count_opt_out_drift();
    }
    Acted acted = ended(outcome_of(result.outcome));
    acted.is_final = result.outcome != MessageResult::Outcome::unknown;
    co_return acted;
}

net::awaitable<Acted> WorldActor::start(const EffectOrder& order,
                                        const flows::StartVerification& start) {
    const std::shared_ptr<Verification> port = ports_.twilio.verification(order);
    const auto to = twiml::E164::parse(start.to);
    if (!to) co_return ended("refused");
    if (!port) {
        tell(order, "verify_start", 0, "the account has no verify_service");
        co_return ended("failed");
    }
    const TextRules::Verdict verdict = co_await ports_.rules.may_verify(order, start);
    if (!verdict.allowed) {
        refuse(order, verdict.reason);
        co_return ended("refused");
    }
    VerificationStart request{.to = *to,
                              .channel = channel_of(start.channel),
                              .locale = start.locale,
                              .timeout = order.deadline,
                              .call_sid = order.call_sid};
    const VerificationStarted started = co_await port->start(std::move(request));
    if (started.outcome == VerificationStarted::Outcome::pending) {
        Acted acted = ended("pending");
        // An earlier code counts whose sid nobody told: the number stands in for it.
        acted.result.values.emplace_back(
            started.verification_sid.empty() ? start.to : started.verification_sid);
        co_return acted;
    }
    tell(order, "verify_start", started.code, started.reason);
    co_return ended(started.outcome == VerificationStarted::Outcome::refused ? "refused"
                                                                             : "failed");
}

net::awaitable<Acted> WorldActor::check(const EffectOrder& order,
                                        const flows::CheckVerification& check, Checking when) {
    const std::shared_ptr<Verification> port = ports_.twilio.verification(order);
    if (!port) {
        tell(order, "verify_check", 0, "the account has no verify_service");
        co_return ended("failed");
    }
    const auto number = twiml::E164::parse(check.verification);
    // A sid needs no number; the port wants one all the same.
    const auto unused = twiml::E164::parse("+12025550100");
    VerificationCheck request{.verification_sid = number ? std::string{} : check.verification,
                              .to = number ? *number : *unused,
                              .code = check.code,
                              .timeout = order.deadline,
                              .call_sid = order.call_sid};
    VerificationChecked checked;
    if (when == Checking::now) {
        checked = co_await port->check(std::move(request));
    } else {
        checked = co_await port->look_back(std::move(request));
    }
    if (checked.outcome == VerificationChecked::Outcome::approved && !checked.to.empty()) {
        co_await ports_.rules.note_approved(checked.to);
    }
    if (checked.outcome != VerificationChecked::Outcome::approved) {
        tell(order, "verify_check", checked.code, checked.reason);
    }
    co_return ended(outcome_of(checked.outcome));
}

void WorldActor::refuse(const EffectOrder& order, std::string_view why) {
    if (counts_ != nullptr) counts_->count_limit(why);
    log_.say(LogLevel::warning, "a text was refused",
             {{"call", order.call_sid},
              {"flow", order.id.flow},
              {"state", order.id.state},
              {"why", std::string{why}}});
}

void WorldActor::tell(const EffectOrder& order, std::string_view kind, int code,
                      const std::string& reason) {
    if (reason.empty() && code == 0) return;
    Log::Fields fields{{"kind", std::string{kind}},
                       {"call", order.call_sid},
                       {"flow", order.id.flow},
                       {"state", order.id.state},
                       {"why", reason}};
    if (code != 0) fields.emplace_back("code", std::to_string(code));
    log_.say(LogLevel::warning, "an effect did not succeed", fields);
}

}  // namespace server
