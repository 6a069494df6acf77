#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

using checked::File;
using checked::findings;
using checked::none;
using checked::Places;
using checked::told;

namespace {

// A flow that asks for a PIN and then takes `step`, in line 8.
std::string with_pin(const std::string& step, const std::string& more_vars = "") {
    return R"(flow: main
settings: {key: secret text}
vars: {pin: secret digits(4))" +
           more_vars + R"(}
start: begin
states:
  begin:
    - gather: {say: Your PIN., save: pin, must: pin != settings.key, otherwise: done}
    - )" + step +
           R"(
    - hangup
  done: [hangup]
)";
}

std::string words_of(std::size_t bytes) {
    std::string words;
    while (words.size() < bytes)
        words += "word ";
    return words;
}

}  // namespace

TEST_CASE("SB803: a secret is never spoken, played, tagged, dialled or readable in a URL") {
    CHECK(findings(with_pin("say: \"{{ pin | digits }}\"")) == Places{"SB803 8:16"});
    CHECK(findings(with_pin("say: \"Key {{ settings.key }}\"")) == Places{"SB803 8:20"});
    CHECK(findings(with_pin("tag: {pin: \"{{ pin }}\"}")) == Places{"SB803 8:22"});
    CHECK(findings(with_pin("play: \"https://cdn.example/{{ pin }}.mp3\"")) ==
          Places{"SB803 8:37"});
    CHECK(
        told(with_pin("say: \"{{ pin | digits }}\""), "SB803") ==
        "\"pin\" is secret and would be spoken = a secret is never read back; leave it out of the "
        "words");
}

TEST_CASE("SB803: a secret goes only into what is secret itself") {
    const std::string use = "\n    - if: known(other)\n      then: [{say: Thank you.}]";
    CHECK(findings(with_pin("set: {other: \"{{ pin }}\"}" + use, ", other: digits(4)")) ==
          Places{"SB803 8:24"});
    CHECK(findings(with_pin("set: {other: \"{{ pin }}\"}" + use, ", other: secret digits(4)")) ==
          none);
}

TEST_CASE("SB803: a secret cannot be read back to confirm it") {
    const auto found = findings(R"(flow: main
vars: {pin: secret digits(4)}
start: begin
states:
  begin:
    - gather: {say: Your PIN., save: pin, confirm: "You entered {{ pin | digits }}.", otherwise: done}
    - if: pin == "1234"
      then: [{say: Too simple.}]
    - hangup
  done: [hangup]
)");
    REQUIRE(found.size() == 1);
    CHECK(found.front().starts_with("SB803 6:"));
}

TEST_CASE("a secret may be compared") {
    CHECK(findings(with_pin("if: pin == \"1234\"\n      then: [{say: Too simple.}]")) == none);
}

TEST_CASE("SB801: one step that may exceed what Twilio takes") {
    const auto flow = [](std::size_t bytes) {
        return "flow: main\nstart: begin\nstates:\n  begin:\n    - say: " + words_of(bytes) +
               "\n    - hangup\n";
    };
    CHECK(findings(flow(50'000)) == none);
    CHECK(findings(flow(62'000)) == Places{"SB801 5:7"});
}

TEST_CASE("SB801 counts what inserts may hold at most") {
    std::string words;
    for (int i = 0; i < 80; ++i)
        words += "{{ a }} ";
    const auto flow = [&](const std::string& type) {
        return "flow: main\nvars: {a: " + type +
               "}\nstart: begin\nstates:\n  begin:\n    - set: {a: x}\n    - say: \"" + words +
               "\"\n    - hangup\n";
    };
    CHECK(findings(flow("text(20)")) == none);
    CHECK(findings(flow("text(200)")) == Places{"SB801 7:7"});
}

TEST_CASE("SB802: a call state that may outgrow its URL, at its largest variable") {
    const auto flow = [](int count) {
        std::string vars;
        std::string set;
        std::string say;
        for (int i = 0; i < count; ++i) {
            const std::string name = "v" + std::to_string(i);
            vars += "  " + name + ": text(" + std::to_string(i == 1 ? 90 : 80) + ")\n";
            set += (i == 0 ? "" : ", ") + name + ": x";
            say += "{{ " + name + " }} ";
        }
        return "flow: main\nvars:\n" + vars + "start: begin\nstates:\n  begin:\n    - set: {" +
               set + "}\n    - say: \"" + say + "\"\n    - hangup\n";
    };
    CHECK(findings(flow(3)) == none);
    CHECK(findings(flow(20)) == Places{"SB802 4:3"});
}

TEST_CASE("SB802: a stack of flows that outgrows it is told once, at the do") {
    const auto flow = [](const std::string& name, const std::string& next) {
        const std::string call = next.empty() ? "" : "    - do: {flow: " + next + "}\n";
        return File{
            name + ".yaml",
            "flow: " + name +
                "\nvars: {a: text(100), b: text(100)}\nends: [done]\nstart: begin\nstates:\n"
                "  begin:\n    - set: {a: x, b: x}\n    - say: \"{{ a }} {{ b }}\"\n" +
                call + "    - return: done\n"};
    };
    CHECK(findings({flow("one", "two"), flow("two", "")}) == none);
    CHECK(findings({flow("one", "two"), flow("two", "three"), flow("three", "four"),
                    flow("four", "")}) == Places{"SB802 9:7"});
}
