#include "flows/engine/call_state.hpp"
#include "flows/engine/engine.hpp"
#include "tests/support/arbitrary.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;
using namespace support;

namespace {

std::string bytes_of(const CallState& state, const FlowSet& set) {
    std::string bytes;
    encode(state, set, bytes);
    return bytes;
}

FlowSet one_of_each_type() {
    FlowBuilder flow{"acme"};
    for (const char* type : {"text", "digits(8)", "number", "money(USD)", "date", "time", "phone",
                             "bool", "url", "one_of(a, b)", "recording", "secret digits(4)"}) {
        flow.variable(std::string{"v"} + std::to_string(flow.flow().variables.size()), type);
    }
    Gather gather;
    gather.save = 1;
    flow.state("main", {step(Hangup{}), step(gather)});
    flow.state("other", {step(Hangup{})});
    FlowBuilder sub{"sub"};
    sub.variable("flag", "bool");
    sub.state("only", {step(Hangup{})});
    return set_of({flow.build(), sub.build()});
}

CallState example() {
    CallState state;
    state.began_hour = 498'000;
    state.language = "en-US";
    state.frames = {Frame{"acme", 0, 1, std::vector<Value>(12)}};
    state.awaiting = Awaiting::answer;
    return state;
}

}  // namespace

TEST_CASE("whatever a call's state holds, its bytes hold it, in one form") {
    const FlowSet set = one_of_each_type();
    CHECK(rc::check("decode(encode(state)) == state", [&] {
        const CallState state = *arbitrary_state(set);
        const std::string bytes = bytes_of(state, set);
        const auto again = decode(bytes, set);
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == state);
        RC_ASSERT(bytes_of(*again, set) == bytes);
    }));
}

TEST_CASE("bytes that are cut short or go on are no state") {
    const FlowSet set = one_of_each_type();
    CHECK(rc::check("every prefix and every tail is refused", [&] {
        const std::string bytes = bytes_of(*arbitrary_state(set), set);
        const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
        RC_ASSERT_FALSE(decode(std::string_view{bytes}.substr(0, cut), set).has_value());
        RC_ASSERT_FALSE(decode(bytes + *rc::gen::arbitrary<char>(), set).has_value());
    }));
}

TEST_CASE("changed bytes are refused or are another state with those very bytes") {
    const FlowSet set = one_of_each_type();
    CHECK(rc::check("one byte changed", [&] {
        std::string bytes = bytes_of(*arbitrary_state(set), set);
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = *rc::gen::arbitrary<char>();
        const auto state = decode(bytes, set);
        if (state) RC_ASSERT(bytes_of(*state, set) == bytes);
    }));
}

TEST_CASE("any bytes at all are read without harm") {
    const FlowSet set = one_of_each_type();
    CHECK(rc::check("arbitrary bytes", [&] {
        const auto bytes = *rc::gen::arbitrary<std::string>();
        const auto state = decode(std::string{"\x01"} + bytes, set);
        if (state) RC_ASSERT(decode(bytes_of(*state, set), set) == state);
    }));
}

TEST_CASE("names that these flows do not know are refused") {
    FlowBuilder flow{"acme"};
    flow.state("main", {step(Hangup{}), step(Hangup{})});
    const FlowSet set = set_of({flow.build()});
    CallState state = begin_call(*set.find("acme"), Now{});
    state.frames.back().step = 1;
    const std::string bytes = bytes_of(state, set);
    REQUIRE(decode(bytes, set));
    SECTION("the flow") {
        FlowBuilder other{"other"};
        other.state("main", {step(Hangup{}), step(Hangup{})});
        CHECK_FALSE(decode(bytes, set_of({other.build()})));
    }
    SECTION("the state") {
        FlowBuilder other{"acme"};
        other.state("menu", {step(Hangup{}), step(Hangup{})});
        CHECK_FALSE(decode(bytes, set_of({other.build()})));
    }
    SECTION("the step") {
        FlowBuilder other{"acme"};
        other.state("main", {step(Hangup{})});
        CHECK_FALSE(decode(bytes, set_of({other.build()})));
    }
}

TEST_CASE("a value of another type than its variable's is refused") {
    const FlowSet set = one_of_each_type();
    CallState state = example();
    state.frames.back().variables[0] = true;
    CHECK_FALSE(decode(bytes_of(state, set), set));
    state.frames.back().variables[0] = std::string{"true"};
    CHECK(decode(bytes_of(state, set), set) == state);
}

TEST_CASE("a candidate must fit the variable its gather fills") {
    const FlowSet set = one_of_each_type();
    CallState state = example();
    state.candidate = Value{std::string{"12345678"}};
    CHECK(decode(bytes_of(state, set), set) == state);
    state.candidate = Value{false};
    CHECK_FALSE(decode(bytes_of(state, set), set));
    state.candidate = Value{std::string{"12345678"}};
    state.frames.back().step = 0;
    CHECK_FALSE(decode(bytes_of(state, set), set));
}

TEST_CASE("another format is not read") {
    const FlowSet set = one_of_each_type();
    std::string bytes = bytes_of(example(), set);
    bytes[0] = 4;
    CHECK_FALSE(decode(bytes, set));
    CHECK_FALSE(decode("", set));
}

TEST_CASE("a state of before anybody waited in line is read") {
    const FlowSet set = one_of_each_type();
    CallState state = example();
    state.verification = "VE0123456789abcdef0123456789abcdef";
    state.life = 3;
    std::string bytes = bytes_of(state, set);
    bytes[0] = 2;
    bytes.resize(bytes.size() - 2);  // aside, occasion
    CHECK(decode(bytes, set) == state);
}

TEST_CASE("a state of before there were effects is read") {
    const FlowSet set = one_of_each_type();
    std::string bytes = bytes_of(example(), set);
    bytes[0] = 1;
    bytes.resize(bytes.size() - 4);  // verification, life, aside, occasion
    CHECK(decode(bytes, set) == example());
}

TEST_CASE("a call's first state is small") {
    const FlowSet set = one_of_each_type();
    CHECK(bytes_of(example(), set).size() < 40);
}

TEST_CASE("a recording's sids take sixteen bytes each") {
    const FlowSet set = one_of_each_type();
    CallState state = example();
    const std::size_t without = bytes_of(state, set).size();
    state.frames.back().variables[10] =
        Recording{"AC0123456789abcdef0123456789abcdef", "RE0123456789abcdef0123456789abcdef",
                  std::chrono::seconds{60}};
    CHECK(bytes_of(state, set).size() == without + 1 + 1 + 2 * 17 + 1);
}
