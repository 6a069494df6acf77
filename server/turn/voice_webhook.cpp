#include "server/turn/voice_webhook.hpp"

#include "server/http/router.hpp"
#include "server/turn/acme_files.hpp"
#include "server/turn/callback_urls.hpp"
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
    std::optional<OfPlacedCall> placed{};  // else
    std::optional<CallEnd> end{};          // beside any of them
    bool secret_input = true;
};

namespace {

// Of a flow that is not served any more calls go on: the token of a callback names its version, and
// so may the request of a call that we placed, and a token in what the fallback tells of; and how
// the call ends is told with where it stood.
bool may_outlive_flow(const Routed& path, const PathAndQuery& target, const twiml::Params& params) {
    if (path.route == Route::voice_event || path.route == Route::voice_fallback) return true;
    if (!query_value(target.query, "request").empty()) return true;
    return path.route == Route::voice_status &&
           twiml::is_final(twiml::parse_call_status(params.get("CallStatus")));
}

}  // namespace

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
    Waiting message;
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
        const bool is_message = path.route == Route::sms || path.route == Route::sms_status;
        if (!is_message && !may_outlive_flow(path, target, params) &&
            snapshot.flows->set.find(path.flow) == nullptr)
            return answer_text(response, 404, "no such flow\n");
        if (!takes(path.methods, request.method)) {
            answer_text(response, 405, "another method is needed here\n");
            return response.add("Allow", allow(path.methods));
        }
        if (request.method == Method::post && !form)
            return answer_text(response, 415, "a form is expected\n");
        if (is_message) {
            auto notes = world_.messages.read(path.route, target.query, params, record);
            message = take_message(path.route, std::move(notes), record, began, request, response);
            return;
        }
        WebhookTurn turn{snapshot, world_.hours, retired_, request,
                         params,   *verified,    response, record};
        turn.answer(path);
        secret_input = turn.secret_input();
        auto asked = turn.take_asked();
        const auto missing = turn.take_missing();
        auto placed = turn.take_placed();
        auto end = turn.take_end();
        if (auto last = turn.take_last())
            world_.ends.keep(std::string{turn.call_sid()}, std::move(*last));
        if (asked || missing || placed || end) {
            unfinished.emplace(Unfinished{
                held, std::exchange(params, twiml::Params{}), *verified,
                std::string{verified->origin}, std::string{verified->path_prefix}, record, began,
                std::move(asked), missing, std::move(placed), std::move(end), secret_input});
        }
    };
    if (respond(); unfinished) return finish(std::move(*unfinished), request, response);
    if (message) return message;
    account_for(std::move(record), began, request, params, response, secret_input);
    return {};
}

net::awaitable<void> VoiceWebhook::finish(Unfinished turn_so_far, const Request& request,
                                          Response& response) {
    const auto until = turn_so_far.began + turn_so_far.snapshot->patience;
    TurnRecord& record = turn_so_far.record;
    turn_so_far.verified.origin = turn_so_far.origin;
    turn_so_far.verified.path_prefix = turn_so_far.path_prefix;
    WebhookTurn turn{*turn_so_far.snapshot, world_.hours,         retired_, request,
                     turn_so_far.params,    turn_so_far.verified, response, record};
    const PathAndQuery target = split_target(origin_form(request.target));
    const Routed path =
        route(Side::public_side, turn_so_far.snapshot->public_urls.routed_path(target.path));
    turn.stand_at(path);
    std::optional<Asked> asked = std::move(turn_so_far.asked);
    if (turn_so_far.missing) {
        co_await fetch(*turn_so_far.missing, turn.hour());
        turn.answer_for_good(path);
        turn_so_far.secret_input = turn.secret_input();
        asked = turn.take_asked();
    }
    if (turn_so_far.placed) {
        co_await meet_placed(turn, std::move(*turn_so_far.placed));
        turn_so_far.secret_input = turn.secret_input();
        asked = turn.take_asked();
    }
    while (asked) {
        if (asked->gone) {
            SilentTurn silent = turn.silent_turn_of(*asked);
            std::string call = silent.call_sid;
            if (WebhookTurn::ends_behind(*asked)) {
                const auto known = co_await world_.ends.find(call);
                silent.ends_call = known && !known->is_over;
            }
            const bool ends_call = silent.ends_call;
            co_await world_.silent_turns.owe(std::move(silent));
            if (ends_call) co_await world_.ends.claim(std::move(call));
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
        world_.ends.keep(std::string{turn.call_sid()}, std::move(*last));
    account_for(std::move(record), turn_so_far.began, request, turn_so_far.params, response,
                turn_so_far.secret_input);
}

// A call that we placed was answered, or is over.
net::awaitable<void> VoiceWebhook::meet_placed(WebhookTurn& turn, OfPlacedCall placed) {
    if (placed.is_over) {
        const bool is_written = co_await world_.placed_calls.ended(std::move(placed.request),
                                                                   std::move(placed.call_sid));
        turn.end_placed(is_written);
        co_return;
    }
    const PlacedAnswer answer = co_await world_.placed_calls.answered(
        std::move(placed.request), std::move(placed.call_sid), std::move(placed.answered_by));
    turn.begin_placed(placed.flow, answer);
    if (const auto missing = turn.take_missing()) {
        co_await fetch(*missing, turn.hour());
        turn.begin_placed_for_good(placed.flow, answer);
    }
}

net::awaitable<void> VoiceWebhook::fetch(FlowVersion version, std::uint32_t hour) {
    std::shared_ptr<const LoadedFlows> found = co_await world_.archive.fetch(version);
    if (found) retired_.keep(version, std::move(found), hour);
}

net::awaitable<std::optional<Standing>> VoiceWebhook::stand_of(WebhookTurn& turn, CallStand last) {
    std::optional<Standing> standing = turn.standing_of(last);
    const auto missing = turn.take_missing();
    if (!missing) co_return standing;
    co_await fetch(*missing, turn.hour());
    co_return turn.standing_of(last);
}

net::awaitable<void> VoiceWebhook::end_call(WebhookTurn& turn, CallEnd end) {
    std::string call{turn.call_sid()};
    const auto known = co_await world_.ends.find(call);
    if (!known) turn.end_unknown();
    if (!known || known->is_over) co_return;
    std::optional<Standing> standing = std::move(end.standing);
    if (!standing && known->stand) {
        CallStand last = *known->stand;
        standing = co_await stand_of(turn, std::move(last));
    }
    if (!standing) standing = turn.standing_of_nothing(end.flow);
    if (!standing) {
        turn.end_of_nothing(end.flow);
        co_return;
    }
    turn.hang_up(std::move(*standing));
    if (const std::optional<Asked> asked = turn.take_asked()) {
        SilentTurn silent = turn.hung_up_turn_of(*asked);
        co_await world_.silent_turns.owe(std::move(silent));
    }
    co_await world_.ends.claim(std::move(call));
}

net::awaitable<void> VoiceWebhook::take_message(Route route, std::vector<MessageNote> notes,
                                                TurnRecord record,
                                                std::chrono::steady_clock::time_point began,
                                                const Request& request, Response& response) {
    co_await world_.messages.answer(route, std::move(notes), record, response);
    const twiml::Params not_on_tape;  // what people write is theirs
    account_for(std::move(record), began, request, not_on_tape, response, true);
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
