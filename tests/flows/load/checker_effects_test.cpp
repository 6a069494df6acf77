// What is proven of flows whose steps ask something of the world.
#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

using checked::File;
using checked::findings;
using checked::none;
using checked::Places;
using checked::told;

namespace {

const std::string crm = "https://crm.example/customer";

// Asks for a PIN, then takes the steps of `begin`, which end the state.
std::string flow_with(const std::string& steps, const std::string& states = "") {
    return R"(flow: main
vars: {pin: secret digits(4), name: text, due: number}
start: begin
states:
  begin:
    - gather: {say: Your PIN., save: pin, must: pin != "0000", otherwise: bye}
)" + steps +
           R"(
  bye: [hangup]
)" + states;
}

Places with_rules(const std::string& text, const flows::OutboundRules& rules) {
    const std::vector<config::Source> files{{"main.yaml", text}};
    Places found;
    for (const auto& finding : flows::load_flows(files, {.outbound = rules}).findings) {
        found.push_back(finding.code + ' ' + std::to_string(finding.span.begin.line) + ':' +
                        std::to_string(finding.span.begin.column));
    }
    return found;
}

}  // namespace

TEST_CASE("SB502: what a look-up saves is set behind ok, and behind nothing else") {
    const auto flow = [](const std::string& outcome) {
        const std::string end = outcome == "ok" ? "" : "\n    - hangup";
        return flow_with("    - http: {get: " + crm + ", save: {name: /name, due: /due}, on: {" +
                             outcome + ": hello}, otherwise: bye}" + end,
                         "  hello: [{say: \"{{ name }} owes {{ due }}.\"}, hangup]\n");
    };
    CHECK(findings(flow("ok")) == none);
    CHECK(findings(flow("not_found")) == Places{"SB502 10:21", "SB502 10:37"});
    CHECK(told(flow("slow"), "SB502") ==
          "\"name\" may be unset here = unset when: begin \u2192 [slow] hello; set only by http in "
          "state begin (line 7)");
}

TEST_CASE("SB502: URL, headers and body read their variables") {
    const auto lookup = [](const std::string& options) {
        return flow_with("    - http: {" + options +
                         ", otherwise: bye}\n    - set: {name: a, due: "
                         "\"1\"}\n    - say: \"{{ name }} {{ due }}\"\n"
                         "    - hangup");
    };
    CHECK(findings(lookup("get: \"" + crm + "/{{ name }}\"")) == Places{"SB502 7:52"});
    CHECK(findings(lookup("get: " + crm + ", headers: {X-Name: \"{{ name }}\"}")) ==
          Places{"SB502 7:71"});
    CHECK(findings(lookup("put: " + crm + ", body: [{n: \"{{ name }}\"}]")) ==
          Places{"SB502 7:64"});
}

TEST_CASE("SB803: a secret goes into a header or a body, and nowhere that others read") {
    const auto step = [](const std::string& one) {
        return flow_with("    - " + one +
                         "\n    - set: {name: a, due: \"1\"}\n    - say: \"{{ name }} {{ due }}\"\n"
                         "    - hangup");
    };
    CHECK(findings(step("http: {get: " + crm +
                        ", headers: {X-Pin: \"{{ pin }}\"}, otherwise: bye}")) == none);
    CHECK(findings(step("http: {post: " + crm +
                        ", body: {pin: [\"{{ pin }}\"]}, otherwise: bye}")) == none);
    CHECK(findings(step("verify_check: {code: \"{{ pin }}\", otherwise: bye}")) == none);
    CHECK(findings(step("http: {get: \"" + crm + "?pin={{ pin }}\", otherwise: bye}")) ==
          Places{"SB803 7:56"});
    CHECK(findings(step("sms: {to: \"{{ call.from }}\", text: \"{{ pin }}\", otherwise: bye}")) ==
          Places{"SB803 7:46"});
    CHECK(told(step("sms: {to: \"{{ call.from }}\", text: \"{{ pin }}\", otherwise: bye}"),
               "SB803") ==
          "\"pin\" is secret and would be sent in a text message = leave it out; a secret may be "
          "compared, kept, and sent in a header or the body of a look-up only");
}

TEST_CASE("SB301: the state where a placed call begins is reached, with the values of the step") {
    const auto flow = [](const std::string& set) {
        return flow_with("    - set: {due: \"1\"" + set +
                             "}\n"
                             "    - callback: {number: \"{{ call.from }}\", go: called, otherwise: "
                             "bye}\n    - set: {name: later}\n    - hangup",
                         "  called: [{say: \"{{ name }} {{ due }}\"}, hangup]\n");
    };
    CHECK(findings(flow(", name: now")) == none);
    CHECK(findings(flow("")) == Places{"SB502 12:22"});
    CHECK(told(flow(""), "SB502").find("begin \u2192 [called back] called") != std::string::npos);
}

TEST_CASE("SB301, SB502: a placed call may begin in another flow, with nothing set") {
    const std::string caller = R"(flow: main
start: begin
states:
  begin:
    - callback: {number: "{{ call.from }}", go: back/called, otherwise: next}
    - hangup
)";
    const auto called = [](const std::string& words) {
        return R"(flow: back
vars: {name: text}
start: main
states:
  main: [{set: {name: a}}, {say: "{{ name }}"}, hangup]
  called: [{say: ")" +
               words + R"("}, hangup]
)";
    };
    CHECK(findings({File{"main.yaml", caller}, File{"back.yaml", called("Hello.")}}) == none);
    CHECK(findings({File{"main.yaml", caller}, File{"back.yaml", called("{{ name }}")}}) ==
          Places{"SB502 6:22"});
}

TEST_CASE("SB305: an effect asks the world, not the caller") {
    const auto flow = [](const std::string& step) {
        return "flow: main\nstart: begin\nstates:\n  begin:\n    - " + step +
               "\n    - hangup\n  retry: [{pause: 1s}, {go: begin}]\n";
    };
    CHECK(findings(flow("http: {get: " + crm + ", on: {slow: again}, otherwise: retry}")) ==
          Places{"SB305 4:3"});
    CHECK(findings(flow("sms: {to: \"{{ call.from }}\", text: Hi., otherwise: retry}")) ==
          Places{"SB305 4:3"});
    CHECK(findings(flow("callback: {number: \"{{ call.from }}\", go: retry, otherwise: next}")) ==
          none);
}

TEST_CASE("SB807: a look-up that the caller can repeat without end") {
    const auto flow = [](const std::string& limit) {
        return R"(flow: main
start: menu
states:
  menu:
    - menu: {say: "For your balance, press 1.", choices: {1: balance}, otherwise: bye}
  balance:
)" + limit + R"(    - http: {get: https://crm.example/balance, otherwise: bye}
    - http: {get: https://crm.example/due, otherwise: bye}
    - go: menu
  bye: [hangup]
)";
    };
    CHECK(findings(flow("")) == Places{"SB807 7:7"});
    CHECK(findings(flow("    - limit: {visits: 3, otherwise: bye}\n")) == none);
    CHECK(findings(flow("    - limit: {visits: 3, otherwise: menu}\n")) == none);
    CHECK(told(flow(""), "SB807") ==
          "this look-up repeats as often as the caller likes: balance \u2192 menu \u2192 balance = "
          "bound it: write limit: {visits: 5, otherwise: state} into a state of the circle");
    CHECK(findings(flow("    # allow SB807: it costs nothing\n")) == none);
}

TEST_CASE("SB807: the look-up may stand in a flow that is called") {
    const std::string caller = R"(flow: main
start: menu
states:
  menu:
    - menu: {say: "For your balance, press 1.", choices: {1: balance}, otherwise: bye}
  balance: [{do: balance}, {go: menu}]
  bye: [hangup]
)";
    const auto called = [](const std::string& limit) {
        return "flow: balance\nstart: ask\nstates:\n  ask: [" + limit +
               "{http: {get: https://crm.example/balance, otherwise: next}}, return]\n"
               "  back: [return]\n";
    };
    CHECK(findings({File{"balance.yaml", called("{if: call.withheld, then: back}, ")},
                    File{"main.yaml", caller}}) == Places{"SB807 6:14"});
    CHECK(findings({File{"balance.yaml", called("{limit: {visits: 3, otherwise: back}}, ")},
                    File{"main.yaml", caller}}) == none);
}

TEST_CASE("SB807: a look-up that ends the circle it stands in, or is asked once, is none") {
    CHECK(
        findings(flow_with("    - http: {get: " + crm +
                           ", save: {name: /n, due: /d}, otherwise: bye}\n    - say: \"{{ name }} "
                           "{{ due }}\"\n    - hangup")) == none);
}

TEST_CASE("SB806: hosts that are not listed, where the rules are known") {
    const std::string flow = R"(flow: main
settings: {crm: url}
start: begin
states:
  begin:
    - http: {get: "https://CRM.example:8443/a", otherwise: next}
    - http: {get: "{{ settings.crm }}/a", otherwise: next}
    - http: {get: "{{ settings.crm }}/b", otherwise: next}
    - hangup
)";
    std::string listed = "crm.example:8443";
    flows::OutboundRules rules{};
    rules.lists_host = [&](std::string_view host, std::uint16_t port) {
        return listed == std::string{host} + ':' + std::to_string(port);
    };
    CHECK(findings(flow) == none);
    CHECK(with_rules(flow, rules) == none);  // of the setting nothing is known
    rules.settings["all"]["crm"] = "http://crm.example:8443";
    CHECK(with_rules(flow, rules) == none);
    rules.settings["main"]["crm"] = "https://other.example/v1";  // the flow's own counts
    CHECK(with_rules(flow, rules) == Places{"SB806 7:19"});
    listed = "other.example:443";
    CHECK(with_rules(flow, rules) == Places{"SB806 6:19"});
}

TEST_CASE("SB805: numbers outside the dial rules, where these are known") {
    const std::string flow = R"(flow: main
settings: {desk: phone}
start: begin
states:
  begin:
    - dial: {number: ["+12025550130", "+442079460000"], otherwise: next}
    - dial: {number: "{{ settings.desk }}", otherwise: next}
    - callback: {number: "+19005550100", go: begin, otherwise: next}
    - callback: {number: "{{ call.from }}", go: begin, otherwise: next}
    - dial: {client: "+442079460000", otherwise: next}
    - hangup
)";
    flows::OutboundRules rules{};
    CHECK(with_rules(flow, rules) == none);  // no rules: all but what callers supply
    rules.dial = {{"+1"}, {"+1900"}};
    rules.settings["main"]["desk"] = "+4930123456";
    CHECK(with_rules(flow, rules) == Places{"SB805 6:39", "SB805 7:22", "SB805 8:26"});
}

TEST_CASE("an allow of what was not looked for is no finding") {
    const std::string flow = R"(flow: main
start: begin
states:
  begin:
    - http: {get: "https://crm.example/a", otherwise: next}  # allow SB806: listed at the customer's
    - hangup
)";
    CHECK(findings(flow) == none);
    const auto rules = [](bool listed) {
        return flows::OutboundRules{
            .lists_host = [=](std::string_view, std::uint16_t) { return listed; }};
    };
    CHECK(with_rules(flow, rules(false)) == none);
    CHECK(with_rules(flow, rules(true)) == Places{"SB209 5:62"});
}

TEST_CASE("SB802 counts the code that was sent and the visits of states with effects") {
    const auto flow = [](const std::string& step) {
        std::string vars;
        std::string set;
        std::string say;
        for (int i = 0; i < 7; ++i) {
            const std::string name = "v" + std::to_string(i);
            vars += "  " + name + ": text(" + std::to_string(i == 0 ? 100 : 90) + ")\n";
            set += (i == 0 ? "" : ", ") + name + ": x";
            say += "{{ " + name + " }} ";
        }
        return "flow: main\nvars:\n" + vars + "start: begin\nstates:\n  begin:\n    - set: {" +
               set + "}\n    - say: \"" + say + "\"\n    - " + step + "\n    - hangup\n";
    };
    CHECK(findings(flow("pause: 1s")) == none);
    CHECK(findings(flow("verify_start: {to: \"{{ call.from }}\", otherwise: next}")) ==
          Places{"SB802 3:3"});
}
