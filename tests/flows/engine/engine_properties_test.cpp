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
    return set_of(
        {ArbitraryFlow{"main", {"sub", "main"}}.build(), ArbitraryFlow{"sub", {}}.build()});
}

Event arbitrary_event() {
    static const std::string words = "sales", digits = "1", more = "12", odd = "\xff#9";
    switch (*rc::gen::inRange(0, 16)) {
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
    default:
        return NoInput{};
    }
}

std::vector<twiml::FilledUrl> longest_urls(const Reply& reply) {
    const std::string url(2300, 'u');
    return std::vector<twiml::FilledUrl>(reply.callbacks.size(), {url, {}});
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
    for (const CallState& state : reply.states) {
        std::string bytes;
        encode(state, set, bytes);
        RC_ASSERT(bytes.size() <= max_state_bytes);
        RC_ASSERT(decode(bytes, set) == state);
    }
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
            const bool gone = *rc::gen::inRange(0, 12) == 0;
            const Next next = advance(root, state, event, gone, circumstances);
            RC_ASSERT(next == advance(root, state, event, gone, circumstances));
            RC_ASSERT(next.taken.size() <= 3 * 1000);
            const auto* reply = std::get_if<Reply>(&next.what);
            if (!reply) {
                RC_ASSERT(gone);
                return;
            }
            RC_ASSERT(!gone);
            holds(*reply, set);
            if (reply->states.empty()) return;
            state = *rc::gen::elementOf(reply->states);
            event = arbitrary_event();
        }
    }));
}

TEST_CASE("a state no call would be in is answered all the same") {
    CHECK(rc::check("random states", [] {
        const FlowSet set = arbitrary_flows();
        const Circumstances circumstances{.flows = &set};
        CallState state = *arbitrary_state(set);
        const Next next =
            advance(*set.find("main"), state, arbitrary_event(), false, circumstances);
        RC_ASSERT(std::holds_alternative<Reply>(next.what));
    }));
}
