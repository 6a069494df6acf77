// What calls bring that a designer does not think of, and that must not end them.
#include "flows/tools/scenes.hpp"
#include "tests/support/flow_call.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace {

// A flow `shop` of these states, which must have no findings; where a call begins in the first.
support::WrittenFlow flow_of(std::string_view head, std::string_view states) {
    return support::WrittenFlow{
        fmt::format("flow: shop\n{}start: begin\nstates:\n{}", head, states)};
}

void check_sound(const support::WrittenFlow& flow) {
    for (const config::Diagnostic& finding : flow.findings())
        FAIL_CHECK(finding.code + ' ' + finding.message);
}

// All that the caller hears, a comma between.
std::string heard_by_caller(const support::WrittenFlow& flow, std::string_view script,
                            std::string_view from = "+12025550123") {
    check_sound(flow);
    flows::CallBegins begins = flow.begins();
    begins.caller.from = from;
    flows::PlayedCall call{begins, flow.transport()};
    const auto read = flows::read_script(script);
    for (const flows::Act& act : std::get<flows::Acts>(read))
        CHECK_FALSE(call.act(act));
    std::string all;
    for (const flows::Heard& each : call.phone().heard())
        all += (all.empty() ? "" : ", ") + flows::in_words(each);
    return all;
}

// The first document that the caller is answered with.
std::string first_twiml(const support::WrittenFlow& flow) {
    check_sound(flow);
    return flow.call().phone().turns().front()->answer.response.body;
}

}  // namespace

TEST_CASE("a fact that Twilio did not tell is as silent behind a filter as without one") {
    const auto flow = flow_of("", "  begin:\n    - say: \"From {{ call.from | masked }}, "
                                  "{{ call.caller_name | spell }}, {{ call.caller_name }}, "
                                  "{{ call.caller_name | spell | or(\\\"nobody\\\") }}.\"\n"
                                  "    - hangup\n");
    CHECK(heard_by_caller(flow, "", "anonymous") == "en-US \"From , , , nobody.\"");
}

TEST_CASE("a key of `anywhere` works where the menu's own choice of it is switched off") {
    const auto flow = flow_of("anywhere: {\"0\": person}\n", R"(  begin:
    - menu: {say: "One, or zero.", choices: {0: {go: night, own: true, when: call.withheld}, 1: bye}, otherwise: bye}
  person: [{say: A person.}, hangup]
  night: [{say: Night.}, hangup]
  bye: [hangup]
)");
    CHECK(heard_by_caller(flow, "0") == "en-US \"One, or zero.\", en-US \"A person.\"");
    CHECK(heard_by_caller(flow, "0", "anonymous") == "en-US \"One, or zero.\", en-US \"Night.\"");
}

TEST_CASE("figures that are spoken as words are the keys of a menu's pattern") {
    const auto flow = flow_of("vars: {room: digits(1-3)}\n", R"(  begin:
    - menu: {say: Which room?, speech: true, choices: {"2xx": {go: room, save: room}}, otherwise: bye}
  room: [{say: "Room {{ room | digits }}."}, hangup]
  bye: [hangup]
)");
    CHECK(heard_by_caller(flow, "\"two oh seven\"") == heard_by_caller(flow, "\"207\""));
    CHECK(heard_by_caller(flow, "\"two one seven\"") ==
          "en-US \"Which room?\", en-US \"Room 2 1 7.\"");
}

TEST_CASE("hints that are a list are separated by commas, as Twilio wants them") {
    const auto flow = flow_of("vars: {what: text}\n", R"(  begin:
    - gather: {say: What?, save: what, hints: [sales dept, technical support], otherwise: bye}
    - hangup
  bye: [hangup]
)");
    CHECK(first_twiml(flow).find("hints=\"sales dept, technical support\"") != std::string::npos);
}

TEST_CASE("numbers are keyed as in the country that the caller calls from") {
    const auto flow = flow_of("vars: {number: phone}\n", R"(  begin:
    - gather: {say: Number?, save: number, otherwise: bye}
    - say: "{{ number | digits }}"
    - hangup
  bye: [{say: Bye.}, hangup]
)");
    CHECK(heard_by_caller(flow, "015112345678#", "+4915112345678").find("4 9 1 5 1 1") !=
          std::string::npos);
}
