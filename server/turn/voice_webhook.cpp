#include "server/turn/voice_webhook.hpp"

#include "server/http/router.hpp"
#include "server/turn/acme_files.hpp"
#include "server/turn/refusal.hpp"
#include "server/turn/verify.hpp"

namespace server {

// What outlives the first half of an answer that has to wait.
struct VoiceWebhook::Unfinished {
    std::shared_ptr<const Snapshot> snapshot{};
    twiml::Params params{};
    Verified verified{};
    std::string origin{}, path_prefix{};  // its views point elsewhere by now
    TurnRecord record{};
    std::chrono::steady_clock::time_point began{};
    std::optional<Asked> asked{};
    std::optional<FlowVersion> missing{};  // else
    std::optional<CallEnd> end{};          // else
    bool secret_input = true;
};

RequestHandler::Waiting VoiceWebhook::answer(const Request& request, Response& response) {
    const auto began = std::chrono::steady_clock::now();
    TurnRecord record;
    record.at = std::chrono::system_clock::now();
    record.method = request.method_text;
    record.peer = request.peer;
    const std::shared_ptr<const Snapshot>& held = current_.seen();
    const Snapshot& snapshot = *held;
    const PathAndQuery target = split_target(origin_form(request.target));
    record.path = target.path;

    thread_local twiml::Params params;
    bool secret_input = false;
    std::optional<Unfinished> unfinished;
    const auto respond = [&] {
        const Routed path = route(Side::public_side, snapshot.public_urls.routed_path(target.path));
        if (path.route == Route::audio)
            return audio_.answer(snapshot.flows_folder, path.file, request, response);
        if (path.route == Route::acme)
            return answer_challenge(snapshot.acme_webroot, path.file, request, response);
        const bool form = is_form_request(request);
        params.decode(form ? request.body : target.query);
        const auto verified = verify(snapshot, request, params, form);
        if (!verified) return refuse_unsigned(snapshot, request, params, form, response, record);
        if (path.route == Route::none) return answer_text(response, 404, "no such page\n");
        // The token of a callback may name a version whose flow is not served any more.
        if (path.route != Route::voice_event && snapshot.flows->set.find(path.flow) == nullptr)
            return answer_text(response, 404, "no such flow\n");
        if (!takes(path.methods, request.method)) {
            answer_text(response, 405, "another method is needed here\n");
            return response.add("Allow", allow(path.methods));
        }
        if (request.method == Method::post && !form)
            return answer_text(response, 415, "a form is expected\n");
        WebhookTurn turn{snapshot, retired_, request, params, *verified, response, record};
        turn.answer(path);
        secret_input = turn.secret_input();
        auto asked = turn.take_asked();
        const auto missing = turn.take_missing();
        auto end = turn.take_end();
        if (auto last = turn.take_last())
            world_.last_states.keep(std::string{turn.call_sid()}, std::move(*last));
        if (asked || missing || end) {
            unfinished.emplace(Unfinished{held, std::exchange(params, twiml::Params{}), *verified,
                                          std::string{verified->origin},
                                          std::string{verified->path_prefix}, record, began,
                                          std::move(asked), missing, std::move(end), secret_input});
        }
    };
    if (respond(); unfinished) return finish(std::move(*unfinished), request, response);
    account_for(std::move(record), began, request, params, response, secret_input);
    return {};
}

net::awaitable<void> VoiceWebhook::finish(Unfinished turn_so_far, const Request& request,
                                          Response& response) {
    const auto until = turn_so_far.began + turn_so_far.snapshot->patience;
    TurnRecord& record = turn_so_far.record;
    turn_so_far.verified.origin = turn_so_far.origin;
    turn_so_far.verified.path_prefix = turn_so_far.path_prefix;
    WebhookTurn turn{*turn_so_far.snapshot, retired_, request, turn_so_far.params,
                     turn_so_far.verified,  response, record};
    const PathAndQuery target = split_target(origin_form(request.target));
    const Routed path =
        route(Side::public_side, turn_so_far.snapshot->public_urls.routed_path(target.path));
    turn.stand_at(path);
    std::optional<Asked> asked = std::move(turn_so_far.asked);
    if (turn_so_far.missing) {
        const FlowVersion version = *turn_so_far.missing;
        std::shared_ptr<const LoadedFlows> found = co_await world_.archive.fetch(version);
        if (found) retired_.keep(version, std::move(found), turn.hour());
        turn.answer_for_good(path);
        turn_so_far.secret_input = turn.secret_input();
        asked = turn.take_asked();
    }
    while (asked) {
        if (asked->gone) {
            SilentTurn silent = turn.silent_turn_of(*asked);
            if (WebhookTurn::ends_behind(*asked)) {
                std::string by = turn.by();
                silent.ends_call =
                    co_await world_.last_states.claim_end(silent.call_sid, std::move(by));
            }
            co_await world_.silent_turns.owe(std::move(silent));
            turn.answer_nobody();
            break;
        }
        EffectOrder order = turn.order_of(*asked, turn_so_far.snapshot);
        const std::optional<flows::EffectResult> result =
            co_await world_.effects.perform(std::move(order), until);
        if (!result) {
            turn.keep_waiting(std::move(*asked));
            break;
        }
        turn.resume(std::move(*asked), *result);
        asked = turn.take_asked();
    }
    std::optional<CallEnd> end = turn.take_end();
    if (!end) end = std::move(turn_so_far.end);
    if (end) co_await end_call(turn, std::move(*end));
    if (auto last = turn.take_last())
        world_.last_states.keep(std::string{turn.call_sid()}, std::move(*last));
    account_for(std::move(record), turn_so_far.began, request, turn_so_far.params, response,
                turn_so_far.secret_input);
}

net::awaitable<void> VoiceWebhook::end_call(WebhookTurn& turn, CallEnd end) {
    const std::string call{turn.call_sid()};
    const std::string by = turn.by();
    const bool is_ours = co_await world_.last_states.claim_end(call, by);
    if (!is_ours) co_return;
    std::optional<Standing> standing = std::move(end.standing);
    if (!standing) {
        const std::optional<LastState> last = co_await world_.last_states.find(call);
        FlowVersion missing{};
        if (last) standing = turn.standing_of(*last, missing);
        if (last && !standing && missing != FlowVersion{}) {
            std::shared_ptr<const LoadedFlows> found = co_await world_.archive.fetch(missing);
            if (found) retired_.keep(missing, std::move(found), turn.hour());
            standing = turn.standing_of(*last, missing);
        }
        if (!standing) standing = turn.standing_of_nothing(end.flow);
    }
    if (!standing) co_return;
    turn.hang_up(std::move(*standing));
    const std::optional<Asked> asked = turn.take_asked();
    if (!asked) co_return;
    SilentTurn silent = turn.silent_turn_of(*asked);
    co_await world_.silent_turns.owe(std::move(silent));
}

void VoiceWebhook::account_for(TurnRecord record, std::chrono::steady_clock::time_point began,
                               const Request& request, const twiml::Params& params,
                               const Response& response, bool secret_input) {
    record.status = response.status;
    record.bytes = static_cast<std::uint32_t>(response.body.size() + response.shared.bytes.size());
    record.took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    if (observer_.exchanges().is_wanted() && response.status < 300)
        observer_.exchanges().add(exchange_of(request, params, response, record, secret_input));
    observer_.record(std::move(record));
}

void VoiceWebhook::on_refusal(const Refusal& refusal) noexcept {
    TurnRecord record;
    record.at = std::chrono::system_clock::now();
    record.status = refusal.status;
    record.reason = refusal.why;
    record.peer = refusal.peer;
    observer_.record(std::move(record));
}

}  // namespace server
