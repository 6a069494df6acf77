#include "flows/load/loader.hpp"
#include "flows/tools/coverage.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/golden.hpp"
#include "flows/tools/in_process.hpp"
#include "flows/tools/junit.hpp"
#include "tests/support/holds.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

constexpr std::string_view shop = R"(flow: shop
languages: {en-US: {}, es-MX: {}}
settings: {desk: phone}
vars: {order: digits(4), message: recording}
results: [sold, gone]
hours: {day: {timezone: America/New_York, open: {daily: "09:00-17:00"}}}
start: front
states:
  front:
    - say: {en-US: Welcome to the shop., es-MX: Bienvenido a la tienda.}
    - menu:
        say: {en-US: "For orders, press 1. Español, 2.", es-MX: "Para pedidos, oprima 1."}
        choices: {1: {speech: {en-US: [orders], es-MX: [pedidos]}, go: order}, 2: spanish, 3: desk}
        tries: 2
        otherwise: desk
  spanish: [{set: {language: es-MX}}, {go: front}]
  order:
    - gather: {say: {en-US: Your order number., es-MX: Su pedido.}, save: order, otherwise: desk}
    - tag: {order: "{{ order }}"}
    - result: sold
    - say: {en-US: "Order {{ order | digits }} is on its way.", es-MX: "Va el {{ order | digits }}."}
    - hangup
  desk:
    - dial:
        number: "{{ settings.desk }}"
        whisper: {en-US: A shopper., es-MX: Un cliente.}
        screen: {en-US: Press a key to talk., es-MX: Oprima una tecla.}
        otherwise: mailbox
    - hangup
  mailbox:
    - record: {max_length: 1m, save: message, on: {empty: front}}
    - result: gone
    - hangup
)";

const flows::Loaded& loaded() {
    static const flows::Loaded made = [] {
        const std::vector<config::Source> files{{"shop.yaml", std::string{shop}}};
        return flows::load_flows(files, {std::chrono::sys_days{std::chrono::year{2026} / 1 / 6}});
    }();
    return made;
}

std::string whole(std::string_view tests) {
    return fmt::format("flow: shop\nsettings: {{desk: \"+12025550140\"}}\ntests:\n{}", tests);
}

// One line a finding: "4:9 SB902 message (hint)".
std::string findings_of(const std::string& text) {
    config::Diagnostics findings;
    (void)flows::read_tests({"shop.test.yaml", text}, loaded().set, false, findings);
    config::sort_findings(findings);
    std::string all;
    for (const config::Diagnostic& each : findings) {
        all += fmt::format("{}:{} {} {} ({})\n", each.span.begin.line, each.span.begin.column,
                           each.code, each.message, each.hint);
    }
    return all;
}
std::string of_steps(std::string_view steps) {
    return findings_of(whole(fmt::format("  - name: a\n    steps: [{}]\n", steps)));
}

struct Played {
    flows::TestFile file{};
    std::vector<flows::TestRun> runs{};
    std::string text{};

    Played(std::string text_of_file) : text{std::move(text_of_file)} {  // NOLINT
        REQUIRE(loaded().set.flows.size() == 1);
        config::Diagnostics findings;
        auto read = flows::read_tests({"shop.test.yaml", text}, loaded().set, false, findings);
        for (const config::Diagnostic& each : findings)
            FAIL_CHECK(config::to_text(each, text));
        REQUIRE(read);
        file = std::move(*read);
        const flows::DialRules rules{{"+"}, {}};
        for (const flows::FlowTest& test : file.tests) {
            const flows::InProcess in_process{
                {.flows = &loaded().set, .settings = &file.settings, .dial_rules = &rules}};
            runs.push_back(flows::run_test(test, file, {&loaded().set, in_process, {}}));
        }
    }
    std::string told() const {
        std::string all;
        for (std::size_t i = 0; i < runs.size(); ++i)
            all += flows::to_text(file.tests[i], runs[i], text, {"shop.test.yaml", "flows/"});
        return all;
    }
};

std::string failure(std::string_view steps, std::string_view end = "") {
    return Played{whole(fmt::format("  - name: a\n    steps: [{}]\n{}", steps, end))}.told();
}

}  // namespace

// ── what passes ──

TEST_CASE("a call that goes as its test says passes") {
    CHECK(failure("{hears: welcome  TO the shop}, {hears: \"press 1\"}, {presses: 1}, "
                  "{enters: \"0420\"}, {hears: order 0 4 2 0 is on}, ends, {ends_in: order}",
                  "    result: sold\n") == "");
}

TEST_CASE("a part that spans two sentences of the flow is heard as one") {
    CHECK(failure("{hears: the shop. For orders}") == "");
}

TEST_CASE("what was heard is told by its language") {
    CHECK(failure("{presses: 2}, {hears: {text: BIENVENIDO A LA, language: es-MX}}, "
                  "{says: \"pedidos.\"}, {hears: {text: su pedido, language: es-MX}}") == "");
}

TEST_CASE("a recording whose caller hangs up is followed by hangs_up") {
    CHECK(failure("{presses: 3}, {dial_ends: busy}, {records: 5s}, hangs_up",
                  "    result: gone\n") == "");
}

TEST_CASE("who leaves without a result has abandoned the call") {
    CHECK(failure("hangs_up", "    result: abandoned\n") == "");
}

TEST_CASE("a whisper is heard before the called one's key, and after it") {
    CHECK(failure("{presses: 3}, {dials: \"+1 202-555-0140\"}, {hears: A shopper}, "
                  "{answers_whisper: 4}, {dial_ends: completed}, ends") == "");
    CHECK(failure("{presses: 3}, {answers_whisper: 4}, {hears: press a key to talk}") == "");
}

TEST_CASE("a test begins on a Tuesday at ten in the flow's zone, and ends when it likes") {
    const Played played{whole("  - {name: a, steps: []}\n"
                              "  - {name: b, at: 2026-07-01T12:00, steps: []}\n"
                              "  - {name: c, at: 2026-07-01T12:00+02:00, steps: []}\n")};
    using namespace std::chrono;
    CHECK(played.file.tests[0].at == sys_days{year{2026} / 1 / 6} + 15h);
    CHECK(played.file.tests[1].at == sys_days{year{2026} / 7 / 1} + 16h);
    CHECK(played.file.tests[2].at == sys_days{year{2026} / 7 / 1} + 10h);
}

TEST_CASE("facts of the call are told as Twilio tells them") {
    const Played played{whole("  - {name: a, from: anonymous, steps: [], call: {attestation: b, "
                              "answered_by: human, direction: outbound-api}}\n")};
    const auto& first = played.runs[0].turns[0]->request;
    CHECK(*first.find("From") == "anonymous");
    CHECK(*first.find("StirVerstat") == "TN-Validation-Passed-B");
    CHECK(*first.find("AnsweredBy") == "human");
}

// ── what fails, and how it is told ──

TEST_CASE("a failure tells expected and heard, the place in test and flow, and what led there") {
    CHECK(failure("{presses: 2}, {hears: Su pedido}") ==
          R"(shop.test.yaml:5:28: failed: a
    5 |     steps: [{presses: 2}, {hears: Su pedido}]
      |                            ^~~~~
      - expected to hear "Su pedido"
      + but es-MX "Bienvenido a la tienda."
      +     es-MX "Para pedidos, oprima 1."
      what led here:
        the call begins  flows/shop.yaml:10:7: say in front
                         flows/shop.yaml:11:7: menu in front
        presses 2        flows/shop.yaml:11:7: menu in front: 2
                         flows/shop.yaml:16:14: set in spanish
                         flows/shop.yaml:16:40: go in spanish
                         flows/shop.yaml:10:7: say in front
                         flows/shop.yaml:11:7: menu in front
        now asks for 1 key or speech

)");
}

TEST_CASE("a near miss of what was heard is explained") {
    CHECK(holds(failure("{hears: {text: Welcome, language: es-MX}}"), "= it was said in en-US"));
    CHECK(holds(failure("{hears: for orders}, {hears: welcome}"),
                "= it was said before what was heard already"));
    CHECK(holds(failure("{presses: 1}, {hears: welcome}"), "= it was said before the last input"));
}

TEST_CASE("an input that nothing asks for fails, and says what the call does instead") {
    const std::string told = failure("{dial_ends: busy}");
    CHECK(holds(told, "- expected dial_ends: busy\n"));
    CHECK(holds(told, "+ but asks for 1 key or speech\n"));
    CHECK(holds(told, "= nobody is dialled\n"));
    CHECK(holds(failure("hangs_up, {presses: 1}"), "+ but the caller hung up\n"));
    CHECK(holds(failure("{presses: 1}, {says: help}"), "= this question takes keys alone\n"));
}

TEST_CASE("keys behind the end of a question are told, not lost") {
    const std::string told = failure("{presses: \"12\"}");
    CHECK(holds(told, "+ but the question was over after 1\n"));
    CHECK(holds(told, "= write 2 as a step of its own\n"));
}

TEST_CASE("another number than expected, or none at all") {
    CHECK(holds(failure("{presses: 3}, {dials: \"+12025550141\"}"),
                "- expected to dial +12025550141\n      + but dials +12025550140\n"));
    CHECK(holds(failure("{dials: \"+12025550140\"}"), "+ but asks for 1 key or speech\n"));
}

TEST_CASE("another result, another state, a call that goes on") {
    CHECK(holds(failure("{presses: 1}, {enters: \"1234\"}", "    result: gone\n"),
                "- expected the result gone\n      + but the result is sold\n"));
    CHECK(holds(failure("{presses: 1}", "    result: sold\n"), "+ but no result was set\n"));
    CHECK(holds(failure("{ends_in: order}"), "+ but it stands in front\n"));
    CHECK(holds(failure("ends"), "- expected the flow to hang up\n"));
}

TEST_CASE("what must never be heard or logged") {
    const std::string steps = "{presses: 1}, {enters: \"0420\"}";
    CHECK(holds(failure(steps, "    never: {says: \"0420\"}\n"),
                "- expected never to hear \"0420\"\n      + but en-US \"Order 0 4 2 0 is"));
    CHECK(holds(failure(steps, "    never: {logs: \"0420\"}\n"), "+ but tag order: 0420\n"));
    CHECK(failure(steps, "    never: {logs: \"9999\", says: [\"9999\", sorry]}\n") == "");
}

TEST_CASE("a clock goes forward only") {
    CHECK(holds(failure("{at: 2026-01-06T09:00}"), "= a clock only goes forward\n"));
    CHECK(failure("{at: \"09:00\"}") == "");  // tomorrow
}

TEST_CASE("nothing behind a failure is played") {
    const Played played{whole("  - {name: a, steps: [{hears: nonsense}, {presses: 1}]}\n")};
    CHECK(played.runs[0].turns.size() == 1);
    CHECK(played.runs[0].failures.size() == 1);
}

// ── what does not fit ──

TEST_CASE("tests that do not fit their flow are told so, all at once") {
    CHECK(findings_of("flow: shp\ntests: [{name: a, steps: []}]\n") ==
          "1:7 SB901 there is no flow \"shp\" (did you mean \"shop\"?)\n");
    CHECK(findings_of("flow: shop\ntests: [{name: a, steps: []}]\n") ==
          "1:7 SB901 the flow shop needs the setting \"desk\" (phone) (write settings: {desk: "
          "...})\n");
    CHECK(findings_of("flow: shop\nsettings: {desk: here, dsk: x}\n"
                      "tests:\n"
                      "  - {name: a, steps: [{ends_in: ordr}], result: sld}\n"
                      "  - {name: a, steps: [{hears: {text: x, language: es-MS}}]}\n") ==
          "2:18 SB901 the setting desk is phone, which \"here\" is not (write a number as "
          "+12025550100)\n"
          "2:24 SB901 the flow has no setting \"dsk\" (did you mean \"desk\"?)\n"
          "4:33 SB901 there is no state \"ordr\" (did you mean \"order\"?)\n"
          "4:49 SB901 the flow has no result \"sld\" (did you mean \"sold\"?)\n"
          "5:12 SB207 two tests are called \"a\" (give each its own name)\n"
          "5:51 SB901 the flow says nothing in \"es-MS\" (did you mean \"es-MX\"?)\n");
}

TEST_CASE("steps and values that tests do not have are told so") {
    CHECK(of_steps("{preses: 1}") == "5:14 SB902 tests have no step \"preses\" (did you mean "
                                     "\"presses\"?)\n");
    CHECK(of_steps("wait") == "5:13 SB902 tests have no step \"wait\" (did you mean \"waits\"?)\n");
    CHECK(of_steps("{dial_ends: bsy}") ==
          "5:25 SB902 a dial's outcome cannot be \"bsy\" (did you mean \"busy\"?)\n");
    CHECK(of_steps("{presses: one}") ==
          "5:23 SB902 \"one\" are no keys (the keys are 0-9, * and #)\n");
    CHECK(of_steps("{records: 12}") ==
          "5:23 SB902 \"12\" is no duration (write whole seconds: 12s, or 0s where nothing is "
          "said)\n");
    CHECK(of_steps("{says: {text: x, confidence: 2}}") ==
          "5:42 SB902 the confidence cannot be \"2\" (write a number from 0 to 1)\n");
    CHECK(of_steps("{at: noon}").starts_with("5:18 SB902 \"noon\" is no time"));
    CHECK(of_steps("{waits: 3s}") == "5:21 SB902 waits takes no value (write - waits)\n");
    CHECK(of_steps("{queue_ends: gone}")
              .starts_with("5:26 SB902 a line's outcome cannot be \"gone\""));
    CHECK(of_steps("{later: kept}") ==
          "5:21 SB902 this is nothing that Twilio tells of a message (write later: stored, or "
          "later: {transcribed: text})\n");
    CHECK(of_steps("hears") == "5:13 SB902 hears needs a value (write - hears: ...)\n");
    CHECK(of_steps("{hears: {words: x}}") ==
          "5:22 SB902 hears has no \"words\" (its keys are text and language)\n");
}

TEST_CASE("answers for steps that the flow does not have are told so") {
    CHECK(findings_of(whole("  - {name: a, steps: [], http: {}, sms: [sent], verify: []}\n")) ==
          "4:26 SB901 the flow has no step http, so nobody asks for it (leave http out)\n"
          "4:36 SB901 the flow has no step sms, so nobody asks for it (leave sms out)\n"
          "4:49 SB901 the flow has no step verify_start or verify_check, so nobody asks for it "
          "(leave "
          "verify out)\n");
}

TEST_CASE("keys of the file that there are not, and those that are missing") {
    CHECK(findings_of(whole("  - {nme: a, steps: []}\n")) ==
          "4:6 SB105 a test has no \"nme\" (did you mean \"name\"?)\n"
          "4:6 SB107 a test has a name (write name: and what it shows, in a few words)\n");
    CHECK(holds(findings_of(whole("  - {name: a}\n")), "4:6 SB107 a test has steps"));
    CHECK(holds(findings_of("flow: shop\nsettings: {desk: \"+12025550140\"}\n"),
                "SB107 there are no tests in it"));
    CHECK(holds(of_steps("{presses: 1, hears: x}"), "5:26 SB108 a step is one key"));
    CHECK(holds(findings_of(whole("  - {name: a, steps: [], from: 12025550123}\n")),
                "SB902 \"12025550123\" is no telephone number"));
}

// ── coverage ──

TEST_CASE("coverage tells states, outcomes, choices and languages that no test takes") {
    const Played played{whole("  - {name: a, steps: [{presses: 1}, {enters: \"1234\"}]}\n")};
    flows::Taken taken;
    taken.add(played.runs[0].turns);
    const std::vector coverage{flows::coverage_of(*loaded().set.find("shop"), taken)};
    const std::string text = to_text(coverage, "flows/");
    CHECK(text.starts_with("coverage of shop: 20 %, states 2/5, outcomes 1/15, choices 1/3, "
                           "languages 1/2\n"));
    CHECK(holds(text, "  flows/shop.yaml:2:24: no test takes language es-MX\n"));
    CHECK(holds(text, "  flows/shop.yaml:16:3: no test takes state \"spanish\"\n"));
    CHECK(holds(text, "  flows/shop.yaml:13:80: no test takes choice \"2\" in state \"front\"\n"));
    CHECK(holds(text, "  flows/shop.yaml:24:7: no test takes outcome \"declined\" of dial in "
                      "state \"desk\"\n"));
    CHECK(flows::percent(coverage) == 20);
}

TEST_CASE("each case of a switch is an outcome of its own, whatever its type") {
    const std::vector<config::Source> files{{"count.yaml", R"(flow: count
vars: {n: number}
start: ask
states:
  ask:
    - gather: {say: How many?, save: n, digits: 1, otherwise: bye}
    - switch: {value: n, cases: {1: bye, 2: bye}, otherwise: bye}
  bye: [hangup]
)"}};
    const flows::Loaded flows = flows::load_flows(files, {});
    REQUIRE(flows.set.find("count") != nullptr);
    const std::string text =
        to_text(std::vector{flows::coverage_of(*flows.set.find("count"), flows::Taken{})}, "");
    CHECK(holds(text, "no test takes outcome \"1\" of switch in state \"ask\""));
    CHECK(holds(text, "no test takes outcome \"2\" of switch in state \"ask\""));
}

TEST_CASE("everything that can be taken is covered by tests that take it") {
    const Played played{whole(
        "  - {name: a, steps: [{presses: 1}, {enters: \"1234\"}]}\n"
        "  - {name: b, steps: [{presses: 2}, waits, {presses: 9}, {dial_ends: declined}]}\n"
        "  - {name: c, steps: [{presses: 1}, waits, {enters: \"1\"}, waits, {dial_ends: busy}, "
        "{records: 0s}]}\n"
        "  - {name: d, steps: [{presses: 3}, {dial_ends: failed}, {records: 5s}]}\n"
        "  - {name: e, steps: [{presses: 3}, {dial_ends: no_answer}]}\n"
        "  - {name: f, steps: [{presses: 3}, {dial_ends: canceled}]}\n"
        "  - {name: g, steps: [{presses: 3}, {dial_ends: completed}]}\n")};
    flows::Taken taken;
    for (const flows::TestRun& run : played.runs)
        taken.add(run.turns);
    const std::vector coverage{flows::coverage_of(*loaded().set.find("shop"), taken)};
    CHECK(to_text(coverage, "") == "coverage of shop: 100 %, states 5/5, outcomes 15/15, choices "
                                   "3/3, languages 2/2\n");
}

// ── golden answers, JUnit ──

TEST_CASE("golden answers are read as they were written, and a change shows as a diff of TwiML") {
    const Played played{whole("  - {name: a, steps: [{presses: 1}]}\n")};
    const flows::Golden golden{{"a", flows::golden_of(played.runs[0])}};
    const std::string printed = flows::print_golden(golden, "shop.test.yaml");
    CHECK(flows::parse_golden(printed) == golden);
    CHECK(holds(printed, "\n==== a\n---- the call begins\n"));
    CHECK(holds(printed, "\n---- presses 1 (/voice/shop/front/gather)\n"));
    CHECK(holds(printed, "?s=…\""));
    CHECK_FALSE(flows::compare_golden(golden, played.file.tests[0], played.runs[0]));

    flows::Golden changed = golden;
    std::string& kept = changed[0].second;
    kept.replace(kept.find("Your order number."), 18, "Your number.");
    const auto failure = flows::compare_golden(changed, played.file.tests[0], played.runs[0]);
    REQUIRE(failure);
    std::string lines;
    for (const std::string& line : failure->actual)
        lines += line + "\n";
    CHECK(holds(lines, "-     <Say language=\"en-US\">Your number.</Say>\n"
                       "+     <Say language=\"en-US\">Your order number.</Say>\n"));
    CHECK(flows::compare_golden({}, played.file.tests[0], played.runs[0])->actual.front() ==
          "none are kept of this test");
}

TEST_CASE("JUnit XML holds whatever a test is called") {
    const std::string xml = flows::to_junit(
        {{"a.test.yaml", "a", {{"5 < 6 & \"so\"", "expected <b>\n", "expected"}, {"c", {}, {}}}}},
        "2026-01-06T10:00:00", "localhost");
    CHECK(holds(xml, "tests=\"2\" failures=\"1\" errors=\"0\""));
    CHECK(
        holds(xml, "<testcase name=\"5 &lt; 6 &amp; &quot;so&quot;\" classname=\"a\" time=\"0\">"));
    CHECK(holds(xml, "<failure message=\"expected\" type=\"failure\">expected &lt;b&gt;&#10;"));
    CHECK(holds(xml, "<testcase name=\"c\" classname=\"a\" time=\"0\"/>"));
}
