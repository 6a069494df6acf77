// Whatever goes wrong on the way, an outcome never says less than what Twilio has carried out.
#include "server/effects/twilio_calls.hpp"
#include "server/effects/twilio_messages.hpp"
#include "tests/server/effects/twilio_double.hpp"

#include <rapidcheck.h>

using namespace std::chrono_literals;
using server::CallToPlace;
using server::MessageResult;
using server::OutgoingMessage;
using server::PlacedCall;
using server::TwilioCalls;
using server::TwilioMessages;
using server::testing::Accident;
using server::testing::Answer;
using server::testing::error;
using server::testing::number;
using server::testing::TwilioWorld;

namespace {

// All that Twilio or the network may do to one request. A 429 and a 4xx are never carried out.
const std::vector<Answer>& faults() {
    static const std::vector<Answer> all{
        {},
        error(429, 20429),
        {.status = 429},
        error(400, 21211),
        error(400, 21610),
        error(401, 20003),
        {.status = 500, .accepts = true},
        {.status = 500},
        error(503, 20503),
        {.status = 504, .accepts = true},
        {.accident = Accident::reset_before},
        {.accident = Accident::reset_after},
        {.accident = Accident::never},
        {.delay = 100ms},  // beyond the deadline, and carried out
        {.delay = 2ms},
        {.cut = 0},
        {.cut = 20},
        {.status = 201, .body = "{}", .accepts = true},
        {.status = 201, .body = "no JSON", .accepts = true},
        {.accepts = true, .raw = "HTTP/1.1 201 Cre"},
        {.accepts = true, .raw = "nonsense\r\n\r\n"},
        {.status = 302, .headers = "Location: /elsewhere\r\n"},
        {.status = 201, .headers = "Connection: close\r\n", .accepts = true},
    };
    return all;
}

struct Script {
    std::vector<Answer> answers{};
    int broken = 0;  // connections, before a byte
};

Script arbitrary_script() {
    Script script;
    const int length = *rc::gen::inRange(0, 6);
    for (int i = 0; i < length; ++i)
        script.answers.push_back(*rc::gen::elementOf(faults()));
    script.broken = *rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 3}, {1, 5}});
    return script;
}

enum class Said { done, not_done, unknown };

// One world for all scripts: what one leaves behind meets the next.
struct Faulty : TwilioWorld {
    void suffers(const std::string& path_end, const Script& script) {
        twilio.server().clear_scripts();
        twilio.script(path_end, script.answers);
        twilio.server().break_connections(script.broken);
        now += 31s;  // past the breaker
    }
    // What was sent before a deadline may still have to be heard.
    void settle() {
        for (int i = 0; i < 3; ++i) {
            loop.restart();
            loop.poll();
        }
    }
};

void check_consistent(Said said, int carried_out) {
    RC_ASSERT(carried_out <= 1);
    if (said == Said::done) RC_ASSERT(carried_out == 1);
    if (said == Said::not_done) RC_ASSERT(carried_out == 0);
}

constexpr int scripts_a_case = 10;  // RapidCheck tries a hundred cases

}  // namespace

TEST_CASE("whatever goes wrong, a message is sent at most once, and never more than is said") {
    Faulty world;
    TwilioMessages messages{*world.rest};
    CHECK(rc::check("any script of faults", [&] {
        for (int i = 0; i < scripts_a_case; ++i) {
            world.suffers("/Messages.json", arbitrary_script());
            const int before = world.twilio.messages();
            const OutgoingMessage message{
                .to = number(), .sender = "+12025550100", .text = "hello", .timeout = 40ms};
            const auto sent = world.wait_for(messages.send(message));
            world.settle();
            using Outcome = MessageResult::Outcome;
            check_consistent(sent.outcome == Outcome::sent      ? Said::done
                             : sent.outcome == Outcome::unknown ? Said::unknown
                                                                : Said::not_done,
                             world.twilio.messages() - before);
        }
    }));
}

TEST_CASE("whatever goes wrong, a call is placed at most once, and never more than is said") {
    Faulty world;
    TwilioCalls calls{*world.rest};
    CHECK(rc::check("any script of faults", [&] {
        world.suffers("/Calls.json", arbitrary_script());
        const int before = world.twilio.calls();
        const CallToPlace call{.to = number(),
                               .from = number("+12025550100"),
                               .url = "https://ivr.test/voice/main",
                               .timeout = 40ms};
        const auto placed = world.wait_for(calls.place(call));
        world.settle();
        using Outcome = PlacedCall::Outcome;
        check_consistent(placed.outcome == Outcome::placed    ? Said::done
                         : placed.outcome == Outcome::unknown ? Said::unknown
                                                              : Said::not_done,
                         world.twilio.calls() - before);
    }));
}
