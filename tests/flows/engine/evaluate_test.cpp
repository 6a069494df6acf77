#include "tests/flows/support/expressions.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;
using flows::testing::Desk;
using namespace std::chrono_literals;

TEST_CASE("comparisons decide by value, not by writing") {
    Desk desk;
    desk.set("account", "00001234")
        .set("balance", "12.50")
        .set("tier", "gold")
        .set("due", "2026-01-10");
    CHECK(desk.value("account == \"00001234\"") == "true");
    CHECK(desk.value("account == \"1234\"") == "false");
    CHECK(desk.value("balance == 12.5") == "true");
    CHECK(desk.value("balance >= 12.51") == "false");
    CHECK(desk.value("tier in [\"silver\", \"gold\"]") == "true");
    CHECK(desk.value("tier != \"silver\"") == "true");
    CHECK(desk.value("due > today") == "true");
    CHECK(desk.value("due - today") == "4");
    CHECK(desk.value("due + 30") == "2026-02-09");
    CHECK(desk.value("due - 10") == "2025-12-31");
}

TEST_CASE("the right side of and, or is asked only when the left did not decide") {
    Desk desk;
    CHECK(desk.value("known(count) and count > 1") == "false");
    CHECK(desk.value("not known(count) or count > 1") == "true");
    CHECK(desk.value("count > 1") == "no result");
    CHECK(desk.value("count > 1 or true") == "no result");
}

TEST_CASE("what cannot be computed has no result") {
    Desk desk;
    desk.set("count", "0").set("balance", "9223372036854775807");
    CHECK(desk.value("1 / count") == "no result");
    CHECK(desk.value("balance * 10") == "no result");
    CHECK(desk.value("today + 900000000000") == "no result");
    CHECK(desk.value("message.duration") == "no result");
    desk.set("name", "abc");
    CHECK(desk.value("number(name)") == "no result");
}

TEST_CASE("now, today and weekday are those of the first hours, else of UTC") {
    Desk desk;
    CHECK(desk.value("now") == "2026-01-06 10:00");
    CHECK(desk.value("weekday") == "tue");
    desk.circumstances.now = std::chrono::sys_days{std::chrono::year{2026} / 1 / 7} + 2h;
    CHECK(desk.value("today") == "2026-01-06");
    desk.flow.hours.clear();
    CHECK(desk.value("today") == "2026-01-07");
    CHECK(desk.value("weekday") == "wed");
}

TEST_CASE("hours answer whether, when next and until when") {
    Desk desk;
    CHECK(desk.value("open(office)") == "true");
    CHECK(desk.value("closes(office)") == "2026-01-06 17:30");
    CHECK(desk.value("opens(office)") == "2026-01-07 09:00");
}

TEST_CASE("an operator's word on the hours holds until it ends") {
    Desk desk;
    HoursOverrides overrides;
    desk.circumstances.overrides = &overrides;
    const auto now = desk.circumstances.now;
    overrides[{"desk", "office"}] = {.open = false, .until = now + 2h};
    CHECK(desk.value("open(office)") == "false");
    CHECK(desk.value("opens(office)") == "2026-01-06 12:00");
    overrides[{"desk", "office"}] = {.open = false, .until = now + 12h};
    CHECK(desk.value("opens(office)") == "2026-01-07 09:00");
    overrides[{"desk", "office"}] = {.open = true, .until = now + 12h};
    CHECK(desk.value("closes(office)") == "2026-01-06 22:00");
    overrides[{"desk", "office"}] = {.open = false, .until = now};
    CHECK(desk.value("open(office)") == "true");
}

TEST_CASE("facts of the call are told, carried ones first") {
    Desk desk;
    desk.circumstances.call.stir_verstat = "TN-Validation-Passed-A-Diverted";
    CHECK(desk.value("call.from") == "+12025550123");
    CHECK(desk.value("call.attestation") == "a");
    CHECK(desk.value("call.withheld") == "false");
    desk.carried = {{CallFact::from, "+12025550199"},
                    {CallFact::withheld, "true"},
                    {CallFact::queue_position, "3"}};
    CHECK(desk.value("call.from") == "+12025550199");
    CHECK(desk.value("call.withheld") == "true");
    CHECK(desk.value("queue.position - 1") == "2");
    CHECK(desk.value("queue.size") == "no result");
}

TEST_CASE("attestation is the letter of a validation that passed, else none") {
    Desk desk;
    for (const auto& [verstat, letter] : std::vector<std::pair<std::string_view, std::string>>{
             {"TN-Validation-Passed-A", "a"},
             {"TN-Validation-Passed-B-Passthrough", "b"},
             {"TN-Validation-Passed-C", "c"},
             {"TN-Validation-Failed-A", "none"},
             {"No-TN-Validation", "none"},
             {"", "none"},
             {"TN-Validation-Passed-", "none"},
             {"TN-Validation-Passed-AB", "none"}}) {
        desk.circumstances.call.stir_verstat = verstat;
        CHECK(desk.value("call.attestation") == letter);
    }
}

TEST_CASE("known() asks for a value, and an empty fact of the call is none") {
    Desk desk;
    CHECK(desk.value("known(name)") == "false");
    CHECK(desk.set("name", "").value("known(name)") == "true");
    CHECK(desk.value("known(call.caller_name)") == "false");
    CHECK(desk.value("known(call.from)") == "true");
    CHECK(desk.value("known(settings.line)") == "true");
    CHECK(desk.expanded("Hello {{ call.caller_name | or(\"friend\") }}") == "Hello friend");
}

TEST_CASE("functions on text count characters, not bytes") {
    Desk desk;
    desk.set("name", "Ñandú");
    CHECK(desk.value("length(name)") == "5");
    CHECK(desk.value("lower(name)") == "ñandú");
    CHECK(desk.value("upper(name)") == "ÑANDÚ");
    CHECK(desk.value("starts_with(name, \"Ñ\")") == "true");
    CHECK(desk.value("ends_with(name, \"dú\")") == "true");
    CHECK(desk.value("contains(name, \"and\")") == "true");
    CHECK(desk.value("contains(name, \"x\")") == "false");
    CHECK(desk.set("account", "00001234").value("number(account)") == "1234");
}

TEST_CASE("a pattern matches the whole text, or where its anchors say") {
    Desk desk;
    desk.set("account", "12345600");
    CHECK(desk.value("account matches \"[0-9]{8}\"") == "true");
    CHECK(desk.value("account matches \"[0-9]{4}\"") == "false");
    CHECK(desk.value("account matches \"^12\"") == "true");
    CHECK(desk.value("account matches \"00$\"") == "true");
    CHECK(desk.value("account matches \"^12$\"") == "false");
    CHECK(desk.value("account matches \"12|12345600\"") == "true");
    CHECK(desk.value("account matches \"\\d+\"") == "true");
}

TEST_CASE("the bucket of a text is always the same, and shares are fair") {
    Desk desk;
    CHECK(desk.value("hash_bucket(\"\", 100)") == desk.value("hash_bucket(\"\", 100)"));
    CHECK(desk.value("hash_bucket(call.from, 1)") == "0");
    std::vector<int> hits(10);
    for (int i = 0; i < 2000; ++i) {
        const std::string number = "+1202555" + std::to_string(1000 + i);
        desk.circumstances.call.from = number;
        ++hits[static_cast<std::size_t>(std::stoi(desk.value("hash_bucket(call.from, 10)")))];
    }
    for (const int count : hits)
        CHECK((count > 140 && count < 260));
}

TEST_CASE("the candidate of a confirmation stands for its variable") {
    Desk desk;
    desk.set("account", "11111111");
    const Value candidate{std::string{"22222222"}};
    auto view = desk.view();
    view.candidate = 0;
    view.candidate_value = &candidate;
    const auto expression = desk.condition("account == \"22222222\"");
    CHECK(is_true(*expression, view) == true);
    CHECK(is_true(*expression, desk.view()) == false);
}

TEST_CASE("inserts are spoken in the language of the call") {
    Desk desk;
    desk.set("balance", "1250.5")
        .set("due", "2026-01-06")
        .set("account", "12345678")
        .set("count", "1250.5");
    CHECK(desk.expanded("You owe {{ balance | money }}, due {{ due | date }}.") ==
          "You owe $1,250.50, due January 6, 2026.");
    CHECK(desk.expanded("{{ account | digits }}") == "1 2 3 4 5 6 7 8");
    CHECK(desk.expanded("{{ account }} {{ count }}") == "12345678 1,250.5");
    desk.language = 1;
    CHECK(desk.expanded("vence el {{ due | date }}") == "vence el 6 de enero de 2026");
}

TEST_CASE("or() stands in for what is missing, wherever it stands in the line of filters") {
    Desk desk;
    CHECK(desk.expanded("{{ name }}") == "no result");
    CHECK(desk.expanded("{{ name | or(\"friend\") }}") == "friend");
    CHECK(desk.expanded("{{ balance | or(0) | money }}") == "$0.00");
    CHECK(desk.expanded("{{ balance | money | or(\"nothing\") }}") == "nothing");
    CHECK(desk.expanded("{{ balance | or(\"nothing\") }}") == "nothing");
    CHECK(desk.set("name", "Ana").expanded("{{ name | or(\"friend\") }}") == "Ana");
}

TEST_CASE("inserts in a URL are percent-encoded, but for a url at the start") {
    Desk desk;
    desk.set("name", "a b/ñ?&=").set("count", "1.5");
    CHECK(desk.expanded("{{ settings.crm_url }}/x/{{ name }}?n={{ count }}", Purpose::url) ==
          "https://crm.test/x/a%20b%2F%C3%B1%3F%26%3D?n=1.5");
    CHECK(desk.expanded("https://a.test/{{ settings.crm_url }}", Purpose::url) ==
          "https://a.test/https%3A%2F%2Fcrm.test");
}

TEST_CASE("plain inserts are written as data, not spoken") {
    Desk desk;
    desk.set("balance", "1250.50").set("due", "2026-01-06").set("agreed", "true");
    CHECK(desk.expanded("{{ balance }} {{ due }} {{ agreed }}", Purpose::plain) ==
          "1250.5 2026-01-06 true");
}

TEST_CASE("a text that is one insert keeps its type when it is assigned") {
    Desk desk;
    desk.set("count", "2").set("account", "12345678");
    const auto assigned = [&](const std::string& text, std::string_view type) -> std::string {
        const auto value = value_of(*desk.text(text), *parse_type(type), desk.view());
        return value ? plain_text(*value) : "no result";
    };
    CHECK(assigned("{{ count + 1 }}", "number") == "3");
    CHECK(assigned("{{ count > 1 }}", "bool") == "true");
    CHECK(assigned("7", "number") == "7");
    CHECK(assigned("{{ account }}00", "digits(10)") == "1234567800");
    CHECK(assigned("{{ account }}", "text") == "12345678");
    CHECK(assigned("{{ account }}", "text(4)") == "no result");
    CHECK(assigned("{{ call.from }}", "phone") == "+12025550123");
    CHECK(assigned("{{ name }}", "text") == "no result");
    CHECK(assigned("{{ due | or(\"2026-02-01\") }}", "date") == "2026-02-01");
}

TEST_CASE("sums of the language agree with the decimals'") {
    CHECK(rc::check([] {
        Desk desk;
        const auto a = *Decimal::from(*rc::gen::inRange(-100000, 100000), *rc::gen::inRange(0, 4));
        const auto b = *Decimal::from(*rc::gen::inRange(-100000, 100000), *rc::gen::inRange(0, 4));
        desk.set("count", a.str()).set("balance", b.str());
        RC_ASSERT(desk.value("count + number(balance)") == add(a, b)->str());
        RC_ASSERT(desk.value("(count < number(balance))") == (a < b ? "true" : "false"));
    }));
}

TEST_CASE("a dialled number is judged by prefixes, the denied ones stronger") {
    const DialRules open{};
    CHECK(open.allows("+12025550100", false));
    CHECK_FALSE(open.allows("+12025550100", true));
    const DialRules listed{.allow = {"+1"}, .deny = {"+1900"}};
    CHECK(listed.allows("+12025550100", true));
    CHECK_FALSE(listed.allows("+19005550100", false));
    CHECK_FALSE(listed.allows("+442079460018", false));
}
