#include "flows/load/findings.hpp"
#include "flows/load/loader.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace {

namespace fs = std::filesystem;

const fs::path here = fs::path{SOURCE_DIR} / "tests/flows/load";

std::string text_of(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

flows::Loaded load(const std::vector<config::Source>& files) {
    using namespace std::chrono_literals;
    return flows::load_flows(files, {std::chrono::sys_days{2026y / 11 / 24}});
}

// Files in one text: the first is a.yaml, each further one begins behind a line "### name".
std::vector<config::Source> files_in(const std::string& text) {
    std::vector<config::Source> files{{"a.yaml", ""}};
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("### ")) {
            files.push_back({line.substr(4), ""});
        } else {
            files.back().text += line + "\n";
        }
    }
    return files;
}

std::string places_of(const config::Diagnostics& findings) {
    std::string all;
    for (const auto& found : findings) {
        all += fmt::format("{}:{}:{} {}\n", found.file, found.span.begin.line,
                           found.span.begin.column, found.code);
    }
    return all;
}

std::shared_ptr<const flows::Flow> flow_of(const std::string& text) {
    const flows::Loaded loaded = load(files_in(text));
    INFO(places_of(loaded.findings));
    REQUIRE(loaded.findings.empty());
    REQUIRE(loaded.set.flows.size() >= 1);
    return loaded.set.flows.begin()->second;
}

const std::string menu_flow = R"(flow: a
otherwise: bye
start: main
states:
  main:
    - say: Welcome.
    - menu:
        say: For sales, press 1.
        again: Sales?
        choices: {1: {speech: [sales], go: sales}, "11xx": next}
        noinput: [I did not hear you., [Still nothing., {pause: 2s}]]
        nomatch: {go: bye}
        tries: 2
        timeout: 7s
        barge_in: false
        otherwise: bye
    - go: bye
  sales:
    - if: call.withheld
      then: [{say: Who are you?}, {go: bye}]
      else: [{say: Hello.}]
    - hangup
  bye: [hangup]
)";

}  // namespace

TEST_CASE("a menu arrives with its words, choices, retries and places resolved") {
    const auto flow = flow_of(menu_flow);
    const auto& steps = flow->states[0].steps;
    REQUIRE(steps.size() == 3);
    const auto& menu = std::get<flows::Menu>(steps[1].what);
    CHECK(menu.choices.size() == 2);
    CHECK(menu.choices[0].go.state == flow->find_state("sales"));
    CHECK(menu.choices[0].phrases == std::vector<std::vector<std::string>>{{"sales"}});
    CHECK(menu.choices[1].go.kind == flows::Target::Kind::next);
    CHECK(menu.speech);
    CHECK(menu.tries == 2);
    CHECK(menu.timeout == std::chrono::seconds{7});
    CHECK(menu.noinput.words.size() == 2);
    CHECK(menu.noinput.words[1].in(0).size() == 2);
    CHECK(menu.nomatch.go->state == flow->find_state("bye"));
    REQUIRE(menu.extra.size() == 1);
    CHECK(menu.extra[0].name == "bargeIn");
    CHECK(steps[1].otherwise->state == flow->find_state("bye"));
    const auto& said = std::get<flows::Spoken>(menu.again.in(0)[0]);
    CHECK(said.text.constant() == "Sales?");
    CHECK(said.language == "en-US");
}

TEST_CASE("steps inside an if stand behind it, and both ways go on behind them") {
    const auto flow = flow_of(menu_flow);
    const auto& steps = flow->states[1].steps;
    REQUIRE(steps.size() == 5);
    const auto& test = std::get<flows::If>(steps[0].what);
    CHECK(test.then_step == 1);
    CHECK(test.else_step == 3);
    CHECK(steps[1].id == "0.then.0");
    CHECK(steps[3].id == "0.else.0");
    CHECK(steps[1].next == 2);
    CHECK(steps[2].next == 4);
    CHECK(steps[3].next == 4);
    CHECK(steps[4].next == -1);
    CHECK(steps[4].id == "1");
}

TEST_CASE("a key of anywhere is merged into every menu, unless the menu claims its own") {
    const auto flow = flow_of(R"(flow: a
anywhere: {"0": bye, "*": again}
start: main
states:
  main:
    - menu: {say: Press 1., choices: {1: main, 0: {go: other, own: true}}, otherwise: bye}
  other:
    - menu: {say: Press 2., choices: {2: main}, anywhere: off, otherwise: bye}
  bye: [hangup]
)");
    const auto& menu = std::get<flows::Menu>(flow->states[0].steps[0].what);
    REQUIRE(menu.choices.size() == 3);
    CHECK(menu.choices[1].go.state == flow->find_state("other"));
    CHECK(menu.choices[2].key == "*");
    CHECK(menu.choices[2].anywhere);
    CHECK(menu.choices[2].go.kind == flows::Target::Kind::again);
    CHECK(std::get<flows::Menu>(flow->states[1].steps[0].what).choices.size() == 1);
}

TEST_CASE("words exist once a language of the flow, prompts and libraries included") {
    const auto flow = flow_of(R"(flow: a
use: [lib/house.yaml]
languages: {en-US: {voice: Polly.Joanna}, es-MX: {}}
start: main
states:
  main:
    - say: [{prompt: hello}, {text: Bonjour, language: fr-FR}, {play: audio/x.mp3}]
    - hangup
### lib/house.yaml
library: house
prompts: {hello: {en-US: Hello., es-MX: [Hola., {pause: 1s}]}}
)");
    const auto& words = std::get<flows::Say>(flow->states[0].steps[0].what).words;
    REQUIRE(words.by_language.size() == 2);
    CHECK(words.in(0).size() == 3);
    CHECK(words.in(1).size() == 4);
    CHECK(std::get<flows::Spoken>(words.in(0)[0]).voice == "Polly.Joanna");
    CHECK(std::get<flows::Spoken>(words.in(1)[0]).text.constant() == "Hola.");
    CHECK(std::get<flows::Spoken>(words.in(1)[2]).language == "fr-FR");
    CHECK(flow->files == std::vector<std::string>{"a.yaml", "lib/house.yaml"});
}

TEST_CASE("an insert in SSML becomes a hole that the engine fills with escaped text") {
    const auto flow = flow_of(R"(flow: a
start: main
states:
  main:
    - say: {ssml: 'Your number: <say-as interpret-as="telephone">{{ call.from }}</say-as>'}
    - hangup
)");
    const auto& words = std::get<flows::Say>(flow->states[0].steps[0].what).words;
    const auto& spoken = std::get<flows::Spoken>(words.in(0)[0]);
    REQUIRE(spoken.markup.size() == 2);
    const auto& element = std::get<twiml::Element>(spoken.markup[1]);
    CHECK(element.name == "say-as");
    CHECK(std::get<twiml::UrlHole>(element.content.at(0)).index == 1);
}

TEST_CASE("a flow that is called tells its caller what it takes, gives and ends with") {
    const flows::Loaded loaded = load(files_in(R"(flow: a
vars: {account: digits(8), name: text}
start: main
states:
  main:
    - do:
        flow: identify
        with: {language_hint: en}
        save: {account: number}
        on: {failed: bye}
    - say: "{{ account | digits }}"
    - go: identify/main
  bye: [hangup]
### identify.yaml
flow: identify
takes: {language_hint: text}
gives: {number: digits(8)}
ends: [done, failed]
start: main
states:
  main:
    - tag: {hint: '{{ language_hint | or("none") }}'}
    - if: call.withheld
      then: [{return: failed}]
    - return: {end: done, number: "12345678"}
)"));
    INFO(places_of(loaded.findings));
    REQUIRE(loaded.set.find("a") != nullptr);
    const flows::Flow& flow = *loaded.set.find("a");
    CHECK(flow.calls == std::vector<std::string>{"identify"});
    CHECK(flow.files == std::vector<std::string>{"a.yaml", "identify.yaml"});
    const auto& call = std::get<flows::Do>(flow.states[0].steps[0].what);
    CHECK(call.with.at(0).first == 0);
    CHECK(call.save.at(0) == std::pair{0, 0});
    CHECK(std::get<flows::Go>(flow.states[0].steps[2].what).to.flow == "identify");
}

TEST_CASE("opening hours know nights, holidays and days with their own hours") {
    const auto flow = flow_of(R"(flow: a
hours:
  office:
    timezone: Europe/Berlin
    open: {mon-fri: [09:00-12:00, 13:00-17:30], sat: 22:00-06:00}
    closed: [2026-12-25, {from: 2026-12-31, to: 2027-01-01}, {date: 2026-12-24, open: 09:00-12:00}]
start: main
states:
  main: [{if: open(office), then: bye, else: bye}]
  bye: [hangup]
)");
    const flows::Hours& hours = flow->hours.at(0);
    CHECK(hours.week[0].size() == 2);
    CHECK(hours.week[4][1].to == 17 * 60 + 30);
    CHECK(hours.week[5][0].from == 22 * 60);
    CHECK(hours.week[5][0].to == 30 * 60);
    CHECK(hours.week[6].empty());
    REQUIRE(hours.holidays.size() == 3);
    CHECK(hours.holidays[2].open.size() == 1);
}

TEST_CASE("one fault is one finding, and the rest of the file is checked all the same") {
    const auto loaded = load(files_in(R"(flow: a
vars: {name: text, spare: text}
start: main
states:
  main:
    - menu: {say: Press 1., choices: {1: slaes}, otherwise: bye}
  sales: [{say: Hello}]
  second:
    - sya: Hello
    - dial: {number: "12"}
    - hangup
  bye: [hangup]
)"));
    CHECK(places_of(loaded.findings) == "a.yaml:6:42 SB201\n"
                                        "a.yaml:7:12 SB302\n"
                                        "a.yaml:8:3 SB301\n"
                                        "a.yaml:9:7 SB105\n"
                                        "a.yaml:10:7 SB303\n"
                                        "a.yaml:10:22 SB106\n");
    CHECK(loaded.set.flows.empty());
}

TEST_CASE("a faulty flow takes those that call it along, and no others") {
    const auto loaded = load(files_in(R"(flow: a
start: main
states: {main: [{do: b}, hangup]}
### b.yaml
flow: b
start: main
states: {main: [{say: hi}]}
### c.yaml
flow: c
start: main
states: {main: [hangup]}
)"));
    CHECK(places_of(loaded.findings) == "b.yaml:3:18 SB302\n");
    CHECK(loaded.set.flows.size() == 1);
    CHECK(loaded.set.find("c") != nullptr);
}

TEST_CASE("the specification's example has nothing wrong") {
    std::vector<config::Source> files;
    for (const char* name : {"house.yaml", "acme.yaml"}) {
        files.push_back({name, text_of(here / "flows" / name)});
    }
    const auto loaded = load(files);
    CHECK(places_of(loaded.findings).empty());
    CHECK(loaded.set.find("acme") != nullptr);
}

// tests/flows/load/findings: CODE[_n].bad.yaml makes exactly the findings of CODE[_n].expected;
// CODE[_n].good.yaml, the same flow mended, makes none.
TEST_CASE("every bad example makes its one finding, in its place, and every good one none") {
    int examples = 0;
    for (const auto& entry : fs::directory_iterator{here / "findings"}) {
        if (entry.path().extension() != ".expected") continue;
        ++examples;
        const std::string stem = entry.path().stem().string();
        INFO(stem);
        const auto bad = load(files_in(text_of(here / "findings" / (stem + ".bad.yaml"))));
        CHECK(places_of(bad.findings) == text_of(entry.path()));
        for (const auto& found : bad.findings) {
            CHECK_FALSE(found.hint.empty());
            CHECK(found.severity == flows::find_finding_kind(found.code)->severity);
        }
        const auto good = load(files_in(text_of(here / "findings" / (stem + ".good.yaml"))));
        CHECK(places_of(good.findings) == "");
    }
    CHECK(examples > 40);
}

TEST_CASE("what follows from a slip of the finger is no further finding") {
    const auto found = [](const std::string& text) {
        return places_of(load(files_in("flow: a\n" + text)).findings);
    };
    const std::string rest = "start: s\nstates:\n  b: [hangup]\n  s:\n";
    // A key that is needed, and is there under a wrong name.
    CHECK(found("stat: s\nstates:\n  s: [hangup]\n") == "a.yaml:2:1 SB105\n");
    CHECK(found("start: s\nstate:\n  s: [hangup]\n") == "a.yaml:3:1 SB105\n");
    CHECK(found(rest + "    - menu: {say: Press 1., choises: {1: b}, otherwise: b}\n") ==
          "a.yaml:6:29 SB105\n");
    CHECK(found(rest + "    - menu: {say: Press 1., choices: {1: b}, otherwize: b}\n") ==
          "a.yaml:6:46 SB105\n");
    CHECK(found(rest + "    - dial: {number: \"+12025550130\", otherwize: b}\n    - hangup\n") ==
          "a.yaml:6:38 SB105\n");
    // The names under a key of the top that is misspelt.
    CHECK(found("promts: {x: Hello.}\n" + rest + "    - say: {prompt: x}\n    - go: b\n") ==
          "a.yaml:2:1 SB105\n");
    CHECK(found("var: {x: text}\n" + rest +
                "    - set: {x: Hello}\n    - say: \"{{ x }}\"\n    - go: b\n") ==
          "a.yaml:2:1 SB105\n");
    CHECK(found("result: [good]\n" + rest + "    - result: good\n    - go: b\n") ==
          "a.yaml:2:1 SB105\n");
    // An outcome, and the state that only it leads to.
    CHECK(found(rest + "    - dial: {number: \"+12025550130\", on: {noanswer: b}, "
                       "otherwise: s2}\n    - hangup\n  s2: [hangup]\n") == "a.yaml:6:43 SB304\n");
    CHECK(found(rest + "    - dial: {number: \"+12025550130\", on: {busy: s2, noanswer: b, "
                       "failed: s2}}\n    - hangup\n  s2: [hangup]\n") == "a.yaml:6:53 SB304\n");
    // Braces around a condition that stands without quotes.
    CHECK(found(rest + "    - if: {{ weekday }} == \"mon\"\n      then: b\n    - hangup\n") ==
          "a.yaml:6:11 SB104\n");
    // Cases that are not all: the step behind them may be meant to be reached.
    CHECK(found(rest + "    - switch: {value: weekday, cases: {mon: b}}\n    - hangup\n") ==
          "a.yaml:6:7 SB506\n");
    CHECK(found(rest + "    - switch: {value: weekday, cases: {mon: b}}\n") ==
          "a.yaml:6:7 SB506\n");
}

TEST_CASE("a fault hides no other that has nothing to do with it") {
    const auto loaded = load(files_in(R"(flow: a
start: main
states:
  main:
    - say: {prompt: hello}
    - menu: {say: Press 1 or 2., choices: {1: suport, 2: billing}, otherwise: bye}
  support: [{hangpu: }]
  billing: [{saay: Hello.}, {go: bye}]
  bye: [hangup]
  orphan: [{say: Nobody comes here.}, hangup]
)"));
    CHECK(places_of(loaded.findings) == "a.yaml:5:21 SB202\n"
                                        "a.yaml:6:47 SB201\n"
                                        "a.yaml:7:14 SB105\n"
                                        "a.yaml:8:14 SB105\n"
                                        "a.yaml:10:3 SB301\n");
}

TEST_CASE("SB401 stands at the later phrase, SB207 of a library's prompt at the flow's alone") {
    const auto found = [](const std::string& text) {
        return places_of(load(files_in(text)).findings);
    };
    CHECK(found(R"(flow: a
start: main
states:
  main:
    - menu:
        say: Press 1 or 2.
        choices:
          1: {speech: [sales, buy], go: bye}
          2: {speech: [support, Sales please], go: bye}
        otherwise: bye
  bye: [hangup]
)") == "a.yaml:9:33 SB401\n");
    CHECK(found(R"(flow: a
use: [house.yaml]
prompts: {thanks: Thank you.}
start: main
states:
  main: [{say: {prompt: thanks}}, hangup]
### house.yaml
library: house
prompts: {thanks: Thanks.}
)") == "a.yaml:3:11 SB207\n");
}

TEST_CASE("a library may speak what only other flows of the folder speak") {
    const auto found = [](const std::string& others) {
        return places_of(load(files_in(R"(flow: a
use: [house.yaml]
start: main
states:
  main: [{say: {prompt: thanks}}, hangup]
### house.yaml
library: house
prompts:
  thanks: {en-US: Thank you., es-MX: Gracias.}
)" + others))
                             .findings);
    };
    CHECK(found("") == "house.yaml:3:31 SB202\n");
    CHECK(found(R"(### z.yaml
flow: z
languages: {es-MX: {}}
start: main
states:
  main: [{say: Gracias.}, hangup]
)") == "");
}

TEST_CASE("what a library's prompt says wrongly is found where it says so") {
    const auto loaded = load(files_in(R"(flow: a
use: [house.yaml]
vars: {name: text, pin: secret digits(4)}
start: main
states:
  main:
    - gather: {say: Your PIN?, save: pin, otherwise: bye}
    - say: [{prompt: hello}, {prompt: told}]
    - go: bye
  bye: [hangup]
### house.yaml
library: house
prompts:
  hello: "Hello, {{ name }}."
  told: "Your PIN is {{ pin }}."
)"));
    CHECK(places_of(loaded.findings) == "house.yaml:3:21 SB502\n"
                                        "house.yaml:4:25 SB803\n");
}

TEST_CASE("twiml: what Twilio would only warn of and leave out is SB106 too") {
    const auto loaded = load(files_in(R"(flow: a
start: main
states:
  main:
    - twiml: "<Say voise=\"alice\">Hello.</Say>"
    - hangup
)"));
    CHECK(places_of(loaded.findings) == "a.yaml:5:20 SB106\n");
}

TEST_CASE("a variable that nothing sets is unset whatever else is wrong") {
    const auto found = [](const std::string& step) {
        return places_of(load(files_in("flow: a\nvars: {name: text}\nprompts: {thanks: Thanks.}\n"
                                       "start: s\nstates:\n  s:\n    - say: \"{{ name }}\"\n" +
                                       step + "    - hangup\n  t: [{say: {prompt: thanks}}]\n"))
                             .findings);
    };
    CHECK(found("    - saay: Hello.\n") == "a.yaml:7:16 SB502\n"
                                           "a.yaml:8:7 SB105\n"
                                           "a.yaml:10:3 SB301\n");
    CHECK(found("    - sett: {name: Bob}\n").find("SB502") == std::string::npos);
    CHECK(found("    - say: {prompt: thank}\n") == "a.yaml:7:16 SB502\n"
                                                   "a.yaml:8:21 SB202\n"
                                                   "a.yaml:10:3 SB301\n"
                                                   "a.yaml:10:8 SB302\n");
}

TEST_CASE("what is keyed for a pattern goes into digits, text or a number, and into nothing else") {
    const auto found = [](const std::string& type, const std::string& key) {
        std::string told;
        for (const auto& finding : load(files_in("flow: a\nvars: {n: " + type +
                                                 "}\nstart: s\nstates:\n  s:\n    - menu:\n"
                                                 "        say: Your extension?\n"
                                                 "        choices: {\"" +
                                                 key +
                                                 "\": {save: n, go: t}}\n"
                                                 "        otherwise: t\n"
                                                 "  t: [hangup]\n"))
                                       .findings) {
            if (finding.code == "SB501") told += finding.message;
        }
        return told;
    };
    CHECK(found("digits(3)", "3xx").empty());
    CHECK(found("text", "3xx").empty());
    CHECK(found("number", "3xx").empty());
    CHECK(found("number", "*xx") == "this value is digits(3), and number is wanted");
    CHECK(found("date", "3xx") == "this value is digits(3), and date is wanted");
}

TEST_CASE("a note, where notes are wanted, tells what only the flow's otherwise handles") {
    const auto files = files_in(R"(flow: a
otherwise: bye
start: s
states:
  s:
    - dial: {number: "+12025550130", on: {busy: bye}}
    - hangup
  bye: [hangup]
)");
    CHECK(load(files).findings.empty());
    const auto strict = flows::load_flows(files, {.strict = true});
    REQUIRE(strict.findings.size() == 1);
    CHECK(strict.findings[0].code == "SB303");
    CHECK(strict.findings[0].severity == config::Severity::note);
    CHECK(strict.findings[0].message == "only the flow's otherwise says where the call goes when "
                                        "dial ends with no_answer or failed");
    CHECK(strict.findings[0].hint == "if that is meant, write on: {no_answer: bye}");
    CHECK(strict.set.find("a") != nullptr);
}

TEST_CASE("in line, and with nobody there, such a note tells what a failure leads to there") {
    const auto strict = flows::load_flows(files_in(R"(flow: a
otherwise: bye
hung_up: gone
start: s
states:
  s:
    - enqueue: {queue: q, wait: line, otherwise: bye}
    - hangup
  line: [{say: Hold.}, {http: {get: "https://example.com/"}}]
  gone: [{http: {get: "https://example.com/"}}, {tag: {told: it}}]
  bye: [{say: Bye.}, hangup]
)"),
                                          {.strict = true});
    REQUIRE(strict.findings.size() == 2);
    for (const config::Diagnostic& each : strict.findings) {
        CHECK(each.code == "SB303");
        CHECK(each.severity == config::Severity::note);
    }
    CHECK(strict.findings[0].message ==
          "the caller leaves the line, and the enqueue ends with left, when http ends with denied, "
          "not_found, slow or failed");
    CHECK(strict.findings[0].hint == "to let them wait on, write otherwise: next");
    CHECK(
        strict.findings[1].message ==
        "what stands behind it is left out when http ends with denied, not_found, slow or failed");
    CHECK(strict.findings[1].hint == "to go on all the same, write otherwise: next");
}

TEST_CASE("a flow's otherwise that is no state is one finding, notes wanted or not") {
    const auto strict = flows::load_flows(files_in(R"(flow: a
otherwise: nowhere
start: s
states:
  s: [{dial: {number: "+12025550130"}}, hangup]
)"),
                                          {.strict = true});
    REQUIRE(strict.findings.size() == 1);
    CHECK(strict.findings[0].code == "SB201");
}

TEST_CASE("a circle where nobody is on the line is not to be mended by asking somebody") {
    const auto loaded = load(files_in(R"(flow: a
hung_up: gone
start: s
states:
  s: [{say: Hi.}, hangup]
  gone: [{tag: {x: y}}, {go: gone}]
)"));
    REQUIRE(loaded.findings.size() == 1);
    CHECK(loaded.findings[0].code == "SB305");
    CHECK(loaded.findings[0].hint ==
          "bound the circle with limit, or lead it elsewhere: nobody is on the line to be asked");
}
