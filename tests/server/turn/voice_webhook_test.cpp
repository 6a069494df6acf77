#include "tests/support/webhook_caller.hpp"

#include <catch2/catch.hpp>

using namespace support;
using Catch::Matchers::Contains;

namespace {

const config::Source menu_flow{"acme.yaml", R"(
flow: acme
start: main
states:
  main:
    - menu:
        say: For sales, press 1. For hours, press 2.
        choices: {1: sales, 2: hours}
        nomatch: Sorry, that is not one of the choices.
        tries: 3
        otherwise: goodbye
  sales: [{say: You reached sales.}, {go: goodbye}]
  hours: [{say: We are open from nine to five.}, {go: main}]
  goodbye: [{say: Goodbye.}, hangup]
)"};

}  // namespace

TEST_CASE("a call goes from its first webhook through a menu to its end") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const auto asked = twilio.post("/voice/acme", {{"CallStatus", "ringing"}});
    REQUIRE(asked.status == 200);
    CHECK(asked.content_type == "text/xml; charset=utf-8");
    CHECK_THAT(asked.headers, Contains("Cache-Control: no-store"));
    CHECK_THAT(asked.body, Contains("For sales, press 1."));
    CHECK_THAT(action_of(asked.body), Contains("/voice/acme/main/gather?s="));

    const auto nonsense = twilio.post(action_of(asked.body), {{"Digits", "7"}});
    CHECK_THAT(nonsense.body,
               Contains("not one of the choices") && Contains("For sales, press 1."));
    const auto silence = twilio.post(redirect_of(nonsense.body));
    CHECK_THAT(silence.body, Contains("For sales, press 1."));
    const auto sales = twilio.post(action_of(silence.body), {{"Digits", "1"}});
    CHECK_THAT(sales.body, Contains("You reached sales.") && Contains("<Hangup/>"));
}

TEST_CASE("a webhook configured with GET is answered alike") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const auto asked = twilio.get("/voice/acme", {{"CallStatus", "ringing"}});
    REQUIRE(asked.status == 200);
    const auto sales = twilio.get(action_of(asked.body), {{"Digits", "1"}});
    CHECK_THAT(sales.body, Contains("You reached sales."));
}

TEST_CASE("a duplicate webhook gets the same answer, to the byte, from any process") {
    WebhookServer one{snapshot_of({menu_flow})};
    WebhookServer other{snapshot_of({menu_flow})};
    const auto asked = WebhookCaller{one}.post("/voice/acme");
    CHECK(WebhookCaller{other}.post("/voice/acme").body == asked.body);
    const Fields keyed{{"Digits", "7"}};
    const auto first = WebhookCaller{one}.post(action_of(asked.body), keyed);
    CHECK(WebhookCaller{one}.post(action_of(asked.body), keyed).body == first.body);
    CHECK(WebhookCaller{other}.post(action_of(asked.body), keyed).body == first.body);
}

TEST_CASE("a call stays on the version of the flow it began with") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const auto asked = twilio.post("/voice/acme");
    config::Source edited = menu_flow;
    edited.text.replace(edited.text.find("You reached sales."), 18, "Another department.");
    const auto old = server.current.shared();
    const auto next = snapshot_of({edited});
    server.retired.retire(old->flows, *next->flows, 500'000);
    server.current.set(next);

    const auto hour = static_cast<std::uint32_t>(
        std::chrono::system_clock::now().time_since_epoch() / std::chrono::hours{1});
    server.retired.retire(old->flows, *next->flows, hour);
    const auto sales = twilio.post(action_of(asked.body), {{"Digits", "1"}});
    CHECK_THAT(sales.body, Contains("You reached sales."));
    const auto fresh = twilio.post("/voice/acme");
    CHECK_THAT(twilio.post(action_of(fresh.body), {{"Digits", "1"}}).body,
               Contains("Another department."));
}

TEST_CASE("a token that does not open costs an apology, never an error or another caller's state") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const std::string action = action_of(twilio.post("/voice/acme").body);
    const std::string path = action.substr(0, action.find('?'));

    const auto check_recovered = [&](const server::Response& response) {
        CHECK(response.status == 200);
        CHECK_THAT(response.body, Contains("For sales, press 1."));  // the start, after an apology
        CHECK_THAT(action_of(response.body), Contains("&r=1"));
    };
    SECTION("tampered with") {
        std::string changed = action;
        const std::size_t at = changed.find("?s=") + 10;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        check_recovered(twilio.post(changed, {{"Digits", "1"}}));
    }
    SECTION("cut") { check_recovered(twilio.post(path + "?s=abc", {{"Digits", "1"}})); }
    SECTION("absent") { check_recovered(twilio.post(path, {{"Digits", "1"}})); }
    SECTION("of another call") {
        const WebhookCaller other{server, "CA00000000000000000000000000000002"};
        check_recovered(other.post(action, {{"Digits", "1"}}));
    }
    SECTION("moved to another path") {
        std::string moved = action;
        moved.replace(moved.find("/main/"), 6, "/sales/");
        check_recovered(twilio.post(moved, {{"Digits", "1"}}));
    }
    SECTION("of a version nobody knows any more") {
        config::Source edited = menu_flow;
        edited.text += "# edited\n";
        server.current.set(snapshot_of({edited}));
        check_recovered(twilio.post(action, {{"Digits", "1"}}));
    }
    SECTION("a second time in a row: apology and hang-up") {
        const auto again = twilio.post(path + "?s=abc&r=1", {{"Digits", "1"}});
        CHECK(again.status == 200);
        CHECK_THAT(again.body, Contains("<Hangup/>") && !Contains("For sales"));
    }
    SECTION("on a dialled leg: nothing for a whisper, hang-up for a screen") {
        const Fields leg{{"ParentCallSid", some_call}};
        CHECK_THAT(twilio.post("/voice/acme/main/whisper?s=abc", leg).body,
                   Contains("<Response/>"));
        CHECK_THAT(twilio.post("/voice/acme/main/screen?s=abc", leg).body, Contains("<Hangup/>"));
    }
}

TEST_CASE("requests are refused in the order that the endpoints promise") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    using server::Method;
    const auto status = [&](Method method, const char* text, const std::string& target,
                            const std::string& signature = {}) {
        return twilio.send(method, text, target, twilio.fields(), signature).status;
    };
    const std::string bad = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    CHECK(status(Method::get, "GET", "/audio/none.mp3", bad) == 404);
    CHECK(status(Method::post, "POST", "/voice/acme", bad) == 403);
    CHECK(status(Method::post, "POST", "/no/such/page", bad) == 403);
    CHECK(status(Method::put, "PUT", "/voice/none", bad) == 403);
    CHECK(status(Method::post, "POST", "/no/such/page") == 404);
    CHECK(status(Method::put, "PUT", "/voice/none") == 404);
    CHECK(status(Method::put, "PUT", "/voice/acme") == 405);
    CHECK(status(Method::post, "POST", "/voice/acme/status") == 204);
    CHECK(status(Method::post, "POST", "/voice/none/status") == 404);
    const auto refused = twilio.send(Method::post, "POST", "/voice/acme", twilio.fields(), bad);
    CHECK(refused.body == "forbidden\n");
}

TEST_CASE("the fallback answers as the failed request would have been answered") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const auto first = twilio.post("/voice/acme");
    const std::string action = action_of(first.body);
    const Fields failed{
        {"ErrorCode", "11200"},
        {"ErrorUrl", "https://ivr.example.com" + action.substr(0, action.find('#'))},
        {"Digits", "1"}};
    CHECK(twilio.post("/voice/acme/fallback", failed).body ==
          twilio.post(action, {{"Digits", "1"}}).body);
    const Fields first_failed{{"ErrorCode", "11205"},
                              {"ErrorUrl", "https://ivr.example.com/voice/acme"}};
    CHECK(twilio.post("/voice/acme/fallback", first_failed).body == first.body);
    const auto broken =
        twilio.post("/voice/acme/fallback",
                    {{"ErrorCode", "12100"}, {"ErrorUrl", "https://ivr.example.com/voice/acme"}});
    CHECK(broken.status == 200);
    CHECK_THAT(broken.body, Contains("<Hangup/>") && Contains("<Say"));
}

TEST_CASE("the fallback of a called leg, or of a caller in line, leaves the call's own way alone") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const auto fallback = [&](const std::string& error_url) {
        return twilio
            .post("/voice/acme/fallback",
                  {{"ErrorCode", "12100"}, {"ErrorUrl", "https://ivr.example.com" + error_url}})
            .body;
    };
    CHECK_THAT(fallback("/voice/acme/main/screen?s=x"), Contains("<Response><Hangup/></Response>"));
    CHECK_THAT(fallback("/voice/acme/main/whisper?s=x"), Contains("<Response/>"));
    CHECK_THAT(fallback("/voice/acme/main/waiting?s=x"), Contains("<Response><Leave/></Response>"));
}

TEST_CASE("once the caller has hung up there is nothing to say") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    const std::string action = action_of(twilio.post("/voice/acme").body);
    CHECK_THAT(twilio.post(action, {{"CallStatus", "completed"}, {"Digits", "hangup"}}).body,
               Contains("<Response/>"));
}

TEST_CASE("callback URLs keep the prefix of the public URL that verified the request") {
    WebhookServer server{snapshot_of({menu_flow}, "token", {}, "https://example.com/ivr")};
    WebhookCaller twilio{server};
    twilio.origin = "https://example.com/ivr";
    const auto asked = twilio.post("/voice/acme");
    REQUIRE(asked.status == 200);
    CHECK(action_of(asked.body).starts_with("/ivr/voice/acme/main/gather?s="));
}

TEST_CASE("what is recorded of a call holds no token and no signature") {
    WebhookServer server{snapshot_of({menu_flow})};
    const WebhookCaller twilio{server};
    std::uint64_t last = 0;
    server.observer.exchanges().since(0, "", last);  // somebody asks: recording begins
    const auto asked = twilio.post("/voice/acme");
    twilio.post(action_of(asked.body), {{"Digits", "1"}});
    const auto exchanges = server.observer.exchanges().since(0, some_call, last);
    REQUIRE(exchanges.size() == 2);
    CHECK(exchanges[1].target == "/voice/acme/main/gather");
    CHECK(last == 2);
}

TEST_CASE("a thread that served one set of flows sees at once what another server serves") {
    const auto asks = [](const std::string& words) {
        config::Source flow = menu_flow;
        const std::string old = "For sales, press 1.";
        flow.text.replace(flow.text.find(old), old.size(), words);
        WebhookServer server{snapshot_of({flow})};  // as a rule where the last one stood
        return WebhookCaller{server}.post("/voice/acme").body;
    };
    CHECK_THAT(asks("To buy, press 1."), Contains("To buy, press 1."));
    CHECK_THAT(asks("To rent, press 1."), Contains("To rent, press 1."));
}
