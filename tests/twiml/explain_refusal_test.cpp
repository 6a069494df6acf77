#include "twiml/explain_refusal.hpp"

#include <catch2/catch.hpp>

#include <functional>

using namespace twiml;

namespace {

constexpr std::string_view token = "f0e1d2c3b4a5968778695a4b3c2d1e0f";
constexpr std::string_view here = "https://ivr.example.com/voice/main?z=1&a=it%27s";
constexpr std::string_view body = "CallSid=CA1&From=%2B12025550100&FromCity=&Digits=5";

// Why a request for `url` with `form` is refused, which somebody signed over `text` with `key`.
std::string why(std::string_view text, std::string_view key = token, std::string_view url = here,
                std::string_view form_text = body, const RefusalClues& clues = {}) {
    Params form;
    form.decode(form_text);
    const std::vector<AuthToken> tokens{*AuthToken::parse("another"), *AuthToken::parse(token)};
    const Refusal refusal =
        explain_refusal(sign_text(text, key), {.url = url, .form = &form}, tokens, clues);
    CHECK_FALSE(refusal.message.empty());
    CHECK_FALSE(refusal.hint.empty());
    CHECK(refusal.message.find(token) == std::string::npos);
    return std::string{refusal.id};
}

// What Twilio signs for `url` and `form_text`.
std::string signed_text(std::string_view url, std::string_view form_text = body) {
    Params form;
    form.decode(form_text);
    return string_to_sign(url, form);
}

}  // namespace

TEST_CASE("a right signature needs no explanation") { CHECK(why(signed_text(here)) == "valid"); }

TEST_CASE("a signature that is missing or no base64 of 20 bytes is told apart") {
    const auto shape = [](std::string_view signature) {
        return explain_refusal(signature, {.url = here}, {}).id;
    };
    CHECK(shape("") == "no_signature");
    CHECK(shape("ptBn0l5vpjjaZLtvr52ziVu") == "malformed_signature");
    CHECK(shape("a6d067d25e6fa638da64bb6faf9db3895b810ba6") == "malformed_signature");
    CHECK(shape("ptBn0l5vpjjaZLtvr52_iVuBC6Y=") == "malformed_signature");
    CHECK(shape("ptBn0l5vpjjaZLtvr52ziVuBC6Y=") == "unknown");
}

TEST_CASE("the usual causes are told by what the signature fits") {
    CHECK(why(signed_text("http://ivr.example.com/voice/main?z=1&a=it%27s")) == "scheme");
    CHECK(why(signed_text("https://ivr.example.com:8443/voice/main?z=1&a=it%27s")) == "port");
    CHECK(why(signed_text("http://ivr.example.com:8080/voice/main?z=1&a=it%27s")) == "port");
    CHECK(why(signed_text("https://ivr.example.com/voice/main/?z=1&a=it%27s")) == "trailing_slash");
    CHECK(why(signed_text("https://ivr.example.com/main?z=1&a=it%27s")) == "path_prefix");
    CHECK(why(signed_text("https://ivr.example.com/index.php/voice/main?z=1&a=it%27s")) ==
          "path_prefix");
    CHECK(why(signed_text("https://ivr.example.com/voice/main?a=it%27s&z=1")) == "query_rebuilt");
    CHECK(why(signed_text("https://ivr.example.com/voice/main?z=1&a=it's")) == "query_rebuilt");
    CHECK(why(signed_text("https://ivr.example.com/voice/main")) == "query_dropped");
    CHECK(why(signed_text(here, std::string{body} + "&z=1&a=it's")) == "query_appended");
    CHECK(why(signed_text(here, "CallSid=CA1&From=%2B12025550100&Digits=5")) == "blank_fields");
    CHECK(why(signed_text(here, std::string{body} + "&FromZip=")) == "blank_fields");
    CHECK(why(signed_text(here, std::string{body} + "&FromState=&ToState=&CallerState=&CalledState="
                                                    "&ToCity=&CallerCity=&CalledCity=")) ==
          "blank_fields");
    CHECK(why(signed_text(here, "")) == "body_not_signed");
    CHECK(why(signed_text(here, "CallSid=CA1&From=%252B12025550100&FromCity=&Digits=5")) ==
          "encoded_fields");
    CHECK(why(signed_text(here), "F0E1D2C3B4A5968778695A4B3C2D1E0F") == "token_case");
    CHECK(why(signed_text(here), std::string{token} + "\n") == "token_blank");
    CHECK(why(signed_text(here), "") == "token_empty");
    CHECK(why(signed_text(here), "quite another") == "unknown");
    CHECK(why(signed_text("https://other.example.com/voice/main?z=1&a=it%27s")) == "unknown");
}

TEST_CASE("other spellings of path and query are recognised") {
    const std::string_view odd = "https://ivr.example.com//caf%C3%A9%20a/b?m=a+b%2c&p=%2B1";
    CHECK(why(signed_text("https://ivr.example.com/caf%C3%A9%20a/b?m=a+b%2c&p=%2B1"), token, odd) ==
          "path_rebuilt");
    CHECK(why(signed_text("https://ivr.example.com//caf%c3%a9%20a/b?m=a+b%2c&p=%2B1"), token,
              odd) == "path_rebuilt");
    CHECK(why(signed_text("https://ivr.example.com//caf%C3%A9%20a/b?m=a%20b%2c&p=%2B1"), token,
              odd) == "query_rebuilt");
    CHECK(why(signed_text("https://ivr.example.com//caf%C3%A9%20a/b?m=a+b%2C&p=%2B1"), token,
              odd) == "query_rebuilt");
    CHECK(why(signed_text("https://ivr.example.com//caf%C3%A9%20a/b?m=a+b,&p=+1"), token, odd) ==
          "query_rebuilt");
}

TEST_CASE("fields treated otherwise are recognised") {
    const std::string url{here};
    CHECK(why(url + "CallSidCA1From+12025550100FromCityDigits5") == "unsorted_fields");
    CHECK(why(url + "ab1Bc2", token, here, "Bc=2&ab=1") == "unsorted_fields");
    CHECK(why(url + "a1b2,3", token, here, "a=1&b=2&b=3") == "repeated_fields");
    CHECK(why(url + "a1b2", token, here, "a=1&b=2&b=3") == "repeated_fields");
    CHECK(why(url + "a1b3b2", token, here, "a=1&b=3&b=2") == "repeated_fields");
    CHECK(why(url + "a1", token, here, "a=+1+") == "trimmed_fields");
}

TEST_CASE("parts that are never signed are recognised") {
    CHECK(why("https://u:p@ivr.example.com/v", token, "https://u:p@ivr.example.com/v", "") ==
          "userinfo");
    CHECK(why("https://ivr.example.com/v#rc=2", token, "https://ivr.example.com/v#rc=2", "") ==
          "fragment");
}

TEST_CASE("another known URL of the request explains a refusal") {
    const std::vector<std::string> others{"https://tunnel.example.net/voice/main?z=1&a=it%27s"};
    CHECK(why(signed_text(others[0]), token, here, body, {.other_urls = others}) == "public_url");
    CHECK(why(signed_text(others[0])) == "unknown");
}

TEST_CASE("a body that is no form is told apart") {
    const std::vector<AuthToken> tokens{*AuthToken::parse(token)};
    const auto why_json = [&](const std::string& url) {
        return explain_refusal(sign_text(url, token), {.url = url, .body = "{}", .has_body = true},
                               tokens)
            .id;
    };
    CHECK(why_json("https://ivr.example.com/v") == "body_hash");
    CHECK(why_json("https://ivr.example.com/v?bodySHA256=" + std::string(64, '0')) ==
          "body_changed");
}
