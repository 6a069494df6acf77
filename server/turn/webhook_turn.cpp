#include "server/turn/webhook_turn.hpp"

#include "flows/engine/call_facts.hpp"
#include "server/turn/callback_facts.hpp"
#include "server/turn/callback_urls.hpp"
#include "twiml/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace server {
namespace {

// What a flow's expressions may read of a webhook.
constexpr std::array<std::string_view, 13> told_of_a_call{
    "AccountSid", "CallSid",       "ParentCallSid", "From",        "To",
    "Direction",  "ForwardedFrom", "CallerName",    "FromCountry", "FromState",
    "FromCity",   "FromZip",       "StirVerstat"};

constexpr std::string_view empty_response = R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)";
constexpr std::string_view leave_response =
    R"(<?xml version="1.0" encoding="UTF-8"?><Response><Leave/></Response>)";
constexpr std::string_view hangup_response =
    R"(<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>)";

void answer_twiml(Response& response, std::string_view document) {
    response.status = 200;
    response.content_type = twiml_type;
    response.body = document;
    response.add("Cache-Control", "no-store");
}

// "/voice/acme?x=1" of "https://ivr.example.com/voice/acme?x=1#rc=2".
std::string_view target_of(std::string_view url) {
    url = url.substr(0, url.find('#'));
    const std::size_t scheme = url.find("://");
    if (scheme == url.npos) return {};
    const std::size_t path = url.find('/', scheme + 3);
    return path == url.npos ? std::string_view{} : url.substr(path);
}

}  // namespace

void WebhookTurn::stand_at(const Routed& path) {
    const auto event = flows::parse_event_name(path.event);
    silent_ = path.route == Route::voice_status || (event && flows::is_silent(*event));
}

void WebhookTurn::answer(const Routed& path) {
    record_.flow = path.flow;
    stand_at(path);
    switch (path.route) {
    case Route::voice_start:
        return begin(path.flow, query_);
    case Route::voice_event:
        return go_on(path);
    case Route::voice_fallback:
        return fall_back(path);
    case Route::voice_status:
        return status(path.flow);
    default:
        return answer_text(response_, 404, "no such page\n");
    }
}

std::optional<Standing> WebhookTurn::fresh(std::string_view flow) const {
    const flows::Flow* root = snapshot_.flows->set.find(flow);
    if (root == nullptr) return std::nullopt;
    return Standing{{},
                    snapshot_.flows.get(),
                    root,
                    snapshot_.flows->versions.find(flow)->second,
                    flows::begin_call(*root, now_)};
}

void WebhookTurn::begin(std::string_view flow, std::string_view query) {
    record_.event = "begin";
    const std::string_view request = query_value(query, "request");
    if (!request.empty() && request_.call_sid) {
        placed_ = OfPlacedCall{.request = std::string{request},
                               .flow = std::string{flow},
                               .call_sid = std::string{request_.call_sid->str()},
                               .answered_by = std::string{request_.answered_by}};
        return;
    }
    std::optional<Standing> standing = fresh(flow);
    if (!standing) return answer_text(response_, 404, "no such flow\n");
    const bool gone = twiml::is_final(request_.status) && !request_.parent_call_sid;
    advance(std::move(*standing), flows::Began{}, gone);
}

// A request that nobody knows, or another call's: never its values, and no error, as somebody is on
// the line.
void WebhookTurn::begin_placed(const std::string& flow, const PlacedAnswer& answer) {
    if (answer.hangs_up) return answer_twiml(response_, hangup_response);
    Standing standing;
    if (!answer.start || answer.start->flow != flow) {
        record_.reason = "request-not-known";
        return apologise(flow, flows::Apologise::Then::start, true);
    }
    std::optional<flows::CallState> state;
    if (stand_on(answer.start->version, standing))
        state = flows::decode(answer.start->state, standing.flows->set);
    if (missing_) return;
    if (!state || state->frames.empty()) {
        record_.reason = "request-does-not-open";
        return apologise(flow, flows::Apologise::Then::start, true);
    }
    standing.state = std::move(*state);
    standing.state.began_hour = hour();
    secret_input_ = false;
    const bool gone = twiml::is_final(request_.status) && !request_.parent_call_sid;
    advance(std::move(standing), flows::Began{}, gone);
}

void WebhookTurn::end_placed(bool is_written) {
    if (!is_written) answer_text(response_, 503, "it cannot be written down now\n");
}

void WebhookTurn::end_unknown() {
    answer_text(response_, 503, "the store does not answer; tell it again\n");
}

void WebhookTurn::go_on(const Routed& path) {
    record_.event = path.event;
    const auto event = flows::parse_event_name(path.event);
    if (!event) return answer_text(response_, 404, "no such event\n");
    const bool leg = is_on_leg(*event);
    Standing standing;
    if (!open_state(path, query_, leg, standing)) {
        if (!missing_) recover(path, *event);
        return;
    }
    const flows::Happened happened = flows::what_happened(*event, request_);
    advance(std::move(standing), happened.event, happened.gone, leg);
}

// Twilio could not reach us, or did not understand the answer. What failed on the way is answered
// as if nothing had happened; else the caller is told, and goes to the flow's `otherwise`: that of
// the version which the call began with, where the URL that failed tells it.
void WebhookTurn::fall_back(const Routed& path) {
    record_.event = "fallback";
    record_.detail = request_.error_code;
    const PathAndQuery failed = split_target(target_of(request_.error_url));
    const Routed path_then =
        route(Side::public_side, snapshot_.public_urls.routed_path(failed.path));
    const bool on_the_way =
        request_.error_code.starts_with("112") && request_.error_code.size() == 5;
    if (on_the_way && path_then.route == Route::voice_start)
        return begin(path_then.flow, failed.query);
    const auto event = flows::parse_event_name(path_then.event);
    const bool leg = event && is_on_leg(*event);
    Standing standing;
    const bool is_known = event && open_state(path_then, failed.query, leg, standing);
    if (missing_) return;
    if (on_the_way && is_known) {
        const flows::Happened happened = flows::what_happened(*event, request_);
        return advance(std::move(standing), happened.event, happened.gone, leg);
    }
    record_.reason = "fallback";
    if (event && answer_aside(*event)) return;
    if (!is_known) return apologise(path.flow, flows::Apologise::Then::otherwise, false);
    standing.state = flows::begin_call(*standing.root, now_);
    apologise(std::move(standing), flows::Apologise::Then::otherwise, false);
}

// What is asked of a called leg, or of a caller in line, is not the call's own way: an apology and
// what follows it belong there. False where it is asked of that.
bool WebhookTurn::answer_aside(flows::EventName event) {
    if (event == flows::EventName::whisper) {
        answer_twiml(response_, empty_response);
    } else if (is_on_leg(event)) {
        answer_twiml(response_, hangup_response);
    } else if (event == flows::EventName::waiting) {
        answer_twiml(response_, leave_response);
    } else if (flows::is_silent(event)) {
        answer_nobody();
    } else {
        return false;
    }
    return true;
}

// A token that does not open: tampered with, of another call, too old, of a version nobody here
// knows. Never an error: the caller is on the line.
void WebhookTurn::recover(const Routed& path, flows::EventName event) {
    record_.reason = "token-does-not-open";
    if (answer_aside(event)) return;
    const bool again = query_value(query_, "r") == "1";
    apologise(path.flow, again ? flows::Apologise::Then::hang_up : flows::Apologise::Then::start,
              true);
}

void WebhookTurn::apologise(std::string_view flow, flows::Apologise::Then then, bool recovering) {
    std::optional<Standing> standing = fresh(flow);
    if (!standing) return answer_text(response_, 404, "no such flow\n");
    apologise(*std::move(standing), then, recovering);
}

void WebhookTurn::apologise(Standing standing, flows::Apologise::Then then, bool recovering) {
    const bool gone = twiml::is_final(request_.status) && !request_.parent_call_sid;
    advance(std::move(standing), flows::Apologise{then}, gone, false, recovering);
}

void WebhookTurn::status(std::string_view flow) {
    record_.event = "status";
    record_.state = twiml::to_text(request_.status);
    answer_nobody();
    const bool is_over = twiml::is_final(request_.status) && !request_.parent_call_sid;
    if (!is_over || !request_.call_sid) return;
    const flows::Flow* root = snapshot_.flows->set.find(flow);
    // Not served any more: a call that began before that is known by where it stood.
    if (root == nullptr || root->hung_up >= 0) end_ = CallEnd{{}, std::string{flow}};
    const std::string_view request = query_value(query_, "request");
    if (request.empty()) return;
    placed_ = OfPlacedCall{.request = std::string{request},
                           .flow = std::string{flow},
                           .call_sid = std::string{request_.call_sid->str()},
                           .is_over = true};
}

// False where nobody here has that version: `missing_` says which, unless it is for good.
bool WebhookTurn::stand_on(const FlowVersion& version, Standing& standing) {
    standing.version = version;
    standing.flows = snapshot_.flows.get();
    standing.root = standing.flows->find(version);
    if (standing.root != nullptr) return true;
    standing.owner = retired_.find(version, hour());
    if (!standing.owner) {
        if (!for_good_) missing_ = version;
        return false;
    }
    standing.flows = standing.owner.get();
    standing.root = standing.flows->find(version);
    return true;
}

bool WebhookTurn::ends_behind(const Asked& asked) {
    return asked.gone && !asked.leg && asked.standing.root->hung_up >= 0 &&
           asked.request.resume_in.aside == flows::Aside::nothing;
}

std::optional<Standing> WebhookTurn::standing_of(const CallStand& last) {
    Standing standing;
    if (!stand_on(last.version, standing)) return std::nullopt;
    auto state = flows::decode(last.state, standing.flows->set);
    if (!state) return std::nullopt;
    standing.state = std::move(*state);
    return standing;
}

void WebhookTurn::end_of_nothing(std::string_view flow) {
    if (snapshot_.flows->set.find(flow) == nullptr) answer_text(response_, 404, "no such flow\n");
}

void WebhookTurn::hang_up(Standing standing) {
    is_over_ = true;
    advance(std::move(standing), flows::HungUp{}, true);
}

bool WebhookTurn::open_state(const Routed& path, std::string_view query, bool leg,
                             Standing& standing) {
    const auto& sid = leg ? request_.parent_call_sid : request_.call_sid;
    if (!sid) return false;
    const auto opened =
        open(snapshot_.open_with, query_value(query, "s"), {bound_path(path), sid->str()});
    if (!opened) return false;
    if (!stand_on(opened->version, standing)) return false;
    auto state = flows::decode(opened->state, standing.flows->set);
    if (!state || state->frames.empty() || state->began_hour + token_hours < hour()) return false;
    standing.state = std::move(*state);
    secret_input_ = awaits_secret(standing.state, standing.flows->set);
    return true;
}

flows::Circumstances WebhookTurn::circumstances(const LoadedFlows& flows) {
    audio_base_.assign(verified_.path_prefix).append("/audio/");
    flows::Circumstances around;
    around.now = now_;
    around.flows = &flows.set;
    around.settings = &flows.settings;
    around.overrides = hours_.seen().get();
    around.dial_rules = &snapshot_.dial_rules;
    around.audio_base = audio_base_;
    around.call = flows::call_facts(request_);
    return around;
}

void WebhookTurn::advance(Standing standing, const flows::Event& event, bool gone, bool leg,
                          bool recovering) {
    flows::Next next =
        flows::advance(*standing.root, standing.state, event, gone, circumstances(*standing.flows));
    take(std::move(next), {std::move(standing), {}, gone, leg, recovering});
}

void WebhookTurn::resume(Asked asked, const flows::EffectResult& result) {
    flows::Next next = flows::resume(*asked.standing.root, std::move(asked.request), result,
                                     asked.gone, circumstances(*asked.standing.flows));
    take(std::move(next), std::move(asked));
}

void WebhookTurn::keep_waiting(Asked asked) {
    const flows::Reply reply = flows::keep_waiting(std::move(asked.request));
    answer_with(reply, asked);
}

// `how` says what the turn stands on; its own request is of before.
void WebhookTurn::take(flows::Next next, Asked how) {
    for (const auto& [name, value] : next.tags) {
        if (name == "result") record_.result = value;
    }
    if (auto* request = std::get_if<flows::EffectRequest>(&next.what)) {
        how.request = std::move(*request);
        asked_ = std::move(how);
        return;
    }
    if (auto* rest = std::get_if<flows::Rest>(&next.what)) {
        if (rest->ended && !how.leg) {
            how.standing.state = std::move(*rest->ended);
            std::string flow = how.standing.root->name;
            end_ = CallEnd{std::move(how.standing), std::move(flow)};
        }
        if (!is_over_) answer_nobody();
        return;
    }
    answer_with(std::get<flows::Reply>(next.what), how);
}

void WebhookTurn::answer_with(const flows::Reply& reply, const Asked& how) {
    const Standing& standing = how.standing;
    const std::string_view call = request_.call_sid ? request_.call_sid->str() : std::string_view{};
    const std::string_view parent =
        how.leg && request_.parent_call_sid ? request_.parent_call_sid->str() : call;
    const ReplyContext context{*standing.root,
                               standing.flows->set,
                               standing.version,
                               verified_.key(),
                               call,
                               parent,
                               verified_.path_prefix,
                               verified_.origin,
                               snapshot_.overrides,
                               how.recovering};
    const std::vector<twiml::FilledUrl> urls = fill_callbacks(reply, context);
    if (!reply.states.empty())
        record_.state = state_name(reply.states.front(), *standing.root, standing.flows->set);
    keep_last(reply, how);
    answer_twiml(response_, {});
    twiml::render(reply.document, urls, response_.body);
}

void WebhookTurn::answer_nobody() {
    if (!silent_) return answer_twiml(response_, empty_response);
    response_.status = 204;
}

// In line the call's own way stands where it stood before: what is set there ends there.
void WebhookTurn::keep_last(const flows::Reply& reply, const Asked& how) {
    const Standing& standing = how.standing;
    if (standing.root->hung_up < 0 || how.leg || reply.states.empty() || !request_.call_sid) return;
    if (reply.states.front().aside != flows::Aside::nothing) return;
    last_ = CallStand{standing.root->name, standing.version, {}, now_};
    flows::encode(reply.states.front(), standing.flows->set, last_->state);
}

SilentTurn WebhookTurn::silent_turn_of(const Asked& asked) const {
    const flows::EffectId& id = asked.request.id;
    SilentTurn turn{.identity =
                        fmt::format("{}/{}/{}/{}/{}{}{}", id.flow, id.state, id.step, id.visit,
                                    id.life, id.place_in_line.empty() ? "" : "/", id.place_in_line),
                    .flow = asked.standing.root->name,
                    .version = asked.standing.version,
                    .account_sid = verified_.account->sid};
    if (request_.call_sid) turn.call_sid = request_.call_sid->str();
    flows::encode(asked.request.resume_in, asked.standing.flows->set, turn.state);
    turn.public_base.append(verified_.origin).append(verified_.path_prefix);
    for (const std::string_view name : told_of_a_call) {
        if (const auto value = request_.all->find(name)) turn.call.emplace_back(name, *value);
    }
    return turn;
}

// One a call, whoever owes it.
SilentTurn WebhookTurn::hung_up_turn_of(const Asked& asked) const {
    SilentTurn turn = silent_turn_of(asked);
    turn.identity = hung_up_identity;
    return turn;
}

EffectOrder WebhookTurn::order_of(const Asked& asked,
                                  std::shared_ptr<const Snapshot> snapshot) const {
    EffectOrder order{.id = asked.request.id,
                      .effect = asked.request.effect,
                      .deadline = asked.request.deadline,
                      .version = asked.standing.version,
                      .flow = asked.standing.root->name,
                      .snapshot = std::move(snapshot)};
    if (request_.call_sid) order.call_sid = request_.call_sid->str();
    order.caller = twiml::far_end(request_).text;
    order.waited_in_line = std::chrono::seconds{std::max(0L, request_.queue_time.value_or(0))};
    order.account = static_cast<std::size_t>(verified_.account - order.snapshot->accounts.data());
    order.public_base.append(verified_.origin).append(verified_.path_prefix);
    order.begins = call_begin_of(order.effect, *asked.standing.flows);
    return order;
}

}  // namespace server
