#include "server/calls/call_worker.hpp"

#include "server/awaitable.hpp"
#include "server/calls/call_again.hpp"
#include "server/calls/call_attempt.hpp"
#include "server/clock.hpp"
#include "server/store/consent.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds answer_within{5000};  // Twilio's, to one request
constexpr milliseconds let_through_within{5000};
// Clocks differ, and Twilio tells seconds: a call of this attempt was not made before it was due.
constexpr std::chrono::seconds clocks_differ{2};

bool is_over(std::string_view status) {
    return status == "completed" || status == "busy" || status == "no-answer" ||
           status == "failed" || status == "canceled";
}

// "Too many", or nobody there: what was refused for another reason is so for this call alone.
bool is_for_all(const PlacedCall& call) {
    constexpr int too_many_requests = 20429, queue_full = 22005;
    return call.code == 0 || call.code == too_many_requests || call.code == queue_full;
}

CallAttempt attempt_of(const Callback& callback) {
    return {.id = callback.request.id, .number = callback.attempt};
}

}  // namespace

net::awaitable<void> CallWorker::work_off() {
    while (true) {
        const bool more = co_await take_one();
        if (more && backing_off_.count() == 0) continue;
        if (!more) {
            const auto late = co_await callbacks_.give_up_late(store_now());
            for (std::int64_t i = 0; late && i < *late; ++i)
                count("gave-up");
            if (late && *late > 0)
                log_.say(LogLevel::info, "time was over for calls that were not placed",
                         {{"calls", std::to_string(*late)}});
        }
        pause_.expires_after(std::max(backing_off_, times_.idle));
        co_await pause_.async_wait(quietly);
    }
}

net::awaitable<bool> CallWorker::take_one() {
    auto claimed = co_await callbacks_.claim_due(owner_, store_now(), times_.lease);
    if (claimed.has_error() || !*claimed) co_return false;
    auto job = job_of(**claimed);
    if (!job) {
        log_.say(LogLevel::error, "what is to be called for cannot be opened",
                 {{"asked for in", (*claimed)->callback.request.call_sid}});
        const auto given_up = co_await callbacks_.give_up(std::move(**claimed));
        co_return given_up.has_value();
    }
    // The rate is waited for here, so that no claims are taken meanwhile that would run out.
    if (!job->claim.may_be_placed) {
        const bool let_through = co_await is_let_through(*job);
        if (!let_through) {
            const auto back = co_await callbacks_.put_back(std::move(job->claim), store_now());
            co_return back.has_value() && *back;
        }
    }
    ++under_way_;
    net::co_spawn(world_, work(std::move(*job)), net::detached);
    co_return true;
}

std::optional<CallWorker::Job> CallWorker::job_of(CallbackClaim claim) const {
    Job job{.snapshot = current_.shared()};
    auto plan =
        open_plan(job.snapshot->open_with, claim.callback.request.state, claim.callback.request.id);
    if (!plan) return std::nullopt;
    const auto& accounts = job.snapshot->accounts;
    const auto account = std::ranges::find(accounts, plan->account_sid, &Account::sid);
    if (account == accounts.end() || !twiml::E164::parse(account->settings.phone_number) ||
        !twiml::E164::parse(claim.callback.request.number))
        return std::nullopt;
    job.claim = std::move(claim);
    job.plan = std::move(*plan);
    job.account = static_cast<std::size_t>(account - accounts.begin());
    return job;
}

// Counted in the store, for all nodes together. With the store away nothing is placed.
net::awaitable<bool> CallWorker::is_let_through(const Job& job) {
    const auto give_up = std::chrono::steady_clock::now() + let_through_within;
    net::steady_timer timer{world_};
    while (std::chrono::steady_clock::now() < give_up) {
        std::vector<Draw> draws{
            {.key = "calls/" + job.plan.account_sid,
             .rate = {1, milliseconds{1000} / job.snapshot->rates.calls_per_second}}};
        const StoreTime now = store_now();
        const auto drawn = co_await limits_.draw(std::move(draws), now);
        if (drawn.has_error()) co_return false;
        const auto* denied = std::get_if<Denied>(&*drawn);
        if (denied == nullptr) co_return true;
        timer.expires_after(
            std::clamp(denied->retry_at - now, milliseconds{1}, let_through_within));
        co_await timer.async_wait(quietly);
    }
    co_return false;
}

// An operator's word (channel `voice`) holds for every call. Who opted out of texts is not called
// unasked either; but a callback that he asks for himself he gets.
net::awaitable<Stored<bool>> CallWorker::may_be_called(const Job& job) {
    const auto cipher = co_await ports_.people.cipher();
    if (cipher.has_error()) co_return cipher.error();
    Consent consent{ports_.database, **cipher};
    const std::string& number = job.claim.callback.request.number;
    const std::string& from = job.snapshot->accounts[job.account].settings.phone_number;
    const auto no_calls = co_await consent.is_opted_out(number, "voice", from);
    if (no_calls.has_error()) co_return no_calls.error();
    if (*no_calls) co_return false;
    if (job.plan.was_asked_for) co_return true;
    const auto no_texts = co_await consent.is_opted_out(number, "sms", from);
    if (no_texts.has_error()) co_return no_texts.error();
    co_return !*no_texts;
}

net::awaitable<void> CallWorker::work(Job job) {
    try {
        if (job.claim.may_be_placed) {
            co_await look(job);
        } else {
            co_await place(job);
        }
    } catch (const std::exception& failure) {
        // The claim runs out, and the call is looked for then.
        log_.say(LogLevel::error, "placing a call failed unexpectedly", {{"what", failure.what()}});
    }
    --under_way_;
}

// What the store does not take down is found at Twilio, when the claim has run out.
net::awaitable<void> CallWorker::place(const Job& job) {
    const auto allowed = co_await may_be_called(job);
    if (allowed.has_error()) {
        const auto back = co_await callbacks_.put_back(job.claim, store_now() + times_.back_off);
        if (back.has_error()) tell(job, "a call waits for the store", back.error().why);
        co_return;
    }
    if (!*allowed) {
        tell(job, "a call was not placed", "opted-out");
        if (ports_.counts != nullptr) ports_.counts->count_limit("call-opted-out");
        const auto given_up = co_await callbacks_.give_up(job.claim);
        if (given_up.has_error()) tell(job, "a call waits for the store", given_up.error().why);
        co_return;
    }
    const auto placer = ports_.placers.calls(job.snapshot, job.account);
    if (!placer) co_return;
    const Callback& callback = job.claim.callback;
    const CallAttempt attempt = attempt_of(callback);
    CallToPlace call{
        .to = *twiml::E164::parse(callback.request.number),
        .from = *twiml::E164::parse(job.snapshot->accounts[job.account].settings.phone_number),
        .url = start_url(job.plan.public_base, job.plan.flow, attempt, job.snapshot->overrides),
        .fallback_url = fallback_url(job.plan.public_base, job.plan.flow, job.snapshot->overrides),
        .status_callback = status_url(job.plan.public_base, job.plan.flow, attempt),
        .detect =
            job.plan.tells_machines ? MachineDetection::until_greeting_ends : MachineDetection::on,
        .timeout = answer_within};
    const PlacedCall placed = co_await placer->place(std::move(call));
    const StoreTime now = store_now();
    Stored<bool> written = false;
    switch (placed.outcome) {
    case PlacedCall::Outcome::placed:
        count("placed");
        backing_off_ = milliseconds{0};
        log_.say(LogLevel::info, "a call was placed",
                 {{"call", placed.call_sid},
                  {"flow", job.plan.flow},
                  {"asked for in", callback.request.call_sid},
                  {"attempt", std::to_string(callback.attempt)}});
        written = co_await callbacks_.placed(job.claim, placed.call_sid, now + times_.look_after);
        break;
    case PlacedCall::Outcome::unknown:
        count("unknown");
        tell(job, "a call may have been placed", placed.reason, placed.code);
        written = co_await callbacks_.placed(job.claim, {}, now + times_.look_for_unknown_after);
        break;
    case PlacedCall::Outcome::refused:
        count("refused");
        tell(job, "a call was refused", placed.reason, placed.code);
        written = co_await callbacks_.give_up(job.claim);
        break;
    case PlacedCall::Outcome::failed:
        count("put-off");
        tell(job, "a call could not be placed yet", placed.reason, placed.code);
        if (is_for_all(placed))
            backing_off_ = std::clamp(backing_off_ * 2, times_.back_off, times_.longest_back_off);
        written = co_await callbacks_.put_back(job.claim,
                                               now + std::max(backing_off_, times_.back_off * 5));
        break;
    }
    if (written.has_error()) tell(job, "a call's row could not be written", written.error().why);
}

// The newest that is of this attempt and no other row's.
net::awaitable<std::optional<SeenCall>> CallWorker::find_unknown(const Job& job,
                                                                 const SeenCalls& seen) {
    const CallbackRequest& request = job.claim.callback.request;
    const auto since =
        std::chrono::floor<std::chrono::seconds>(request.due.value_or(request.asked_at)) -
        clocks_differ;
    for (const SeenCall& call : seen.calls) {
        if (call.made < since) continue;
        const auto known = co_await callbacks_.find_placed(call.call_sid);
        if (known && *known && (*known)->request.id != request.id) continue;
        co_return call;
    }
    co_return std::nullopt;
}

net::awaitable<void> CallWorker::look(const Job& job) {
    const auto placer = ports_.placers.calls(job.snapshot, job.account);
    if (!placer) co_return;
    const Callback& callback = job.claim.callback;
    const auto to = twiml::E164::parse(callback.request.number);
    const auto from = twiml::E164::parse(job.snapshot->accounts[job.account].settings.phone_number);
    const bool is_known = !callback.placed_call_sid.empty();
    SeenCalls seen;
    if (is_known) {
        seen = co_await placer->find(callback.placed_call_sid, answer_within);
    } else {
        seen = co_await placer->newest(*to, *from, answer_within);
    }
    const StoreTime now = store_now();
    std::string found_sid = callback.placed_call_sid;
    Stored<bool> written = true;
    if (!seen.told) {
        written =
            co_await callbacks_.placed(job.claim, found_sid, now + times_.look_for_unknown_after);
    } else {
        std::optional<SeenCall> call;
        if (!is_known) {
            call = co_await find_unknown(job, seen);
        } else if (!seen.calls.empty()) {
            call = seen.calls.front();
        }
        if (!call && !is_known) {
            // Nobody has the call: Twilio itself says so.
            tell(job, "a call had not been placed", "Twilio knows of none");
            written = co_await callbacks_.put_back(job.claim, now);
            wake();
        } else if (call && !is_over(call->status)) {
            written =
                co_await callbacks_.placed(job.claim, call->call_sid, now + times_.look_after);
        } else {
            const StoreTime due =
                call_again_at(callback, now, job.snapshot->outbound.call_again_after);
            const auto status =
                co_await callbacks_.retry(callback.request.id, callback.attempt, due);
            count("nobody");
            if (status.has_error()) written = status.error();
        }
    }
    if (written.has_error()) tell(job, "a call's row could not be written", written.error().why);
}

void CallWorker::tell(const Job& job, std::string_view what, std::string_view why, int code) {
    Log::Fields fields{{"flow", job.plan.flow},
                       {"asked for in", job.claim.callback.request.call_sid},
                       {"attempt", std::to_string(job.claim.callback.attempt)},
                       {"why", std::string{why}}};
    if (code != 0) fields.emplace_back("code", std::to_string(code));
    log_.say(LogLevel::warning, what, fields);
}

}  // namespace server
