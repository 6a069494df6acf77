// A flow that asks for everything a flow can ask the world for, by the keys of its menu; and the
// telephone that calls it.
#pragma once

#include "flows/tools/in_process.hpp"
#include "flows/tools/simulator.hpp"
#include "tests/support/flow_builder.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace support {

inline constexpr const char* balance_key = "GET https://crm.test/balance?of=12";

// 1 looks up and says the balance, 2 sends a link and then says the balance, 3 sends a code and
// checks 1234, 4 asks for a callback that begins in `called`, 5 opts out, 6 looks up two things, 7
// records and then looks up.
class EffectFlow {
public:
    EffectFlow() {
        using namespace std::chrono_literals;
        FlowBuilder flow{"bank"};
        flow.variable("name", "text(40)");
        flow.variable("amount", "money(USD)");
        flow.flow().results = {"served"};
        flow.flow().file = "bank.yaml";
        flow.state("main",
                   {step(menu("What?", {choice("1", flow.to("look")), choice("2", flow.to("link")),
                                        choice("3", flow.to("code")), choice("4", flow.to("back")),
                                        choice("5", flow.to("out")), choice("6", flow.to("two")),
                                        choice("7", flow.to("note"))}),
                         {}, flow.to("bye"))});
        flows::Http http{.method = "GET",
                         .url = text("https://crm.test/balance?of=12"),
                         .save = {{0, "/firstName"}, {1, "/accounts/0/amount"}},
                         .timeout = 7s};
        flow.state("look", {step(http, {{"ok", flow.to("balance")},
                                        {"denied", flow.to("denied")},
                                        {"not_found", flow.to("unknown")},
                                        {"slow", flow.to("slow")},
                                        {"failed", flow.to("failed")}})});
        flow.state("balance", {said_insert("You owe ", 1, "money(USD)"), step(flows::Result{0}),
                               step(flows::Go{flow.to("main")})});
        for (const char* end : {"denied", "unknown", "slow", "failed"})
            flow.state(end, {say(end), step(flows::Go{flow.to("bye")})});
        flow.state("link", {step(flows::Sms{.to = text("+12025550123"),
                                            .text = {text("Pay at https://bank.example/pay")}},
                                 {}, flow.to("failed")),
                            step(flows::Go{flow.to("look")})});
        flow.state("code",
                   {step(flows::VerifyStart{.to = text("+12025550123")}, {}, flow.to("failed")),
                    step(flows::VerifyCheck{.code = text("1234")}, {{"wrong", flow.to("code")}},
                         flow.to("failed")),
                    say("Approved."), step(flows::Go{flow.to("bye")})});
        flow.state("back",
                   {step(flows::CallBack{.number = text("+12025550123"), .go = flow.to("called")},
                         {}, flow.to("failed")),
                    say("We call you."), step(flows::Hangup{})});
        flow.state("called", {say("You wanted a call."), step(flows::Go{flow.to("main")})});
        flow.state("out", {step(flows::Consent{.number = text("+12025550123")}),
                           step(flows::Go{flow.to("bye")})});
        flow.state("two", {step(flows::Http{.method = "POST",
                                            .url = text("https://crm.test/seen"),
                                            .body = flows::JsonText{.text = text("0042")}},
                                {}, flow.to("failed")),
                           step(flows::Go{flow.to("look")})});
        flow.state("note",
                   {step(flows::Record{.max_length = 60s}), step(flows::Go{flow.to("look")})});
        flow.state("bye", {say("Bye."), step(flows::Hangup{})});
        set_ = set_of({flow.build()});
        settings_["bank"];
    }
    EffectFlow(const EffectFlow&) = delete;
    EffectFlow& operator=(const EffectFlow&) = delete;

    const flows::FlowSet& set() const { return set_; }
    const flows::Flow& flow() const { return *set_.find("bank"); }
    flows::InProcess in_process() const {
        return flows::InProcess{{.flows = &set_, .settings = &settings_}};
    }
    // Tuesday at three in the afternoon, UTC.
    static flows::Now now() {
        return std::chrono::sys_days{std::chrono::year{2026} / 1 / 6} + std::chrono::hours{15};
    }
    flows::Phone calls(flows::ScriptedAnswers answers, flows::Transport transport = {}) const {
        flows::Phone phone{{},
                           {.target = "/voice/bank"},
                           now(),
                           transport ? std::move(transport) : flows::Transport{in_process()},
                           flows::EffectScript{std::move(answers)}};
        phone.begin();
        return phone;
    }

private:
    static flows::Step said_insert(const std::string& before, int index, const std::string& type) {
        flows::Text said;
        said.pieces.emplace_back(before);
        said.pieces.emplace_back(
            flows::Insert{.value = support::variable(index, *flows::parse_type(type)),
                          .type = *flows::parse_type(type)});
        flows::Spoken spoken{.text = std::move(said), .language = "en-US"};
        return step(flows::Say{.words = words(std::vector<flows::Word>{std::move(spoken)})});
    }

    flows::FlowSet set_{};
    flows::SettingValues settings_{};
};

// A body as a test has it.
inline config::YamlNode body(const std::string& text) {
    config::Diagnostics findings;
    auto document = config::read_yaml({"body", text}, findings);
    return document ? document->root : config::YamlNode{};
}

inline flows::HttpAnswer answers(int status, const std::string& json = {},
                                 std::chrono::milliseconds takes = {}) {
    return {.asked = balance_key,
            .status = status,
            .body = json.empty() ? config::YamlNode{} : body(json),
            .takes = takes};
}

inline constexpr const char* ada = "{firstName: Ada, accounts: [{amount: 1250.50}]}";

}  // namespace support
