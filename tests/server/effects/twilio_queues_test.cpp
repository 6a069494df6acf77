#include "server/effects/twilio_queues.hpp"
#include "tests/server/effects/twilio_double.hpp"

using namespace std::chrono_literals;
using server::LineFront;
using server::sid_of_queue;
using server::TwilioQueues;
using server::testing::error;
using server::testing::TwilioWorld;

namespace {

const std::string queues = R"({"queues": [
    {"sid": "QU1", "friendly_name": "support", "current_size": 3},
    {"sid": "QU2", "friendly_name": "sales", "current_size": 1},
    {"sid": "QU3", "friendly_name": "empty", "current_size": 0}]})";

LineFront front_of(TwilioWorld& world, const std::string& queue = "sales") {
    TwilioQueues lines{*world.rest};
    return world.wait_for(lines.front_of(queue, 2s));
}

}  // namespace

TEST_CASE("a queue is found by its name, unless nobody stands in it") {
    CHECK(sid_of_queue(queues, "sales") == "QU2");
    CHECK(sid_of_queue(queues, "empty") == "");
    CHECK(sid_of_queue(queues, "nobody's") == "");
    for (const char* no_answer : {"{}", R"({"queues": null})", "no JSON"})
        CHECK_FALSE(sid_of_queue(no_answer, "sales"));
}

TEST_CASE("the front of a line is who joined it first") {
    TwilioWorld world;
    world.twilio.script("/Queues.json", {{.status = 200, .body = queues}});
    world.twilio.script(
        "/Queues/QU2/Members/Front.json",
        {{.status = 200, .body = R"({"date_enqueued": "Thu, 01 Jan 1970 00:01:40 +0000"})"}});
    const LineFront front = front_of(world);
    REQUIRE(front.told);
    REQUIRE(front.joined);
    CHECK(front.joined->time_since_epoch() == 100s);
}

TEST_CASE("of a line that cannot be looked at nothing is said") {
    TwilioWorld world;
    SECTION("the list") {
        world.twilio.script("/Queues.json", {error(400, 20001)});
        CHECK_FALSE(front_of(world).told);
    }
    SECTION("its front") {
        world.twilio.script("/Queues.json", {{.status = 200, .body = queues}});
        world.twilio.script("/Members/Front.json", {error(400, 20001)});
        CHECK_FALSE(front_of(world).told);
    }
    SECTION("who has just left it is nobody") {
        world.twilio.script("/Queues.json", {{.status = 200, .body = queues}});
        world.twilio.script("/Members/Front.json", {error(404, 20404)});
        const LineFront front = front_of(world);
        CHECK(front.told);
        CHECK_FALSE(front.joined.has_value());
    }
}
