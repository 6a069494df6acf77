// Random flows, random events: what holds whatever a designer writes and a caller does.
#include "flows/engine/engine.hpp"
#include "tests/support/arbitrary_flow.hpp"
#include "twiml/check.hpp"
#include "twiml/render.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;
using namespace support;

namespace {

FlowSet arbitrary_flows() {
    const bool asks_the_world = *rc::gen::arbitrary<bool>();
    return set_of({ArbitraryFlow{"main", {"sub", "main"}, asks_the_world}.build(),
                   ArbitraryFlow{"sub", {}, asks_the_world}.build()});
}

Event arbitrary_event() {
    static const std::string words = "sales", digits = "1", more = "12", odd = "\xff#9";
    switch (*rc::gen::inRange(0, 22)) {
    case 0:
        return Began{};
    case 1:
        return Continued{};
    case 2:
        return Keyed{digits};
    case 3:
        return Keyed{more};
    case 4:
        return Keyed{odd};
    case 5:
        return Spoke{words, 0.9};
    case 6:
        return Spoke{odd, std::nullopt};
    case 7:
        return DialEnded{twiml::DialStatus::completed, false, {}};
    case 8:
        return DialEnded{twiml::DialStatus::busy, std::nullopt, {}};
    case 9:
        return Recorded{"AC0123456789abcdef0123456789abcdef", "RE0123456789abcdef0123456789abcdef",
                        std::chrono::seconds{3}};
    case 10:
        return NothingRecorded{};
    case 11:
        return LegAnswered{};
    case 12:
        return LegKeyed{*rc::gen::arbitrary<bool>() ? std::string_view{digits} : ""};
    case 13:
        return Apologise{static_cast<Apologise::Then>(*rc::gen::inRange(0, 3))};
    case 14:
        return QueueEnded{static_cast<QueueEnded::How>(*rc::gen::inRange(0, 6)),
                          std::chrono::seconds{*rc::gen::inRange(0, 90)}};
    case 15:
    case 16:
        return WaitsInLine{3, 4, *rc::gen::inRange(0, 90), 60};
    case 17:
        return Stored{"AC0123456789abcdef0123456789abcdef", "RE0123456789abcdef0123456789abcdef",
                      std::chrono::seconds{3}};
    case 18:
        return Transcribed{"AC0123456789abcdef0123456789abcdef",
                           "RE0123456789abcdef0123456789abcdef", words};
    case 19:
        return HungUp{};
    default:
        return NoInput{};
    }
}

bool is_silent(const CallState& state, const Event& event) {
    return is_on_no_line(state) || std::holds_alternative<HungUp>(event);
}

std::vector<twiml::FilledUrl> longest_urls(const Reply& reply) {
    const std::string url(2300, 'u');
    return std::vector<twiml::FilledUrl>(reply.callbacks.size(), {url, {}});
}

void holds(const CallState& state, const FlowSet& set) {
    std::string bytes;
    encode(state, set, bytes);
    RC_ASSERT(bytes.size() <= max_state_bytes);
    RC_ASSERT(decode(bytes, set) == state);
}

void holds(const Reply& reply, const FlowSet& set) {
    RC_ASSERT(twiml::render(reply.document, longest_urls(reply)).size() <
              twiml::max_document_bytes);
    for (const twiml::Finding& finding : twiml::check(reply.document)) {
        RC_LOG() << finding.message << '\n'
                 << twiml::render_pretty(reply.document, longest_urls(reply));
        RC_ASSERT(!finding.is_error);
    }
    for (const Callback& callback : reply.callbacks) {
        RC_ASSERT(callback.state >= 0);
        RC_ASSERT(callback.state < static_cast<int>(reply.states.size()));
    }
    for (const CallState& state : reply.states)
        holds(state, set);
}

// What may come of any effect, also what no step of its kind knows.
EffectResult arbitrary_result() {
    EffectResult result;
    result.outcome = *rc::gen::elementOf(std::vector<std::string>{
        "ok", "sent", "pending", "approved", "wrong", "queued", "done", "failed", "slow", "odd"});
    if (result.outcome == "pending") {
        result.values = {"VE0123456789abcdef0123456789abcdef"};
    } else {
        const int count = *rc::gen::inRange(0, 4);
        for (int i = 0; i < count; ++i) {
            if (*rc::gen::arbitrary<bool>())
                result.values.emplace_back(*arbitrary_text(60));
            else
                result.values.emplace_back(std::nullopt);
        }
    }
    return result;
}

struct World {
    const FlowSet& set;
    const Flow& root;
    const Circumstances& circumstances;
    bool gone = false;
    bool is_real = true;  // the state is one that a call comes to
};

void holds(const EffectRequest& asked, const World& world) {
    if (world.is_real) {
        holds(asked.resume_in, world.set);
        RC_ASSERT(asked.id.visit >= 1);
    }
    if (const auto* callback = std::get_if<RequestCallback>(&asked.effect)) {
        holds(callback->begins_in, world.set);
    }
    RC_ASSERT(asked.deadline > std::chrono::milliseconds{0});
    // A webhook that comes while it goes on, or once more, asks for the same.
    const Next again =
        advance(world.root, asked.resume_in, Continued{}, world.gone, world.circumstances);
    const auto* same = std::get_if<EffectRequest>(&again.what);
    RC_ASSERT(same != nullptr);
    RC_ASSERT(same->id == asked.id);
    RC_ASSERT(same->effect == asked.effect);
}

// Answers the turn's effects until there is a reply or a rest; some have not ended by then.
Next settle(Next next, const World& world) {
    constexpr int most_effects = 2 * 1000 / 30;
    for (int effects = 0; std::holds_alternative<EffectRequest>(next.what); ++effects) {
        RC_ASSERT(effects < most_effects);
        EffectRequest asked = std::get<EffectRequest>(next.what);
        holds(asked, world);
        if (!world.gone && *rc::gen::inRange(0, 5) == 0) {
            Next waiting;
            waiting.what = keep_waiting(std::move(asked));
            return waiting;
        }
        const EffectResult result = arbitrary_result();
        next = resume(world.root, asked, result, world.gone, world.circumstances);
        RC_ASSERT(next == resume(world.root, asked, result, world.gone, world.circumstances));
        RC_ASSERT(next.taken.size() <= 3 * 1000);
    }
    return next;
}

}  // namespace

TEST_CASE("every flow answers every event: a reply in bounds, or rest, and always the same") {
    CHECK(rc::check("random calls", [] {
        const FlowSet set = arbitrary_flows();
        const Flow& root = *set.find("main");
        const Circumstances circumstances{.flows = &set};
        CallState state = begin_call(root, circumstances.now);
        Event event = Began{};
        for (int turn = 0; turn < 12; ++turn) {
            const bool gone = *rc::gen::inRange(0, 12) == 0 || is_silent(state, event);
            const Next begun = advance(root, state, event, gone, circumstances);
            RC_ASSERT(begun == advance(root, state, event, gone, circumstances));
            RC_ASSERT(begun.taken.size() <= 3 * 1000);
            const Next next = settle(begun, {set, root, circumstances, gone});
            const auto* reply = std::get_if<Reply>(&next.what);
            if (!reply) {
                RC_ASSERT(gone);
                return;
            }
            RC_ASSERT(!gone);
            holds(*reply, set);
            if (reply->states.empty()) return;
            // Where nothing calls back, the end of the call is all that comes.
            if (reply->callbacks.empty()) {
                state = reply->states.front();
                event = HungUp{};
                continue;
            }
            const Callback next_url = *rc::gen::elementOf(reply->callbacks);
            state = reply->states[static_cast<std::size_t>(next_url.state)];
            event = arbitrary_event();
        }
    }));
}

TEST_CASE("a state no call would be in is answered all the same") {
    CHECK(rc::check("random states", [] {
        const FlowSet set = arbitrary_flows();
        const Circumstances circumstances{.flows = &set};
        CallState state = *arbitrary_state(set);
        const Flow& root = *set.find("main");
        const Event event = arbitrary_event();
        const bool gone = is_silent(state, event);
        const Next next = advance(root, state, event, false, circumstances);
        const Next answered = settle(next, {set, root, circumstances, gone, false});
        RC_ASSERT(std::holds_alternative<Rest>(answered.what) == gone);
    }));
}
