#include "server/admin_handler.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace server;
using Catch::Matchers::Contains;

namespace {

struct Admin {
    Log log{LogFormat::text, LogLevel::error};
    Observer observer{log};
    Readiness readiness{};
    ReloadOutcome reload{};
    std::vector<PlaceOrder> placed{};
    std::string refusal{};
    AdminHandler handler{{.loops_turn = [] { return true; },
                          .readiness = [this] { return readiness; },
                          .gauges = [] { return Gauges{}; },
                          .reload = [this] { return reload; },
                          .place =
                              [this](PlaceOrder order) {
                                  placed.push_back(std::move(order));
                                  return refusal;
                              }},
                         observer,
                         "secret"};

    Response ask(Method method, std::string_view target, std::string_view authorization = {}) {
        Request request;
        request.method = method;
        request.target = target;
        request.authorization = authorization;
        Response response;
        handler.answer(request, response);
        return response;
    }
};

}  // namespace

TEST_CASE("health, readiness and metrics need no token") {
    Admin admin;
    CHECK(admin.ask(Method::get, "/healthz").status == 200);
    CHECK(admin.ask(Method::get, "/readyz").status == 200);
    CHECK_THAT(admin.ask(Method::get, "/metrics").body, Contains("switchboard_connections"));
    admin.readiness.causes = {"draining"};
    const Response not_ready = admin.ask(Method::get, "/readyz");
    CHECK(not_ready.status == 503);
    CHECK(boost::json::parse(not_ready.body) ==
          boost::json::value{{"ready", false}, {"causes", boost::json::array{"draining"}}});
}

TEST_CASE("everything else is hidden from who has no token") {
    Admin admin;
    for (const std::string_view bad : {"", "Bearer", "Bearer ", "Bearer secreT", "Basic secret"}) {
        CHECK(admin.ask(Method::post, "/api/reload", bad).status == 401);
        CHECK(admin.ask(Method::get, "/no/such", bad).status == 401);
    }
    CHECK(admin.ask(Method::get, "/no/such", "Bearer secret").status == 404);
    const Response wrong = admin.ask(Method::get, "/api/reload", "Bearer secret");
    CHECK(wrong.status == 405);
    CHECK_THAT(wrong.headers, Contains("Allow: POST"));
}

TEST_CASE("a reload says whether it was accepted, and the findings") {
    Admin admin;
    admin.reload.accepted = true;
    CHECK(admin.ask(Method::post, "/api/reload", "Bearer secret").status == 200);
    admin.reload.accepted = false;
    config::Diagnostic finding;
    finding.code = "SB201";
    finding.message = "no state \"suport\"";
    finding.hint = "did you mean \"support\"?";
    finding.file = "acme.yaml";
    admin.reload.findings = {finding};
    const Response refused = admin.ask(Method::post, "/api/reload", "Bearer secret");
    CHECK(refused.status == 409);
    const auto body = boost::json::parse(refused.body);
    CHECK(body.at("findings").at(0).at("code") == "SB201");
}

TEST_CASE("a call is put down under the id of whoever asks") {
    Admin admin;
    const std::string_view asked = "/api/place?to=%2B12025550142&flow=desk&id=0123456789abcdef";
    CHECK(admin.ask(Method::post, asked).status == 401);
    const Response accepted = admin.ask(Method::post, asked, "Bearer secret");
    CHECK(accepted.status == 202);
    CHECK(boost::json::parse(accepted.body).at("accepted").as_bool());
    REQUIRE(admin.placed.size() == 1);
    CHECK(admin.placed.front().to == "+12025550142");
    CHECK(admin.placed.front().flow == "desk");
    CHECK(admin.placed.front().id == "0123456789abcdef");

    admin.refusal = "no flow \"desk\" is served";
    const Response refused = admin.ask(Method::post, asked, "Bearer secret");
    CHECK(refused.status == 409);
    CHECK_THAT(refused.body, Contains("no flow"));
    CHECK(admin.ask(Method::post, "/api/place?to=1&flow=desk&id=short", "Bearer secret").status ==
          409);
    CHECK(admin.placed.size() == 2);
}
