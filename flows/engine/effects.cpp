#include "flows/engine/json_body.hpp"
#include "flows/engine/json_number.hpp"
#include "flows/engine/turn.hpp"
#include "twiml/ids.hpp"

#include <algorithm>
#include <utility>

namespace flows {
namespace {

using std::chrono::milliseconds;

// In line only the time changes from one pass to the next: its word would say nothing more.
std::string place_in_line(const CallState& state) {
    if (state.aside == Aside::nothing || state.aside == Aside::line) return state.occasion;
    std::string place{to_text(state.aside)};
    if (!state.occasion.empty()) place.append(" ").append(state.occasion);
    return place;
}

EffectId id_of(const Turn& turn, const Step& step) {
    const Frame& frame = turn.state.frames.back();
    const State& state = turn.flow->states[static_cast<std::size_t>(frame.state)];
    return {.flow = turn.flow->name,
            .state = state.name,
            .step = step.id,
            .visit = visits(turn),
            .life = turn.state.life,
            .place_in_line = place_in_line(turn.state)};
}

void ask(Turn& turn, const Step& step, Effect effect, milliseconds deadline) {
    EffectRequest request{
        .id = id_of(turn, step), .effect = std::move(effect), .deadline = deadline};
    turn.state.awaiting = Awaiting::effect;
    request.resume_in = std::move(turn.state);
    request.so_far = {.said = std::move(turn.reply.document.verbs),
                      .bytes = turn.bytes,
                      .steps = turn.steps + steps_an_effect,
                      .overrun = turn.overrun,
                      .rescued = turn.rescued};
    turn.next.what = std::move(request);
    turn.done = true;
}

// A number that can be called or texted. Withheld callers, clients and SIP addresses have none.
std::optional<std::string> number(const Text& text, const Turn& turn) {
    auto written = write(text, turn, Purpose::plain);
    if (!written || !twiml::E164::parse(*written)) return std::nullopt;
    return written;
}

bool write_all(const std::vector<std::pair<std::string, Text>>& texts, const Turn& turn,
               std::vector<std::pair<std::string, std::string>>& into) {
    for (const auto& [name, text] : texts) {
        auto written = write(text, turn, Purpose::plain);
        if (!written) return false;
        into.emplace_back(name, std::move(*written));
    }
    return true;
}

// Sets all that a look-up is to save, or nothing where one value is missing or does not fit.
bool save_all(Turn& turn, const Http& http, const EffectResult& result) {
    if (result.values.size() != http.save.size()) return false;
    std::vector<Value> values;
    for (std::size_t i = 0; i < http.save.size(); ++i) {
        const auto variable = static_cast<std::size_t>(http.save[i].first);
        const auto& told = result.values[i];
        if (!told) return false;
        const Type& type = turn.flow->variables[variable].type;
        const bool counts = type.kind == TypeKind::number || type.kind == TypeKind::money;
        auto value = convert(counts ? without_exponent(*told) : *told, type);
        if (!value) return false;
        values.push_back(std::move(*value));
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        top(turn).variables[static_cast<std::size_t>(http.save[i].first)] = std::move(values[i]);
    return true;
}

}  // namespace

void run(Turn& turn, const Step& step, const Http& http) {
    Lookup lookup{.method = http.method};
    auto url = write(http.url, turn, Purpose::url);
    if (!url || !write_all(http.headers, turn, lookup.headers)) return fail(turn, step);
    lookup.url = std::move(*url);
    if (http.body) {
        lookup.body = json_body(*http.body, view_of(turn), turn.state.language);
        if (!lookup.body) return fail(turn, step);
    }
    for (const auto& [variable, pointer] : http.save)
        lookup.pointers.push_back(pointer);
    ask(turn, step, std::move(lookup), http.timeout);
}

void run(Turn& turn, const Step& step, const Sms& sms) {
    TextMessage message{.template_sid = sms.template_sid, .whatsapp = sms.whatsapp};
    auto to = number(sms.to, turn);
    if (!to) return follow(turn, step, "refused");
    message.to = std::move(*to);
    if (!sms.text.empty()) {
        auto text = write(sms.text[static_cast<std::size_t>(turn.language)], turn, Purpose::speech);
        if (!text) return fail(turn, step);
        message.text = std::move(*text);
    }
    if (!write_all(sms.template_values, turn, message.template_values)) return fail(turn, step);
    for (const Text& source : sms.media) {
        auto url = write(source, turn, Purpose::url);
        if (!url) return fail(turn, step);
        message.media.push_back(std::move(*url));
    }
    if (sms.from) {
        auto from = write(*sms.from, turn, Purpose::plain);
        if (!from) return fail(turn, step);
        message.from = std::move(*from);
    }
    ask(turn, step, std::move(message), text_deadline);
}

void run(Turn& turn, const Step& step, const Consent& consent) {
    auto whose = number(consent.number, turn);
    if (!whose) return fail(turn, step);
    ask(turn, step, ChangeConsent{std::move(*whose), consent.opts_out}, store_deadline);
}

void run(Turn& turn, const Step& step, const VerifyStart& start) {
    auto to = number(start.to, turn);
    if (!to) return follow(turn, step, "refused");
    ask(turn, step, StartVerification{std::move(*to), start.channel, turn.state.language},
        verify_deadline);
}

// Without a code that was sent there is none to compare with: it counts as one that is over.
void run(Turn& turn, const Step& step, const VerifyCheck& check) {
    if (turn.state.verification.empty()) return follow(turn, step, "expired");
    auto code = write(check.code, turn, Purpose::plain);
    if (!code) return fail(turn, step);
    ask(turn, step, CheckVerification{turn.state.verification, std::move(*code)}, verify_deadline);
}

void run(Turn& turn, const Step& step, const CallBack& callback) {
    auto to = number(callback.number, turn);
    if (!to) return follow(turn, step, "failed");
    RequestCallback request{.number = std::move(*to),
                            .queue = callback.queue,
                            .keep_place = callback.keep_place,
                            .within = callback.within,
                            .attempts = callback.attempts};
    const Target& go = callback.go;
    const bool stays = go.flow.empty() || go.flow == turn.flow->name;
    const Flow* flow = stays ? turn.flow : find_flow(turn, go.flow);
    if (!flow || go.state < 0) return fail(turn, step);
    Frame begins{flow->name, go.state, -1, std::vector<Value>(flow->variables.size())};
    if (stays) begins.variables = top(turn).variables;
    request.begins_in.frames.push_back(std::move(begins));
    request.begins_in.language = turn.state.language;
    ask(turn, step, std::move(request), store_deadline);
}

void effect_ended(Turn& turn, const Step& step, const EffectResult& result) {
    if (const auto* http = std::get_if<Http>(&step.what); http && result.outcome == "ok") {
        return follow(turn, step, save_all(turn, *http, result) ? "ok" : "failed");
    }
    if (std::holds_alternative<Consent>(step.what)) {
        if (result.outcome != "done") return fail(turn, step);
        return follow(turn, step, {});
    }
    if (std::holds_alternative<VerifyStart>(step.what) && result.outcome == "pending" &&
        !result.values.empty() && result.values.front()) {
        turn.state.verification = *result.values.front();
    }
    if (std::holds_alternative<VerifyCheck>(step.what) && result.outcome == "approved") {
        turn.state.verification.clear();
    }
    for (const Outcome& known : outcomes_of(step.what)) {
        if (known.name == result.outcome) return follow(turn, step, known.name);
    }
    follow(turn, step, "failed");  // of a step that a newer flow has in its place
}

Reply keep_waiting(EffectRequest asked) {
    Reply reply;
    reply.document.verbs = std::move(asked.so_far.said);
    twiml::Element pause{.name = "Pause"};
    put(pause, "length", "1");
    reply.document.verbs.emplace_back(std::move(pause));
    const bool in_line = asked.resume_in.aside == Aside::line;
    reply.callbacks.push_back({in_line ? EventName::waiting : EventName::wait, 0});
    reply.document.verbs.push_back(redirect_to({0, false}));
    reply.states.push_back(std::move(asked.resume_in));
    return reply;
}

}  // namespace flows
