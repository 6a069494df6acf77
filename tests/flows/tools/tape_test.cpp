#include "flows/tools/tape.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;

namespace {

Tape tape_of(std::string_view text) {
    auto tape = parse_tape("call.jsonl", text);
    REQUIRE(tape.has_value());
    return *tape;
}

std::string fault_of(std::string_view text) {
    const auto tape = parse_tape("call.jsonl", text);
    REQUIRE(tape.has_error());
    const config::Diagnostic first = tape.error().front();
    return std::to_string(first.span.begin.line) + ": " + first.message;
}

Exchange call_from(const std::string& number) {
    Exchange exchange;
    exchange.request.target = "/voice/main";
    exchange.request.form = {{"From", number}, {"To", "+14155550000"}};
    return exchange;
}

}  // namespace

TEST_CASE("a tape is read with everything it may hold") {
    const Tape tape = tape_of(
        R"({"at": "2026-01-06T15:00:00Z", "request": {"method": "GET", "target": "/voice/main?x=1",)"
        R"( "headers": {"Host": "ivr.example.com"}, "form": [["From", "+12025550111"], ["A", ""], ["A", "2"]]},)"
        R"( "response": {"status": 200, "content_type": "text/xml", "body": "<Response/>"}, "note": "why"})"
        "\n\n"
        R"({"request": {"target": "/voice/main"}, "unknown": 1})");
    REQUIRE(tape.exchanges.size() == 2);
    const Exchange& first = tape.exchanges[0];
    CHECK(first.at == "2026-01-06T15:00:00Z");
    CHECK(first.note == "why");
    CHECK(first.request.method == "GET");
    CHECK(*first.request.header("host") == "ivr.example.com");
    CHECK(first.request.form.size() == 3);
    CHECK(first.response->body == "<Response/>");
    CHECK(tape.exchanges[1].request.method == "POST");
    CHECK_FALSE(tape.exchanges[1].response);
}

TEST_CASE("what is no tape is told by its line") {
    CHECK(fault_of("{\"request\": {\"target\": \"/a\"}}\nnot json") == "2: not JSON: syntax error");
    CHECK(fault_of("[]") == "1: not a JSON object");
    CHECK(fault_of("{}") == "1: there is no \"request\" object");
    CHECK(fault_of(R"({"request": {"target": "voice"}})") ==
          "1: \"target\" does not begin with \"/\"");
    CHECK(fault_of(R"({"request": {"method": "PUT", "target": "/a"}})") ==
          "1: \"method\" is neither GET nor POST");
    CHECK(fault_of(R"({"request": {"target": "/a", "form": [["a", 1]]}})") ==
          "1: \"a\" in \"form\" is not text");
    CHECK(fault_of(R"({"request": {"target": "/a"}, "response": {"status": 99}})") ==
          "1: \"status\" is not a number from 100 to 599");
}

TEST_CASE("every tape that is printed reads as it was") {
    CHECK(rc::check("print, then parse", [] {
        Tape tape{"call.jsonl", {}};
        const auto count = *rc::gen::inRange(0, 4);
        for (int i = 0; i < count; ++i) {
            Exchange exchange;
            exchange.request.target = "/" + *rc::gen::string<std::string>();
            exchange.note = *rc::gen::string<std::string>();
            exchange.request.form = *rc::gen::container<Fields>(
                rc::gen::pair(rc::gen::string<std::string>(), rc::gen::string<std::string>()));
            exchange.request.headers = {{"host", *rc::gen::string<std::string>()}};
            if (*rc::gen::arbitrary<bool>()) {
                exchange.response = TapeResponse{*rc::gen::inRange(100, 600), "text/xml",
                                                 *rc::gen::string<std::string>()};
            }
            tape.exchanges.push_back(std::move(exchange));
        }
        const auto again = parse_tape("call.jsonl", print_tape(tape));
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == tape);
    }));
}

TEST_CASE("sealed tokens are replaced wherever a URL carries one") {
    CHECK(without_tokens("/voice/main/menu/gather?s=aZ09-_x&amp;r=1#rc=2") ==
          "/voice/main/menu/gather?s=\u2026&amp;r=1#rc=2");
    CHECK(without_tokens("<Redirect>/voice/m/a/go?x=1&amp;s=abc</Redirect>") ==
          "<Redirect>/voice/m/a/go?x=1&amp;s=\u2026</Redirect>");
    CHECK(without_tokens("?s=\u2026#rc=2") == "?s=\u2026#rc=2");
    CHECK(without_tokens("She says=nothing") == "She says=nothing");
}

TEST_CASE("a telephone number is masked alike wherever it stands in a tape") {
    Masker masker;
    Exchange exchange = call_from("+14155551234");
    exchange.request.target = "/voice/main?from=%2B14155551234";
    exchange.response =
        TapeResponse{200, "text/xml",
                     "<Say>You called from 4 1 5, 5 5 5, 1 2 3 4</Say><Dial>+14155550000</Dial>"};
    const Exchange first = masker.mask(exchange);
    CHECK(*first.request.find("From") == "+12025550100");
    CHECK(*first.request.find("To") == "+12025550101");
    CHECK(first.request.target == "/voice/main?from=%2B12025550100");
    CHECK(first.response->body ==
          "<Say>You called from 2 0 2, 5 5 5, 0 1 0 0</Say><Dial>+12025550101</Dial>");

    const Exchange second = masker.mask(call_from("+14155550000"));
    CHECK(*second.request.find("From") == "+12025550101");
}

TEST_CASE("a number that a caller speaks is masked too, also where it is repeated") {
    Masker masker;
    Exchange exchange = call_from("+14155551234");
    exchange.request.form.emplace_back("SpeechResult",
                                       "it is 4155550174 or 415-555-0173, order 12345678");
    exchange.response = TapeResponse{200, "text/xml", "<Say>Hello it is 4155550174</Say>"};
    const Exchange kept = masker.mask(exchange);
    const std::string& said = *kept.request.find("SpeechResult");
    CHECK(said.find("4155550174") == std::string::npos);
    CHECK(said.find("415-555") == std::string::npos);
    CHECK(said.ends_with(", order 12345678"));
    CHECK(kept.response->body == "<Say>Hello " + said.substr(0, 16) + "</Say>");

    Exchange transcribed = call_from("+14155551234");
    transcribed.request.form.emplace_back("TranscriptionText",
                                          "my card is 4000 0012 3456 7899, call 415 555 0172");
    const std::string text = *masker.mask(transcribed).request.find("TranscriptionText");
    CHECK(text.find("4000") == std::string::npos);
    CHECK(text.find("7899") == std::string::npos);
    CHECK(text.find("0172") == std::string::npos);
}

TEST_CASE("masking what is masked keeps numbers apart") {
    Masker masker;
    Exchange exchange = call_from("+12025550101");
    exchange.request.form.emplace_back("ForwardedFrom", "+12025550100");
    const Exchange masked = masker.mask(exchange);
    CHECK(*masked.request.find("From") != *masked.request.find("ForwardedFrom"));
}

TEST_CASE("what proves or identifies is not kept") {
    Exchange exchange = call_from("+14155551234");
    exchange.request.headers = {{"x-twilio-signature", "abc="}, {"host", "ivr.example.com"}};
    exchange.request.form.emplace_back("CallToken", "{}");
    exchange.request.form.emplace_back("CallerName", "JANE ROE");
    const Exchange kept = Masker{}.mask(exchange);
    CHECK(kept.request.header("x-twilio-signature") == nullptr);
    CHECK(*kept.request.header("host") == "ivr.example.com");
    CHECK(kept.request.find("CallToken") == nullptr);
    CHECK(*kept.request.find("CallerName") == "CALLER");
}

TEST_CASE("of a secret that was entered only its length is kept") {
    Exchange exchange = call_from("+14155551234");
    exchange.request.form.emplace_back("Digits", "0042");
    exchange.request.form.emplace_back("SpeechResult", "my pin is forty two");
    const Exchange kept = Masker{}.mask(exchange, Masker::Input::secret);
    CHECK(*kept.request.find("Digits") == "0000");
    Exchange failed = call_from("+14155551234");
    failed.request.form.emplace_back(
        "ErrorUrl", "https://a.example/voice/m/a/gather?s=x&Digits=5519&SpeechResult=no&b=1#rc=2");
    CHECK(*Masker{}.mask(failed, Masker::Input::secret).request.find("ErrorUrl") ==
          "https://a.example/voice/m/a/gather?s=\u2026&Digits=0000&SpeechResult=&b=1#rc=2");
    CHECK(kept.request.find("SpeechResult")->empty());
}
