// Random flows that ask the world for things, random answers and delays, webhooks that come twice.
#include "flows/tools/in_process.hpp"
#include "flows/tools/simulator.hpp"
#include "tests/support/arbitrary_flow.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;
using namespace support;

namespace {

struct Call {
    FlowSet set{};
    SettingValues settings{{"main", {}}, {"sub", {}}};

    Call()
        : set{set_of({ArbitraryFlow{"main", {"sub", "main"}, true}.build(),
                      ArbitraryFlow{"sub", {}, true}.build()})} {}
    InProcess in_process() const { return InProcess{{.flows = &set, .settings = &settings}}; }
};

ScriptedAnswers arbitrary_answers() {
    ScriptedAnswers answers;
    for (int i = 0; i < 40; ++i) {
        answers.http.push_back({.asked = "GET https://crm.test/a",
                                .status = *rc::gen::element(200, 204, 401, 404, 500),
                                .takes = std::chrono::milliseconds{*rc::gen::inRange(0, 12'000)},
                                .fails = *rc::gen::inRange(0, 5) == 0});
        answers.sms.push_back({*rc::gen::element<std::string>("sent", "refused", "unknown"), {}});
        answers.verify.push_back(
            {*rc::gen::element<std::string>("approved", "wrong", "failed", "pending"), {}});
    }
    return answers;
}

void act(Phone& phone) {
    switch (*rc::gen::inRange(0, 6)) {
    case 0:
        (void)phone.press("1");
        return;
    case 1:
        (void)phone.press("12");
        return;
    case 2:
        (void)phone.wait();
        return;
    case 3:
        (void)phone.dial_ends(*rc::gen::element(DialOutcome::busy, DialOutcome::completed));
        return;
    case 4:
        (void)phone.record(std::chrono::seconds{3}, Phone::RecordingEnds::by_key);
        return;
    default:
        (void)phone.say("sales");
    }
}

bool is_hold(const Answer& answer) {
    return answer.response.body.find("/wait?s=") != std::string::npos;
}

}  // namespace

TEST_CASE("no effect happens twice, whatever a flow asks for and however often a webhook comes") {
    CHECK(rc::check("random calls with effects", [] {
        const Call call;
        const InProcess in_process = call.in_process();
        std::vector<EffectId> performed;
        bool was_in_line = false;
        const Transport twice = [&](const TapeRequest& request, Now now, EffectScript& effects) {
            const std::size_t before = effects.performed().size();
            Answer first = in_process(request, now, effects);
            const std::size_t count = effects.performed().size();
            // A step that is taken anew asks under a new identity: none is answered from memory but
            // what the caller came back for. In line the identity is the second of the wait, and
            // these flows may wait without any time passing.
            was_in_line |= request.target.find("/waiting?s=") != std::string::npos;
            const bool came_back = request.target.find("/wait?s=") != std::string::npos;
            const auto results = first.trace ? first.trace->effects.size() : 0;
            const std::size_t held = is_hold(first) ? 1 : 0;
            if (!was_in_line) RC_ASSERT(results + held == count - before + (came_back ? 1 : 0));
            for (std::size_t i = before; i < count; ++i)
                performed.push_back(effects.performed()[i].id);
            if (*rc::gen::arbitrary<bool>()) {
                const Answer again = in_process(request, now, effects);
                RC_ASSERT(again.response == first.response);
                RC_ASSERT(again.took == first.took);
                RC_ASSERT(effects.performed().size() == count);
            }
            return first;
        };
        Phone phone{{},
                    {.target = "/voice/main"},
                    Now{std::chrono::hours{1'000'000 / 2}},
                    twice,
                    EffectScript{arbitrary_answers()}};
        phone.begin();
        for (int i = 0; i < 8 && !phone.is_over(); ++i)
            act(phone);
        if (!phone.is_over()) (void)phone.hang_up();
        for (std::size_t i = 0; i < performed.size(); ++i) {
            for (std::size_t j = i + 1; j < performed.size(); ++j)
                RC_ASSERT_FALSE(performed[i] == performed[j]);
        }
        RC_ASSERT(phone.effects().performed().size() == performed.size());
    }));
}
