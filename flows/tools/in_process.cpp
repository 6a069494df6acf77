#include "flows/tools/in_process.hpp"

#include "flows/engine/call_facts.hpp"
#include "flows/engine/engine.hpp"
#include "flows/tools/moments.hpp"
#include "flows/tools/transport.hpp"
#include "twiml/base64url.hpp"
#include "twiml/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace flows {
namespace {

constexpr std::string_view twiml_type = "text/xml; charset=utf-8";

TapeResponse refusal(int status) { return {status, "text/plain", {}}; }

struct Path {
    std::vector<std::string_view> segments{};  // behind /voice/
    std::string_view query{};
};

Path split(std::string_view target) {
    Path path;
    const std::size_t query = std::min(target.find('?'), target.size());
    if (query < target.size()) path.query = target.substr(query + 1);
    std::string_view rest = target.substr(0, query);
    constexpr std::string_view prefix = "/voice/";
    if (!rest.starts_with(prefix)) return path;
    rest.remove_prefix(prefix.size());
    while (true) {
        const std::size_t end = std::min(rest.find('/'), rest.size());
        path.segments.push_back(rest.substr(0, end));
        if (end == rest.size()) return path;
        rest.remove_prefix(end + 1);
    }
}

// One webhook, answered.
class Turn {
public:
    Turn(const InProcess::World& world, const TapeRequest& request, const twiml::Params& params,
         Now now, EffectScript& effects)
        : world_{world}, request_{twiml::read_voice_request(params)}, now_{now}, effects_{effects},
          last_state_{request.header(last_state_header)} {}

    Answer answer(std::string_view target) {
        TapeResponse response = respond(target);
        return {std::move(response), std::move(trace_), took_, std::move(undecided_)};
    }

private:
    TapeResponse respond(std::string_view target) {
        const Path path = split(target);
        if (path.segments.empty()) return refusal(404);
        const Flow* root = world_.flows->find(path.segments[0]);
        if (root == nullptr) return refusal(404);
        if (path.segments.size() == 1) return begin(*root, path.query);
        if (path.segments.size() == 2 && path.segments[1] == "status") return end(*root);
        if (path.segments.size() == 2 && path.segments[1] == "fallback") return fall_back(*root);
        if (path.segments.size() == 3) return go_on(*root, path);
        return refusal(404);
    }

    // The state that a server finds in its store comes along here.
    TapeResponse end(const Flow& root) {
        if (is_gone() && root.hung_up >= 0) {
            silent_ = true;
            const auto kept = last_state_ != nullptr ? decoded(*last_state_) : std::nullopt;
            (void)advance(root, kept ? *kept : begin_call(root, now_), HungUp{}, true);
        }
        return {204, {}, {}};
    }

    bool is_gone() const { return twiml::is_final(request_.status) && !request_.parent_call_sid; }

    // A call that we placed says which callback it is: /voice/main?request=2.
    TapeResponse begin(const Flow& root, std::string_view query) {
        constexpr std::string_view key = "request=";
        CallState state = begin_call(root, now_);
        if (query.starts_with(key)) {
            query.remove_prefix(key.size());
            std::size_t index = 0;
            const auto read = std::from_chars(query.data(), query.data() + query.size(), index);
            const CallState* asked = read.ec == std::errc{} ? effects_.callback(index) : nullptr;
            if (asked == nullptr) return refusal(404);
            const auto hour = state.began_hour;
            state = *asked;
            state.began_hour = hour;
        }
        return advance(root, state, Began{}, is_gone());
    }

    TapeResponse go_on(const Flow& root, const Path& path) {
        const auto name = parse_event_name(path.segments[2]);
        if (!name) return refusal(404);
        const auto state = open(path.query);
        if (!state && is_silent(*name)) return {204, {}, {}};
        if (!state && *name == EventName::waiting) return leave();
        if (!state) return apologise(root, Apologise::Then::start);
        const Happened happened = what_happened(*name, request_);
        silent_ = is_silent(*name);
        TapeResponse response = advance(root, *state, happened.event, happened.gone);
        return is_silent(*name) ? TapeResponse{204, {}, {}} : response;
    }

    static TapeResponse leave() {
        twiml::Document document;
        document.verbs.emplace_back(twiml::Element{.name = "Leave"});
        return {200, std::string{twiml_type}, twiml::render(document)};
    }

    TapeResponse fall_back(const Flow& root) {
        const std::string_view url = request_.error_url;
        const std::size_t at = url.find("/voice/");
        if (request_.error_code.starts_with("112") && at != url.npos) {
            const Path failed = split(url.substr(at));
            if (failed.segments.size() == 1) return begin(root, failed.query);
            if (failed.segments.size() == 3 && open(failed.query)) return go_on(root, failed);
        }
        return apologise(root, Apologise::Then::otherwise);
    }

    TapeResponse apologise(const Flow& root, Apologise::Then then) {
        return advance(root, begin_call(root, now_), Apologise{then}, is_gone());
    }

    std::optional<CallState> open(std::string_view query) const {
        constexpr std::string_view key = "s=";
        if (!query.starts_with(key)) return std::nullopt;
        query.remove_prefix(key.size());
        return decoded(query.substr(0, query.find_first_of("&#")));
    }

    std::optional<CallState> decoded(std::string_view token) const {
        std::string bytes;
        if (!twiml::decode_base64url(token, bytes)) return std::nullopt;
        return decode(bytes, *world_.flows);
    }

    std::string token_of(const CallState& state) const {
        std::string bytes;
        encode(state, *world_.flows, bytes);
        std::string token;
        twiml::append_base64url(bytes, token);
        return token;
    }

    TapeResponse advance(const Flow& root, const CallState& state, const Event& event, bool gone) {
        Circumstances around;
        around.now = now_;
        around.flows = world_.flows;
        around.call = call_facts(request_);
        around.settings = world_.settings;
        around.dial_rules = world_.dial_rules;
        around.audio_base = "/audio/";
        trace_.emplace();
        Next next = flows::advance(root, state, event, gone, around);
        note(next);
        const bool alone = gone || silent_;  // nobody waits on the line
        Now reached = now_;
        while (auto* asked = std::get_if<EffectRequest>(&next.what)) {
            const PerformedEffect* done =
                effects_.perform(around.call.call_sid, *asked, reached, alone);
            if (done == nullptr) {
                undecided_ = {std::move(asked->id), std::move(asked->effect)};
                trace_.reset();
                return {};
            }
            if (!alone && done->ends > now_ + patience) {
                took_ = patience;
                next.what = keep_waiting(std::move(*asked));
                break;
            }
            reached = std::max(reached, done->ends);
            trace_->effects.push_back(*done);
            const EffectResult result = done->result;
            next = resume(root, std::move(*asked), result, gone, around);
            note(next);
        }
        if (!alone && took_.count() == 0) took_ = reached - now_;
        return answer_with(root, next);
    }

    TapeResponse answer_with(const Flow& root, const Next& next) {
        TapeResponse response{200, std::string{twiml_type}, {}};
        const auto* reply = std::get_if<Reply>(&next.what);
        note_place(reply);
        if (root.hung_up >= 0 && !request_.parent_call_sid) note_last_state(next, reply);
        if (reply == nullptr) {
            response.body = twiml::render({});
            return response;
        }
        std::vector<twiml::FilledUrl> urls;
        for (const Callback& callback : reply->callbacks) {
            urls.push_back({url_of(root, *reply, callback), "https://ivr.example.com"});
        }
        response.body = twiml::render(reply->document, urls);
        return response;
    }

    void note(const Next& next) {
        trace_->taken.insert(trace_->taken.end(), next.taken.begin(), next.taken.end());
        trace_->tags.insert(trace_->tags.end(), next.tags.begin(), next.tags.end());
    }

    void note_place(const Reply* reply) {
        TurnTrace& trace = *trace_;
        if (reply != nullptr && !reply->states.empty()) {
            const CallState& stands = reply->states.front();
            trace.language = stands.language;
            for (const Frame& frame : stands.frames) {
                const Flow* flow = world_.flows->find(frame.flow);
                if (flow == nullptr || frame.state < 0) continue;
                trace.stands_in.emplace_back(
                    flow->name, flow->states[static_cast<std::size_t>(frame.state)].name);
            }
        } else if (!trace.taken.empty() && !silent_) {
            trace.stands_in.emplace_back(trace.taken.back().flow, trace.taken.back().state);
        }
    }

    void note_last_state(const Next& next, const Reply* reply) {
        const auto* rest = std::get_if<Rest>(&next.what);
        if (rest != nullptr && rest->ended) trace_->last_state = token_of(*rest->ended);
        const bool is_own = reply != nullptr && !reply->states.empty() &&
                            reply->states.front().aside == Aside::nothing;
        if (is_own) trace_->last_state = token_of(reply->states.front());
    }

    std::string url_of(const Flow& root, const Reply& reply, const Callback& callback) const {
        const CallState& state = reply.states[static_cast<std::size_t>(callback.state)];
        return fmt::format("/voice/{}/{}/{}?s={}", root.name, place_of(root, state),
                           to_text(callback.event), token_of(state));
    }

    // "main", or "identify.ask" inside a sub-flow: as the server names it.
    std::string place_of(const Flow& root, const CallState& state) const {
        if (state.frames.empty()) return "end";
        const Frame& top = state.frames.back();
        const Flow* flow = world_.flows->find(top.flow);
        if (flow == nullptr || top.state < 0) return "end";
        const std::string& name = flow->states[static_cast<std::size_t>(top.state)].name;
        return flow->name == root.name ? name : flow->name + '.' + name;
    }

    const InProcess::World& world_;
    twiml::VoiceRequest request_;
    Now now_;
    EffectScript& effects_;
    const std::string* last_state_;
    bool silent_ = false;  // on nobody's line: it does not tell where the call stands
    std::optional<TurnTrace> trace_{};
    std::chrono::milliseconds took_{0};
    std::optional<Undecided> undecided_{};
};

}  // namespace

Answer InProcess::operator()(const TapeRequest& request, Now now, EffectScript& effects) const {
    twiml::Params params;
    for (const auto& [name, value] : request.form)
        params.add(name, value);
    return Turn{world_, request, params, now, effects}.answer(request.target);
}

Replayed InProcess::operator()(const TapeRequest& request, std::string_view at) const {
    EffectScript nothing_scripted;
    Answer answer = (*this)(request, parse_moment(at).value_or(world_.now), nothing_scripted);
    Replayed replayed{std::move(answer.response), {}};
    if (!answer.trace) return replayed;
    for (const PerformedEffect& each : answer.trace->effects) {
        replayed.taken_for.push_back(
            fmt::format("{} {}", effect_name(each.effect), in_words(each)));
    }
    return replayed;
}

}  // namespace flows
