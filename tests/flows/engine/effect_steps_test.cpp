// What the loader accepts, run: what each step asks of the world, and where its outcomes lead.
#include "tests/support/effect_call.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using support::EffectCall;

namespace {

const std::string account_flow = R"(flow: main
settings: {crm: url, token: secret text}
languages: {en-US: {}, es-MX: {}}
vars:
  account: digits(4)
  pin: secret digits(4)
  name: text(40)
  balance: money(USD)
  due: date
  vip: bool
  visits: number
start: ask
states:
  ask:
    - gather: {say: {en-US: Account?, es-MX: ¿Cuenta?}, save: account, otherwise: bye}
    - gather: {say: {en-US: PIN?, es-MX: ¿Clave?}, save: pin, otherwise: bye}
    - set: {vip: "true", visits: "1.50"}
    - http:
        post: "{{ settings.crm }}/accounts/{{ account }}/of/{{ call.from }}"
        headers: {Authorization: "Bearer {{ settings.token }}"}
        body: {pin: "{{ pin }}", vip: "{{ vip }}", visits: "{{ visits }}", list: [a "b", "{{ account }}"], none: {}}
        save: {name: /firstName, balance: /amount, due: /dueDate}
        timeout: 6s
        on: {ok: balance, denied: wrong, not_found: wrong, slow: bye, failed: failed}
  balance:
    - say: {en-US: "{{ name }} owes {{ balance | money }} by {{ due | date }}.", es-MX: "{{ name }}."}
    - hangup
  wrong: [{say: {en-US: Wrong., es-MX: Mal.}}, hangup]
  failed: [{say: {en-US: Failed., es-MX: Error.}}, hangup]
  bye: [hangup]
)";

class Account : public EffectCall {
public:
    Account() : EffectCall{account_flow} {
        with_setting("crm", "https://crm.example/v1");
        with_setting("token", "t0ken");
        begins();
        keys("0042");
    }
};

std::string one_step(const std::string& step, const std::string& states = "") {
    return R"(flow: main
languages: {en-US: {}, es-MX: {}}
start: begin
states:
  begin:
    - )" + step +
           R"(
    - say: {en-US: Went on., es-MX: Siguió.}
    - hangup
  other: [{say: {en-US: Went elsewhere., es-MX: Otro.}}, hangup]
)" + states;
}

}  // namespace

TEST_CASE("a look-up is asked with URL, headers and JSON written out, and its answer is typed") {
    Account call;
    call.answer("ok", {"Ann", "12.50", "2026-12-01"});
    CHECK(call.keys("1234") == "Ann owes $12.50 by December 1, 2026.|hangs up");
    const auto& lookup = call.last<Lookup>();
    CHECK(lookup.method == "POST");
    CHECK(lookup.url == "https://crm.example/v1/accounts/0042/of/%2B12025550123");
    CHECK(lookup.headers ==
          std::vector<std::pair<std::string, std::string>>{{"Authorization", "Bearer t0ken"}});
    CHECK(lookup.body ==
          R"({"pin":"1234","vip":true,"visits":1.5,"list":["a \"b\"","0042"],"none":{}})");
    CHECK(lookup.pointers == std::vector<std::string>{"/firstName", "/amount", "/dueDate"});
    CHECK(call.asked.back().deadline == std::chrono::seconds{6});
}

TEST_CASE("every outcome of a look-up leads where it is written to") {
    const auto heard = [](const std::string& outcome,
                          std::vector<std::optional<std::string>> values = {}) {
        Account call;
        call.answer(outcome, std::move(values));
        return call.keys("1234");
    };
    CHECK(heard("denied") == "Wrong.|hangs up");
    CHECK(heard("not_found") == "Wrong.|hangs up");
    CHECK(heard("slow") == "hangs up");
    CHECK(heard("failed") == "Failed.|hangs up");
    // What does not fit its variable, or is not there, is the step's failure: all or nothing.
    CHECK(heard("ok", {"Ann", "12.50", "tomorrow"}) == "Failed.|hangs up");
    CHECK(heard("ok", {"Ann", std::nullopt, "2026-12-01"}) == "Failed.|hangs up");
    CHECK(heard("ok", {}) == "Failed.|hangs up");
}

TEST_CASE("a text message speaks the call's language, and goes to nobody who has no number") {
    const std::string flow = one_step(
        R"(sms: {to: "{{ call.from }}", text: {en-US: "From {{ call.to }}.", es-MX: Hola.}, media: "https://cdn.example/{{ call.sid }}.png", otherwise: other})");
    EffectCall call{flow};
    CHECK(call.answer("sent").begins() == "Went on.|hangs up");
    const auto& message = call.last<TextMessage>();
    CHECK(message.to == "+12025550123");
    CHECK(message.text == "From +12025550100.");
    CHECK(message.media ==
          std::vector<std::string>{"https://cdn.example/CA0123456789abcdef0123456789abcdef.png"});
    for (const char* outcome : {"opted_out", "refused", "failed", "unknown"}) {
        EffectCall other{flow};
        CHECK(other.answer(outcome).begins() == "Went elsewhere.|hangs up");
    }
    EffectCall withheld{flow};
    withheld.circumstances.call.from = "";
    CHECK(withheld.begins() == "Went elsewhere.|hangs up");
    CHECK(withheld.asked.empty());
}

TEST_CASE("a template is sent with its values") {
    EffectCall call{one_step(
        R"(sms: {to: "+12025550123", via: whatsapp, template: {sid: HX0123456789abcdef0123456789abcdef, values: {"1": "{{ call.to }}"}}, from: MG0123456789abcdef0123456789abcdef, otherwise: other})")};
    CHECK(call.answer("sent").begins() == "Went on.|hangs up");
    CHECK(call.last<TextMessage>() ==
          TextMessage{.to = "+12025550123",
                      .template_sid = "HX0123456789abcdef0123456789abcdef",
                      .template_values = {{"1", "+12025550100"}},
                      .whatsapp = true,
                      .from = "MG0123456789abcdef0123456789abcdef"});
}

TEST_CASE("opting out goes on, and what cannot be done is the step's failure") {
    EffectCall call{one_step(R"(opt_out: {number: "{{ call.from }}", otherwise: other})")};
    CHECK(call.answer("done").begins() == "Went on.|hangs up");
    CHECK(call.last<ChangeConsent>() == ChangeConsent{"+12025550123", true});
    EffectCall failed{one_step(R"(opt_in: {number: "{{ call.from }}", otherwise: other})")};
    CHECK(failed.answer("failed").begins() == "Went elsewhere.|hangs up");
    CHECK_FALSE(failed.last<ChangeConsent>().opts_out);
}

TEST_CASE("a code is sent, and what is keyed is compared with it") {
    const std::string flow = R"(flow: main
vars: {code: secret digits(4-10)}
start: begin
states:
  begin:
    - verify_start: {to: "{{ call.from }}", otherwise: bye}
    - go: ask
  ask:
    - limit: {visits: 3, otherwise: bye}
    - gather: {say: The code please., save: code, otherwise: bye}
    - verify_check: {code: "{{ code }}", on: {approved: in, wrong: ask}, otherwise: bye}
  in: [{say: Welcome.}, hangup]
  bye: [{say: Goodbye.}, hangup]
)";
    EffectCall call{flow};
    call.answer("pending", {"VE0123456789abcdef0123456789abcdef"});
    CHECK(call.begins() == "The code please.");
    CHECK(call.last<StartVerification>() == StartVerification{"+12025550123", "sms", "en-US"});
    CHECK(call.answer("wrong").keys("0000") == "The code please.");
    CHECK(call.last<CheckVerification>() ==
          CheckVerification{"VE0123456789abcdef0123456789abcdef", "0000"});
    CHECK(call.answer("approved").keys("1234") == "Welcome.|hangs up");
    EffectCall refused{flow};
    CHECK(refused.answer("refused").begins() == "Goodbye.|hangs up");
}

TEST_CASE("a callback begins where it says, with the values of now") {
    EffectCall call{R"(flow: main
vars: {name: text}
start: begin
states:
  begin:
    - set: {name: Ann}
    - callback: {number: "{{ call.from }}", go: called, within: 2h, attempts: 3, otherwise: next}
    - say: We will call you.
    - hangup
  called: [{say: "Hello {{ name }}."}, hangup]
)"};
    CHECK(call.answer("queued").begins() == "We will call you.|hangs up");
    const auto& request = call.last<RequestCallback>();
    CHECK(request.number == "+12025550123");
    CHECK(request.within == std::chrono::hours{2});
    CHECK(request.attempts == 3);
    const Next begun = advance(call.flow(), request.begins_in, Began{}, false, call.circumstances);
    const auto& reply = std::get<Reply>(begun.what);
    const auto& said = std::get<twiml::Element>(reply.document.verbs.at(0));
    CHECK(std::get<std::string>(said.content.at(0)) == "Hello Ann.");
}

TEST_CASE("each visit of a state asks anew, and a duplicate of a webhook asks for the same") {
    const std::string flow = R"(flow: main
start: menu
states:
  menu:
    - menu: {say: "For the link, press 1.", choices: {1: link}, otherwise: bye}
  link:
    - sms: {to: "{{ call.from }}", text: "https://acme.example", otherwise: next}
    - go: menu
  bye: [hangup]
)";
    EffectCall call{flow};
    call.begins();
    call.answer("sent").keys("1");
    call.answer("sent").keys("1");
    REQUIRE(call.asked.size() == 2);
    CHECK(call.asked[0].id == EffectId{.flow = "main", .state = "link", .step = "0", .visit = 1});
    CHECK(call.asked[1].id == EffectId{.flow = "main", .state = "link", .step = "0", .visit = 2});
}
