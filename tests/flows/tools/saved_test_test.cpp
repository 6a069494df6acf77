#include "flows/tools/saved_test.hpp"
#include "tests/support/flow_call.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using support::WrittenFlow;

namespace {

std::variant<SavedTest, Misread> saved(const WrittenFlow& flow, std::string_view script,
                                       std::string name = {}) {
    const PlayedCall call = flow.played(script);
    return write_test({.name = std::move(name),
                       .flow = &flow.flow(),
                       .begins = flow.begins(),
                       .done = call.done(),
                       .transport = flow.transport()});
}

std::string yaml(const WrittenFlow& flow, std::string_view script, std::string name = {}) {
    auto test = saved(flow, script, std::move(name));
    return std::get<SavedTest>(test).yaml;
}

const SavedTest one{"one", "- name: one\n  at: 2026-01-06T15:00Z\n  steps:\n    - hangs_up\n"};

std::string with_one(const std::string& text) {
    auto with = with_test({"shop.test.yaml", text}, one);
    const auto* refused = std::get_if<Misread>(&with);
    return refused != nullptr ? "refused: " + refused->why : std::get<TestFileText>(with).text;
}

}  // namespace

TEST_CASE("a call is saved as a test: what was done, what was heard, how it ended") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(yaml(shop, "wait 1 1234 2 busy 0s", "busy: nobody there") ==
          R"(- name: "busy: nobody there"
  at: 2026-01-06T15:00Z
  steps:
    - hears: Welcome to the shop.
    - hears: For your account, press 1.
    - waits
    - hears: I heard nothing.
    - hears: For your account, press 1.
    - presses: 1
    - hears: Four digits please.
    - enters: "1234"
    - hears: Thank you for 1 2 3 4.
    - hears: For your account, press 1.
    - presses: 2
    - dials: "+12025550130"
    - dial_ends: busy
    - hears: After the tone please.
    - records: 0s
    - hears: Goodbye.
    - ends
  result: served
)");
}

TEST_CASE("words of another language say which, speech its confidence") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(yaml(shop, "8 'cuenta' (0.8) 12*# h") ==
          R"(- name: "presses 8, says text cuenta, confidence 0.8, enters 12*#, hangs up"
  at: 2026-01-06T15:00Z
  steps:
    - hears: Welcome to the shop.
    - hears: For your account, press 1.
    - presses: 8
    - hears: {language: es-MX, text: Bienvenido.}
    - hears: {language: es-MX, text: "Cuenta, 1. Persona, 2."}
    - says: {text: cuenta, confidence: 0.8}
    - hears: {language: es-MX, text: Cuatro dígitos.}
    - enters: "12*#"
    - hears: {language: es-MX, text: Cuatro dígitos.}
    - hangs_up
  result: abandoned
)");
}

TEST_CASE("the called one's key, a message that ends by hanging up, and where a call stands") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(yaml(shop, "2 answered 5 completed")
              .find("    - dials: \"+12025550130\"\n"
                    "    - answers_whisper: 5\n"
                    "    - dial_ends: completed\n") != std::string::npos);
    CHECK(yaml(shop, "2 answered wait").find("    - dial_ends: declined\n") != std::string::npos);
    CHECK(yaml(shop, "3 7s h").find("    - records: 7s\n    - hangs_up\n  result: message\n") !=
          std::string::npos);
    CHECK(yaml(shop, "1").find("    - ends_in: account\n") != std::string::npos);
}

TEST_CASE("a new file names its flow and holds the settings its tests need") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(new_test_file(shop.flow(), {{"counter", "+12025550130"}}, one) ==
          "flow: shop\nsettings:\n  counter: \"+12025550130\"\ntests:\n  - name: one\n"
          "    at: 2026-01-06T15:00Z\n    steps:\n      - hangs_up\n");
}

TEST_CASE("a test goes behind the last one, and everything else stays as it is") {
    const std::string before = "# by hand\nflow: shop   # ours\ntests:\n"
                               "# the first\n- name: two  # kept\n  steps:\n  - hangs_up  # now\n";
    const std::string after = "\n# the end of the file\nsettings: {counter: \"+12025550130\"}\n";
    const std::string mine = "\n- name: one\n  at: 2026-01-06T15:00Z\n  steps:\n    - hangs_up\n";
    CHECK(with_one(before + after) == before + mine + after);
    CHECK(with_one(before) == before + mine);
}

TEST_CASE("a test is indented as the others are") {
    const std::string before = "flow: shop\ntests:\n    - name: two\n      steps: [hangs_up]\n";
    CHECK(with_one(before) == before + "\n    - name: one\n      at: 2026-01-06T15:00Z\n"
                                       "      steps:\n        - hangs_up\n");
    CHECK(with_one("flow: shop\ntests:\n    - {name: two, steps: [hangs_up]}") ==
          "flow: shop\ntests:\n    - {name: two, steps: [hangs_up]}\n" +
              std::string{"\n    - name: one\n      at: 2026-01-06T15:00Z\n"
                          "      steps:\n        - hangs_up\n"});
}

TEST_CASE("a file without tests gets its first") {
    const std::string mine = "  - name: one\n    at: 2026-01-06T15:00Z\n    steps:\n"
                             "      - hangs_up\n";
    CHECK(with_one("flow: shop") == "flow: shop\ntests:\n" + mine);
    CHECK(with_one("flow: shop\ntests:\n") == "flow: shop\ntests:\n" + mine);
    CHECK(with_one("tests:  # soon\nflow: shop\n") == "tests:  # soon\n" + mine + "flow: shop\n");
}

TEST_CASE("a name that is taken gets a number") {
    auto with = with_test({"t", "flow: shop\ntests:\n  - name: one\n  - name: one 2\n"}, one);
    CHECK(std::get<TestFileText>(with).name == "one 3");
    CHECK(std::get<TestFileText>(with).text.find("  - name: one 3\n") != std::string::npos);
}

TEST_CASE("a file that a test cannot be put into is left alone, and says why") {
    CHECK(with_one("flow: shop\ntests: [{name: two}]\n").find("refused: ") == 0);
    CHECK(with_one("flow: shop\ntests: []\n").find("refused: ") == 0);
    CHECK(with_one("flow: shop\ntests: none\n").find("refused: ") == 0);
    CHECK(with_one("flow: [shop\n").find("refused: shop.test.yaml is not sound YAML") == 0);
}

TEST_CASE("the head of a file of tests is its flow and settings") {
    const auto head = read_test_file_head(
        {"t", "flow: shop\nsettings: {counter: \"+12025550130\"}\ntests: []\n"});
    REQUIRE(head);
    CHECK(head->flow == "shop");
    CHECK(head->settings == WrittenValues{{"counter", "+12025550130"}});
    CHECK_FALSE(read_test_file_head({"t", "flow: [shop\n"}));
}
