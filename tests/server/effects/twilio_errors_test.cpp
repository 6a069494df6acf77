#include "server/effects/twilio_errors.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace std::chrono_literals;
using server::judge;
using server::OutboundFailure;
using server::OutboundResponse;
using server::OutboundResult;
using server::RestOutcome;
using server::RestStep;
using Kind = OutboundFailure::Kind;

namespace {

server::RestVerdict judged(int status, std::string body, server::OutboundHeaders headers = {}) {
    return judge(OutboundResult{OutboundResponse{
        .status = status, .headers = std::move(headers), .body = std::move(body)}});
}
server::RestVerdict judged(Kind kind) {
    return judge(OutboundResult{OutboundFailure{.kind = kind, .detail = "why"}});
}

}  // namespace

TEST_CASE("the table holds each code once, in order, and says what it means") {
    const auto rows = server::twilio_errors();
    CHECK(std::ranges::is_sorted(rows, std::ranges::less_equal{}, &server::TwilioError::code));
    std::set<int> codes;
    for (const auto& row : rows) {
        CHECK(codes.insert(row.code).second);
        CHECK_FALSE(row.meaning.empty());
        CHECK(server::find_twilio_error(row.code) == &row);
        CHECK(row.outcome != RestOutcome::accepted);
    }
    CHECK(server::find_twilio_error(0) == nullptr);
    CHECK(server::find_twilio_error(99999) == nullptr);
}

TEST_CASE("a code decides before the status does") {
    CHECK(judged(500, R"({"code": 20429})").step == RestStep::slow_down);
    CHECK(judged(200, R"({"code": 20429})").outcome == RestOutcome::accepted);
    CHECK(judged(429, R"({"code": 60202})").outcome == RestOutcome::too_many);
    CHECK(judged(429, R"({"code": 60202})").step == RestStep::deliver);
    CHECK(judged(429, R"({"code": 60203})").outcome == RestOutcome::pending);
    CHECK(judged(400, R"({"code": 20003})").step == RestStep::break_circuit);
    CHECK(judged(400, R"({"code": 21610})").reason ==
          "Twilio says: this person has opted out (21610)");
}

TEST_CASE("what is no code counts as none") {
    for (const char* body : {"", "no JSON", "[21610]", R"({"code": "21610"})", R"({"code": -1})",
                             R"({"code": 99999999999})", R"({"code": null})", "{"}) {
        INFO(body);
        const auto verdict = judged(429, body);
        CHECK(verdict.code == 0);
        CHECK(verdict.step == RestStep::slow_down);
        CHECK(verdict.reason == "Twilio answered 429");
    }
}

TEST_CASE("without an answer it counts whether anything was sent") {
    for (const Kind kind :
         {Kind::timed_out_after_sending, Kind::lost, Kind::too_large, Kind::bad_response}) {
        CHECK(judged(kind).outcome == RestOutcome::unknown);
        CHECK(judged(kind).step == RestStep::deliver);
        CHECK(judged(kind).reason == "why");
    }
    for (const Kind kind :
         {Kind::refused_by_policy, Kind::timed_out_before_sending, Kind::not_connected}) {
        CHECK(judged(kind).outcome == RestOutcome::failed);
        CHECK((judged(kind).step == RestStep::retry) == (kind == Kind::not_connected));
    }
}

TEST_CASE("Retry-After is passed on") {
    CHECK(judged(429, "", {{"Retry-After", "2"}}).retry_after == 2000ms);
    CHECK_FALSE(judged(429, "").retry_after);
}
