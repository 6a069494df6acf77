// What the desk says of certificate, signature, clock and what ages on a machine.
#include "server/desk/machine.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace std::chrono_literals;
using server::DeskFinding;
using server::DeskTime;
using Standing = DeskFinding::Standing;

constexpr DeskTime now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 10} + 12h;
const std::string url = "https://ivr.example.com";

server::TlsFacts trusted() {
    return {.is_connected = true,
            .version = "TLSv1.3",
            .names_host = true,
            .chain = 2,
            .expires = now + std::chrono::days{60}};
}

}  // namespace

TEST_CASE("a trusted certificate for this name, with weeks to go, is fine") {
    const auto found = server::judge_certificate(url, trusted(), now);
    CHECK(found ==
          server::DeskFindings{
              {Standing::fine, url, "TLSv1.3, certificate good until 2026-05-09, chain of 2", {}}});
}

TEST_CASE("a certificate is told of from sixteen days before it expires") {
    server::TlsFacts facts = trusted();
    facts.expires = now + std::chrono::days{16};
    CHECK(server::judge_certificate(url, facts, now)[0].standing == Standing::fine);
    facts.expires = now + std::chrono::days{16} - 1s;
    CHECK(server::judge_certificate(url, facts, now)[0].what ==
          "the certificate expires in 15 days, on 2026-03-26");
    facts.expires = now;
    facts.distrust = "certificate has expired";
    const auto expired = server::judge_certificate(url, facts, now);
    REQUIRE(expired.size() == 1);
    CHECK(expired[0].what == "the certificate expired on 2026-03-10");
    CHECK(expired[0].mend == "certbot renew; `serve` reads the new one by itself");
}

TEST_CASE("another name, a missing chain and an unknown authority are mended differently") {
    server::TlsFacts facts = trusted();
    facts.names_host = false;
    facts.lacks_chain = true;
    facts.distrust = "unable to get local issuer certificate";
    const auto found = server::judge_certificate(url, facts, now);
    REQUIRE(found.size() == 2);
    CHECK(found[0].what == "the certificate is for another name");
    CHECK(found[1].mend == "let tls.certificate be the file with the whole chain: fullchain.pem");
    facts = trusted();
    facts.distrust = "self-signed certificate";
    CHECK(server::judge_certificate(url, facts, now)[0].mend ==
          "have one made by a public authority: certbot certonly --webroot");
}

TEST_CASE("where nobody answers there is no certificate to judge") {
    const server::TlsFacts away{.failure = "no connection to ivr.example.com:443: refused"};
    const auto found = server::judge_certificate(url, away, now);
    REQUIRE(found.size() == 1);
    CHECK(found[0].standing == Standing::wrong);
    CHECK(found[0].what == away.failure);
}

TEST_CASE("each answer to a signed request has a cause") {
    const auto judge = [](int status) { return server::judge_signed_request("u", status, "away"); };
    CHECK(judge(204).standing == Standing::fine);
    CHECK(judge(0).what == "a signed request gets no answer: away");
    CHECK(judge(403).what ==
          "the server refuses a signature made with this configuration's auth token");
    CHECK(judge(404).what == "something answers there that does not know this flow");
    CHECK(judge(502).mend == "switchboard health");
    CHECK(judge(302).what == "a signed request is answered 302, and not 204");
    for (const int status : {0, 302, 403, 404, 500, 502, 503, 504}) {
        CHECK(judge(status).standing == Standing::wrong);
        CHECK_FALSE(judge(status).mend.empty());
    }
}

TEST_CASE("ten seconds beside Twilio's clock are the network's, eleven are the clock's") {
    const auto judge = [](std::string_view date) { return server::judge_clock(date, now); };
    CHECK(judge("Tue, 10 Mar 2026 12:00:10 GMT").standing == Standing::fine);
    CHECK(judge("Tue, 10 Mar 2026 12:00:11 GMT").what ==
          "this machine's clock is 11 s behind Twilio's");
    CHECK(judge("Tue, 10 Mar 2026 11:59:49 GMT").what ==
          "this machine's clock is 11 s before Twilio's");
    CHECK(judge("Tue, 10 Mar 2026 11:59:49 GMT").mend == "timedatectl set-ntp true");
    CHECK(judge("").standing == Standing::unknown);
}

TEST_CASE("time zones of last year are fine, older ones are not") {
    const auto judge = [](std::string_view line) { return server::judge_time_zones(line, now); };
    CHECK(judge("# version 2025a").standing == Standing::fine);
    CHECK(judge("# version 2024b").standing == Standing::wrong);
    CHECK(judge("").standing == Standing::unknown);
    CHECK(judge("# version soon").standing == Standing::unknown);
}

TEST_CASE("the age of numbering plans is told, and is no fault") {
    CHECK(server::judge_phone_metadata(2022).standing == Standing::note);
    CHECK(server::judge_phone_metadata(0).mend == "build with a newer libphonenumber");
}
