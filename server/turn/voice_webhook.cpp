#include "server/turn/voice_webhook.hpp"

#include "flows/engine/call_facts.hpp"
#include "flows/engine/engine.hpp"
#include "server/http/router.hpp"
#include "server/turn/acme_files.hpp"
#include "server/turn/callback_facts.hpp"
#include "server/turn/callback_urls.hpp"
#include "server/turn/refusal.hpp"
#include "server/turn/verify.hpp"
#include "twiml/voice_request.hpp"

namespace server {
namespace {

constexpr std::string_view empty_response = R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)";
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

// The flow a webhook runs on, and where the call stands.
struct Standing {
    std::shared_ptr<const LoadedFlows> owner{};  // of a retired version; else empty
    const LoadedFlows* flows = nullptr;
    const flows::Flow* root = nullptr;
    FlowVersion version{};
    flows::CallState state{};
};

// One webhook on its way through. Lives on the stack of `answer`.
class Turn {
public:
    Turn(const Snapshot& snapshot, RetiredVersions& retired, const Request& request,
         const twiml::Params& params, const Verified& verified, Response& response,
         TurnRecord& record)
        : snapshot_{snapshot}, retired_{retired}, request_{twiml::read_voice_request(params)},
          query_{split_target(origin_form(request.target)).query}, verified_{verified},
          response_{response}, record_{record}, now_{std::chrono::floor<std::chrono::milliseconds>(
                                                    record.at)} {
        if (request_.call_sid) record_.call_sid = request_.call_sid->str();
        record_.from = masked(request_.from.text);
    }

    void answer(const Routed& path);
    bool secret_input() const { return secret_input_; }

private:
    void begin(std::string_view flow);
    void go_on(const Routed& path);
    void fall_back(const Routed& path);
    void recover(const Routed& path, flows::EventName event);
    void status();

    bool open_state(const Routed& path, std::string_view query, bool leg, Standing& standing);
    void advance(const Standing& standing, const flows::Event& event, bool gone, bool leg = false,
                 bool recovering = false);
    void apologise(std::string_view flow, flows::Apologise::Then then, bool recovering);
    std::optional<Standing> fresh(std::string_view flow) const;
    flows::Circumstances circumstances(const LoadedFlows& flows);
    std::uint32_t hour() const {
        return static_cast<std::uint32_t>(
            std::chrono::floor<std::chrono::hours>(now_.time_since_epoch()).count());
    }

    const Snapshot& snapshot_;
    RetiredVersions& retired_;
    twiml::VoiceRequest request_;
    std::string_view query_;
    const Verified& verified_;
    Response& response_;
    TurnRecord& record_;
    flows::Now now_;
    std::string audio_base_;
    bool secret_input_ = true;  // until the state that awaits it says that it is not
};

void Turn::answer(const Routed& path) {
    record_.flow = path.flow;
    switch (path.route) {
    case Route::voice_start:
        return begin(path.flow);
    case Route::voice_event:
        return go_on(path);
    case Route::voice_fallback:
        return fall_back(path);
    case Route::voice_status:
        return status();
    default:
        return answer_text(response_, 404, "no such page\n");
    }
}

std::optional<Standing> Turn::fresh(std::string_view flow) const {
    const flows::Flow* root = snapshot_.flows->set.find(flow);
    if (root == nullptr) return std::nullopt;
    return Standing{{},
                    snapshot_.flows.get(),
                    root,
                    snapshot_.flows->versions.find(flow)->second,
                    flows::begin_call(*root, now_)};
}

void Turn::begin(std::string_view flow) {
    record_.event = "begin";
    const std::optional<Standing> standing = fresh(flow);
    if (!standing) return answer_text(response_, 404, "no such flow\n");
    const bool gone = twiml::is_final(request_.status) && !request_.parent_call_sid;
    advance(*standing, flows::Began{}, gone);
}

void Turn::go_on(const Routed& path) {
    record_.event = path.event;
    const auto event = flows::parse_event_name(path.event);
    if (!event) return answer_text(response_, 404, "no such event\n");
    const bool leg = is_on_leg(*event);
    Standing standing;
    if (!open_state(path, query_, leg, standing)) return recover(path, *event);
    const flows::Happened happened = flows::what_happened(*event, request_);
    advance(standing, happened.event, happened.gone, leg);
}

// Twilio could not reach us, or did not understand the answer. What failed on the way is answered
// as if nothing had happened; else the caller is told, and goes to the flow's `otherwise`.
void Turn::fall_back(const Routed& path) {
    record_.event = "fallback";
    record_.detail = request_.error_code;
    if (request_.error_code.starts_with("112") && request_.error_code.size() == 5) {
        const PathAndQuery failed = split_target(target_of(request_.error_url));
        const Routed path_then =
            route(Side::public_side, snapshot_.public_urls.routed_path(failed.path));
        if (path_then.route == Route::voice_start) return begin(path_then.flow);
        const auto event = flows::parse_event_name(path_then.event);
        Standing standing;
        if (event && open_state(path_then, failed.query, is_on_leg(*event), standing)) {
            const flows::Happened happened = flows::what_happened(*event, request_);
            return advance(standing, happened.event, happened.gone, is_on_leg(*event));
        }
    }
    record_.reason = "fallback";
    apologise(path.flow, flows::Apologise::Then::otherwise, false);
}

// A token that does not open: tampered with, of another call, too old, of a version nobody here
// knows. Never an error: the caller is on the line.
void Turn::recover(const Routed& path, flows::EventName event) {
    record_.reason = "token-does-not-open";
    if (event == flows::EventName::whisper) return answer_twiml(response_, empty_response);
    if (is_on_leg(event)) return answer_twiml(response_, hangup_response);
    const bool again = query_value(query_, "r") == "1";
    apologise(path.flow, again ? flows::Apologise::Then::hang_up : flows::Apologise::Then::start,
              true);
}

void Turn::apologise(std::string_view flow, flows::Apologise::Then then, bool recovering) {
    const std::optional<Standing> standing = fresh(flow);
    if (!standing) return answer_text(response_, 404, "no such flow\n");
    const bool gone = twiml::is_final(request_.status) && !request_.parent_call_sid;
    advance(*standing, flows::Apologise{then}, gone, false, recovering);
}

void Turn::status() {
    record_.event = "status";
    record_.state = twiml::to_text(request_.status);
    response_.status = 204;
}

bool Turn::open_state(const Routed& path, std::string_view query, bool leg, Standing& standing) {
    const auto& sid = leg ? request_.parent_call_sid : request_.call_sid;
    if (!sid) return false;
    const auto opened =
        open(snapshot_.open_with, query_value(query, "s"), {bound_path(path), sid->str()});
    if (!opened) return false;
    standing.version = opened->version;
    standing.flows = snapshot_.flows.get();
    standing.root = standing.flows->find(opened->version);
    if (standing.root == nullptr) {
        standing.owner = retired_.find(opened->version, hour());
        if (!standing.owner) return false;
        standing.flows = standing.owner.get();
        standing.root = standing.flows->find(opened->version);
    }
    auto state = flows::decode(opened->state, standing.flows->set);
    if (!state || state->frames.empty() || state->began_hour + token_hours < hour()) return false;
    standing.state = std::move(*state);
    secret_input_ = awaits_secret(standing.state, standing.flows->set);
    return true;
}

flows::Circumstances Turn::circumstances(const LoadedFlows& flows) {
    audio_base_.assign(verified_.path_prefix).append("/audio/");
    flows::Circumstances around;
    around.now = now_;
    around.flows = &flows.set;
    around.settings = &flows.settings;
    around.dial_rules = &snapshot_.dial_rules;
    around.audio_base = audio_base_;
    around.call = flows::call_facts(request_);
    return around;
}

void Turn::advance(const Standing& standing, const flows::Event& event, bool gone, bool leg,
                   bool recovering) {
    const flows::Next next =
        flows::advance(*standing.root, standing.state, event, gone, circumstances(*standing.flows));
    for (const auto& [name, value] : next.tags) {
        if (name == "result") record_.result = value;
    }
    const auto* reply = std::get_if<flows::Reply>(&next.what);
    if (reply == nullptr) return answer_twiml(response_, empty_response);

    const std::string_view call = request_.call_sid ? request_.call_sid->str() : std::string_view{};
    const std::string_view parent =
        leg && request_.parent_call_sid ? request_.parent_call_sid->str() : call;
    const ReplyContext context{
        *standing.root, standing.flows->set,   standing.version, verified_.key(), call,
        parent,         verified_.path_prefix, verified_.origin, recovering};
    const std::vector<twiml::FilledUrl> urls = fill_callbacks(*reply, context);
    if (!reply->states.empty())
        record_.state = state_name(reply->states.front(), *standing.root, standing.flows->set);
    answer_twiml(response_, {});
    twiml::render(reply->document, urls, response_.body);
}

}  // namespace

RequestHandler::Waiting VoiceWebhook::answer(const Request& request, Response& response) {
    const auto began = std::chrono::steady_clock::now();
    TurnRecord record;
    record.at = std::chrono::system_clock::now();
    record.method = request.method_text;
    record.peer = request.peer;
    const Snapshot& snapshot = current_.get();
    const PathAndQuery target = split_target(origin_form(request.target));
    record.path = target.path;

    thread_local twiml::Params params;
    bool secret_input = false;
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
        Turn turn{snapshot, retired_, request, params, *verified, response, record};
        turn.answer(path);
        secret_input = turn.secret_input();
    };
    respond();

    record.status = response.status;
    record.bytes = static_cast<std::uint32_t>(response.body.size() + response.shared.bytes.size());
    record.took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    if (observer_.exchanges().is_wanted() && response.status < 300)
        observer_.exchanges().add(exchange_of(request, params, response, record, secret_input));
    observer_.record(std::move(record));
    return {};
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
