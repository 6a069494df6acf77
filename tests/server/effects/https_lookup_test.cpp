#include "server/effects/https_lookup.hpp"
#include "tests/server/http/scripted_server.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/run_loop.hpp"

using namespace std::chrono_literals;
using server::HostPolicy;
using server::HttpsLookup;
using server::LookupRequest;
using server::LookupResult;
using server::OutboundClient;
using server::OutboundOptions;
using server::testing::Accident;
using server::testing::Answer;
using server::testing::Heard;
using server::testing::ScriptedServer;
using Values = std::vector<std::optional<std::string>>;

namespace {

// A customer's system, and the step that asks it.
struct Crm {
    boost::asio::io_context loop{1};
    support::FakeNames names{{{"localhost", {"127.0.0.1"}}}};
    ScriptedServer server{loop, [](const Heard&) {
                              return Answer{.status = 200,
                                            .body = R"({"firstName": "Ann", "amount": 1250.10})"};
                          }};
    std::unique_ptr<OutboundClient> client;
    std::unique_ptr<HttpsLookup> lookup;

    Crm() {
        const std::vector<std::string> hosts{"localhost"};
        client = *OutboundClient::make(
            names, OutboundOptions{.policy = HostPolicy{hosts}, .ca_file = server.certificate()});
        lookup = std::make_unique<HttpsLookup>(*client, server::RetryPolicy{}, [] { return 0.0; });
    }
    LookupResult ask(LookupRequest request) {
        if (request.url.empty()) request.url = server.url() + "/accounts/1/balance";
        return server::testing::run(loop, lookup->look_up(std::move(request)));
    }
};

std::string name_of(LookupResult::Outcome outcome) {
    constexpr std::array names{"ok", "denied", "not_found", "slow", "failed", "unknown"};
    return names.at(static_cast<std::size_t>(outcome));
}

}  // namespace

TEST_CASE("a look-up asks with the call's trace id, and takes values out of the answer") {
    Crm crm;
    const auto found =
        crm.ask({.method = "POST",
                 .headers = {{"Authorization", "Bearer t"}, {"Content-Type", "application/json"}},
                 .body = R"({"pin": "0042"})",
                 .pointers = {"/amount", "/firstName", "/missing"},
                 .call_sid = "CA0123456789abcdef0123456789abcdef"});
    CHECK(name_of(found.outcome) == "ok");
    CHECK(found.values == Values{"1250.10", "Ann", std::nullopt});
    const Heard& heard = crm.server.heard().front();
    CHECK(heard.body == R"({"pin": "0042"})");
    CHECK(heard.header("Accept") == "application/json");
    CHECK(heard.header("traceparent").starts_with("00-0123456789abcdef0123456789abcdef-"));
}

TEST_CASE("a body is JSON unless a header says otherwise, and without one nothing is said of it") {
    Crm crm;
    crm.ask({.method = "POST", .body = "{}"});
    crm.ask({.method = "POST", .headers = {{"content-type", "text/plain"}}, .body = "x"});
    crm.ask({});
    const auto& heard = crm.server.heard();
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].header("Content-Type") == "application/json");
    CHECK(heard[1].header("Content-Type") == "text/plain");
    CHECK(heard[2].header("Content-Type").empty());
}

TEST_CASE("how a look-up ends") {
    struct Row {
        const char* name;
        Answer answer;
        std::string outcome;
    };
    const std::vector<Row> rows{
        {"200", {.status = 200, .body = R"({"x": 1})"}, "ok"},
        {"201", {.status = 201, .body = R"({"x": 1})"}, "ok"},
        {"401", {.status = 401}, "denied"},
        {"403", {.status = 403}, "denied"},
        {"404", {.status = 404}, "not_found"},
        {"410", {.status = 410}, "not_found"},
        {"400", {.status = 400}, "failed"},
        {"429", {.status = 429}, "failed"},
        {"500", {.status = 500}, "failed"},
        {"a redirect is not followed", {.status = 302, .headers = "Location: /x\r\n"}, "failed"},
        {"an answer that is no JSON", {.status = 200, .body = "<html>"}, "failed"},
        {"204, where a value is asked for", {.status = 204}, "failed"},
        {"an answer that is too large",
         {.status = 200, .body = std::string(1'100'000, ' ')},
         "failed"},
        {"an answer that is no HTTP", {.raw = "nonsense\r\n\r\n"}, "failed"},
        {"reset after the request", {.accident = Accident::reset_after}, "unknown"},
        {"cut off", {.status = 200, .body = R"({"x": 1})", .cut = 3}, "unknown"},
        {"no answer in time", {.accident = Accident::never}, "slow"},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        Crm crm;
        crm.server.script("/balance", {row.answer});
        const bool is_slow = row.outcome == "slow";
        const auto found = crm.ask({.pointers = {"/x"}, .timeout = is_slow ? 200ms : 5s});
        INFO(found.detail);
        CHECK(name_of(found.outcome) == row.outcome);
        CHECK_FALSE(found.detail.empty());
        CHECK(found.values == (row.outcome == "ok" ? Values{"1"} : Values{}));
        CHECK(crm.server.heard().size() == 1);
    }
}

TEST_CASE("where nothing is asked of the answer, it may be anything") {
    Crm crm;
    crm.server.script("/balance", {{.status = 204}, {.status = 200, .body = "<html>"}});
    CHECK(name_of(crm.ask({.method = "POST", .body = "{}"}).outcome) == "ok");
    CHECK(name_of(crm.ask({.method = "DELETE"}).outcome) == "ok");
}

TEST_CASE("what could not be sent is tried again, at most three times") {
    Crm crm;
    crm.server.break_connections(3);
    CHECK(name_of(crm.ask({.method = "POST", .body = "{}"}).outcome) == "ok");
    CHECK(crm.server.heard().size() == 1);
    crm.server.drop_connections();
    crm.server.break_connections(4);
    CHECK(name_of(crm.ask({.method = "POST", .body = "{}"}).outcome) == "failed");
    CHECK(crm.server.heard().size() == 1);
}

TEST_CASE("a host that is not listed is failed, and hears nothing") {
    Crm crm;
    const auto refused = crm.ask({.url = "https://other.test/"});
    CHECK(name_of(refused.outcome) == "failed");
    CHECK(refused.detail == "other.test is not listed");
    CHECK(crm.names.asked.empty());
}

TEST_CASE("what the log is told holds no path, query or header") {
    Crm crm;
    crm.server.script("/balance", {{.accident = Accident::reset_after}, {.status = 500}});
    for (int i = 0; i < 2; ++i) {
        const auto found = crm.ask({.url = crm.server.url() + "/secret-path/balance?pin=0042",
                                    .headers = {{"Authorization", "Bearer secret"}}});
        CHECK(found.detail.find("0042") == std::string::npos);
        CHECK(found.detail.find("secret") == std::string::npos);
    }
}
