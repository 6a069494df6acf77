#include "flows/engine/engine.hpp"

#include "flows/engine/turn.hpp"

#include <type_traits>
#include <utility>

namespace flows {
namespace {

// --- steps that are heard and do not wait

void say_looped(Turn& turn, const Step& step, Nodes verbs, int loop) {
    const Nodes once = verbs;
    for (int i = 1; i < loop; ++i) {
        verbs.insert(verbs.end(), once.begin(), once.end());
        if (verbs.size() > step_bound / 8) break;  // far too big: add() says so
    }
    const bool for_ever = loop == 0;
    if (!add(turn, step, std::move(verbs))) return;
    take(turn, step, {});
    if (!for_ever) return go_on(turn, step);
    turn.reply.document.verbs.push_back(redirect_to(hole(turn, EventName::go)));
    rest(turn, Awaiting::nothing);
}

void run(Turn& turn, const Step& step, const Say& say) {
    if (turn.gone) return go_on(turn, step);
    Nodes verbs;
    if (!speak(verbs, say.words, turn, view_of(turn))) return fail(turn, step);
    if (say.loop && verbs.size() > 1) return say_looped(turn, step, std::move(verbs), *say.loop);
    if (say.loop && verbs.size() == 1) {
        auto& verb = std::get<twiml::Element>(verbs.front());
        if (verb.name != "Pause") put(verb, "loop", std::to_string(*say.loop));
    }
    if (!add(turn, step, std::move(verbs))) return;
    take(turn, step, {});
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const Play& play) {
    if (turn.gone) return go_on(turn, step);
    twiml::Element verb{.name = "Play"};
    if (!play.digits.empty()) {
        put(verb, "digits", play.digits);
    } else {
        auto url = audio_url(play.source, turn);
        if (!url) return fail(turn, step);
        verb.content.emplace_back(std::move(*url));
    }
    if (play.loop) put(verb, "loop", std::to_string(*play.loop));
    if (!add(turn, step, {std::move(verb)})) return;
    take(turn, step, {});
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const Pause& pause) {
    if (turn.gone) return go_on(turn, step);
    twiml::Element verb{.name = "Pause"};
    put(verb, "length", std::to_string(pause.length.count()));
    if (!add(turn, step, {std::move(verb)})) return;
    take(turn, step, {});
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const Twiml& fragment) {
    if (turn.gone) return go_on(turn, step);
    if (!add(turn, step, fragment.verbs)) return;
    take(turn, step, {});
    go_on(turn, step);
}

// --- steps that end our part

void run(Turn& turn, const Step& step, const Redirect& redirect) {
    if (turn.gone) return nobody_left(turn);
    auto url = write(redirect.url, turn, Purpose::url);
    if (!url) return fail(turn, step);
    twiml::Element verb{.name = "Redirect"};
    if (redirect.method != "POST") put(verb, "method", redirect.method);
    verb.content.emplace_back(std::move(*url));
    if (!add(turn, step, {std::move(verb)})) return;
    take(turn, step, {});
    end_reply(turn);
}

void run(Turn& turn, const Step& step, const Hangup&) {
    take(turn, step, {});
    hang_up(turn);
}

void run(Turn& turn, const Step& step, const Reject& reject) {
    take(turn, step, {});
    // Behind an apology the call is answered already: it can only be ended.
    if (turn.gone || !turn.reply.document.verbs.empty()) return hang_up(turn);
    twiml::Element verb{.name = "Reject"};
    put(verb, "reason", reject.reason);
    turn.reply.document.verbs.emplace_back(std::move(verb));
    end_reply(turn);
}

// --- silent steps

void run(Turn& turn, const Step& step, const Set& set) {
    for (const Assignment& assignment : set.assignments) {
        if (assignment.language) {
            auto tag = write(assignment.value, turn, Purpose::plain);
            const int language = tag ? turn.flow->find_language(*tag) : -1;
            if (language < 0) return fail(turn, step);
            turn.language = language;
            turn.state.language = std::move(*tag);
            continue;
        }
        const auto variable = static_cast<std::size_t>(assignment.variable);
        auto value = value_of(assignment.value, turn.flow->variables[variable].type, view_of(turn));
        if (!value) return fail(turn, step);
        top(turn).variables[variable] = std::move(*value);
    }
    take(turn, step, {});
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const If& decision) {
    const auto holds = is_true(decision.condition, view_of(turn));
    if (!holds) return fail(turn, step);
    take(turn, step, *holds ? "then" : "else");
    const auto& go = *holds ? decision.then_go : decision.else_go;
    const int inside = *holds ? decision.then_step : decision.else_step;
    if (go) return go_to(turn, step, *go);
    go_on(turn, step);
    if (inside >= 0) top(turn).step = inside;
}

void run(Turn& turn, const Step& step, const Switch& choice) {
    const auto value = evaluate(choice.value, view_of(turn));
    if (!value) return fail(turn, step);
    for (const Case& wanted : choice.cases) {
        if (wanted.value != *value) continue;
        take(turn, step, wanted.name);
        return go_to(turn, step, wanted.go);
    }
    take(turn, step, "otherwise");
    otherwise(turn, step);
}

void run(Turn& turn, const Step& step, const Limit& limit) {
    const bool exceeded = visits(turn) > limit.visits;
    take(turn, step, exceeded ? "otherwise" : "");
    if (exceeded) return otherwise(turn, step);
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const Go& go) {
    take(turn, step, {});
    go_to(turn, step, go.to);
}

void run(Turn& turn, const Step& step, const Do& call) {
    const Flow* callee = find_flow(turn, call.flow);
    if (!callee || turn.state.frames.size() >= max_depth) return fail(turn, step);
    Frame frame{callee->name, callee->start, -1, std::vector<Value>(callee->variables.size())};
    for (const auto& [argument, text] : call.with) {
        const auto variable =
            static_cast<std::size_t>(callee->takes[static_cast<std::size_t>(argument)]);
        auto value = value_of(text, callee->variables[variable].type, view_of(turn));
        if (!value) return fail(turn, step);
        frame.variables[variable] = std::move(*value);
    }
    take(turn, step, {});
    turn.state.frames.push_back(std::move(frame));
    stand(turn);
    enter(turn, callee->start);
}

// An ending nobody named goes to the step's own `otherwise`, else on: it is no failure.
void sub_flow_ended(Turn& turn, const Step& step, std::string_view end) {
    take(turn, step, end);
    for (const OutcomeTarget& on : step.on) {
        if (on.outcome == end) return go_to(turn, step, on.go);
    }
    if (step.otherwise) return go_to(turn, step, *step.otherwise);
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const Return& ending) {
    std::vector<Value> given(turn.flow->gives.size());
    for (const auto& [index, text] : ending.gives) {
        const auto result = static_cast<std::size_t>(index);
        auto value = value_of(text, turn.flow->gives[result].type, view_of(turn));
        if (!value) return fail(turn, step);
        given[result] = std::move(*value);
    }
    take(turn, step, ending.end);
    if (turn.state.frames.size() == 1) return hang_up(turn);  // nobody called this flow
    turn.state.frames.pop_back();
    stand(turn);
    const Step* caller = step_of(turn);
    const auto* call = caller ? std::get_if<Do>(&caller->what) : nullptr;
    if (!call) return apologise(turn);
    for (const auto& [variable, result] : call->save) {
        Value& value = given[static_cast<std::size_t>(result)];
        if (is_set(value)) top(turn).variables[static_cast<std::size_t>(variable)] = value;
    }
    sub_flow_ended(turn, *caller, ending.end);
}

void run(Turn& turn, const Step& step, const Result& result) {
    turn.next.tags.emplace_back("result",
                                turn.flow->results[static_cast<std::size_t>(result.result)]);
    take(turn, step, {});
    go_on(turn, step);
}

void run(Turn& turn, const Step& step, const Tag& tag) {
    for (const auto& [name, text] : tag.tags) {
        auto value = write(text, turn, Purpose::plain);
        if (!value) return fail(turn, step);
        turn.next.tags.emplace_back(name, std::move(*value));
    }
    take(turn, step, {});
    go_on(turn, step);
}

// --- the loop

// The step that went round and round gets its `otherwise` and a little more; then it is over.
void stop_spinning(Turn& turn, const Step& step) {
    if (turn.overrun) return apologise(turn);
    turn.overrun = true;
    turn.steps -= max_steps_a_turn / 10;
    fail(turn, step);
}

void run_step(Turn& turn) {
    const Step* step = step_of(turn);
    // The end of a state. In line the wait has run out, and is asked again; else the check lets
    // nobody get here but silent turns, which are done.
    if (!step) return is_in_line(turn) && !turn.gone ? end_reply(turn) : hang_up(turn);
    if (++turn.steps > max_steps_a_turn) return stop_spinning(turn, *step);
    turn.is_again = std::exchange(turn.again, false);
    std::visit([&](const auto& what) { run(turn, *step, what); }, step->what);
}

// What Twilio tells with a call's first webhook only.
void carry_first_facts(Turn& turn) {
    const CallFacts& call = turn.circumstances.call;
    auto& carried = turn.state.carried;
    if (turn.root.reads_attestation && !call.stir_verstat.empty()) {
        carried.emplace_back(CallFact::attestation, fact_text(CallFact::attestation, call));
    }
    if (turn.root.reads_answered_by && !call.answered_by.empty()) {
        carried.emplace_back(CallFact::answered_by, cut(call.answered_by));
    }
}

void begin(Turn& turn) {
    turn.state.carried.clear();
    carry_first_facts(turn);
    enter(turn, top(turn).state);
}

void apologise_and(Turn& turn, Apologise::Then then) {
    if (turn.gone) return nobody_left(turn);
    CallState fresh = begin_call(turn.root, turn.circumstances.now);
    fresh.began_hour = turn.state.began_hour;
    fresh.carried = std::move(turn.state.carried);
    fresh.life = turn.state.life + 1;
    if (turn.root.find_language(turn.state.language) >= 0) {
        fresh.language = std::move(turn.state.language);
    }
    turn.state = std::move(fresh);
    if (!is_sound(turn)) return apologise(turn);
    stand(turn);
    say_sorry(turn);
    const auto& rescue = turn.root.otherwise;
    if (then == Apologise::Then::start) return enter(turn, turn.root.start);
    if (then == Apologise::Then::hang_up || !rescue || rescue->kind != Target::Kind::state) {
        return hang_up(turn);
    }
    turn.rescued = true;
    go_to(turn, Step{}, *rescue);
}

// What happened, told to the step that waited for it. A webhook that does not belong to what the
// step waits for counts as silence, or as a failure: nothing a caller sends may stop the call.
void tell(Turn& turn, const Event& event) {
    if (std::holds_alternative<Began>(event)) return begin(turn);
    if (std::holds_alternative<HungUp>(event)) return hung_up(turn);
    const Awaiting awaiting = turn.state.awaiting;
    if (awaiting == Awaiting::nothing) return;
    const Step* step = step_of(turn);
    if (!step) return;
    if (awaiting == Awaiting::effect) {
        // Any other event asks for the same effect again: its identity says so.
        if (const auto* ended = std::get_if<EffectEnded>(&event)) {
            effect_ended(turn, *step, *ended->result);
        }
        return;
    }
    const bool heard = awaiting == Awaiting::answer || awaiting == Awaiting::confirmation;
    if (const auto* menu = std::get_if<Menu>(&step->what); menu && heard) {
        return answered(turn, *step, *menu, event);
    }
    if (const auto* gather = std::get_if<Gather>(&step->what); gather && heard) {
        return awaiting == Awaiting::answer ? answered(turn, *step, *gather, event)
                                            : confirmed(turn, *step, *gather, event);
    }
    if (const auto* dial = std::get_if<Dial>(&step->what)) {
        return awaiting == Awaiting::dial ? dial_ended(turn, *step, *dial, event)
                                          : leg_answered(turn, *dial, awaiting, event);
    }
    if (const auto* record = std::get_if<Record>(&step->what)) {
        const bool later = awaiting == Awaiting::stored || awaiting == Awaiting::transcribed;
        return later ? told_of_recording(turn, *record, event)
                     : recorded(turn, *step, *record, event);
    }
    if (const auto* enqueue = std::get_if<Enqueue>(&step->what)) {
        return awaiting == Awaiting::line ? wait_in_line(turn, *enqueue, event)
                                          : queue_ended(turn, *step, *enqueue, event);
    }
}

Next finish(Turn& turn) {
    while (!turn.done)
        run_step(turn);
    return std::move(turn.next);
}

}  // namespace

bool is_on_no_line(const CallState& state) {
    return (state.aside != Aside::nothing && state.aside != Aside::line) ||
           state.awaiting == Awaiting::stored || state.awaiting == Awaiting::transcribed;
}

CallState begin_call(const Flow& flow, Now now) {
    const auto hours = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
    CallState state;
    state.began_hour = static_cast<std::uint32_t>(hours);
    const bool has_steps = flow.start >= 0 && flow.start < static_cast<int>(flow.states.size()) &&
                           !flow.states[static_cast<std::size_t>(flow.start)].steps.empty();
    state.frames.push_back(Frame{flow.name, flow.start, has_steps ? 0 : -1,
                                 std::vector<Value>(flow.variables.size())});
    state.language = flow.languages.front().tag;
    return state;
}

Next advance(const Flow& flow, const CallState& state, const Event& event, bool gone,
             const Circumstances& circumstances) {
    const bool silent = is_on_no_line(state) || std::holds_alternative<HungUp>(event);
    Turn turn{.root = flow, .circumstances = circumstances, .gone = gone || silent, .state = state};
    if (const auto* sorry = std::get_if<Apologise>(&event)) {
        apologise_and(turn, sorry->then);
    } else if (!is_sound(turn)) {
        apologise(turn);
    } else {
        stand(turn);
        tell(turn, event);
    }
    return finish(turn);
}

Next resume(const Flow& flow, EffectRequest asked, const EffectResult& result, bool gone,
            const Circumstances& circumstances) {
    Turn turn{.root = flow,
              .circumstances = circumstances,
              .gone = gone || is_on_no_line(asked.resume_in),
              .state = std::move(asked.resume_in),
              .bytes = asked.so_far.bytes,
              .steps = asked.so_far.steps,
              .overrun = asked.so_far.overrun,
              .rescued = asked.so_far.rescued};
    turn.reply.document.verbs = std::move(asked.so_far.said);
    if (!is_sound(turn)) {
        apologise(turn);
    } else {
        stand(turn);
        tell(turn, EffectEnded{&result});
    }
    return finish(turn);
}

}  // namespace flows
