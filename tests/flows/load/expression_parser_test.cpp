#include "tests/flows/support/expressions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace flows;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using flows::testing::Desk;

namespace {

std::string faults(const std::string& condition) { return Desk{}.faults_of(condition); }
std::string text_faults(const std::string& text) { return Desk{}.faults_of_text(text); }
std::string names_of(const std::vector<int>& variables) {
    std::string out;
    const auto flow = flows::testing::desk_flow();
    for (const int variable : variables) {
        const auto index = static_cast<std::size_t>(variable % duration_of_recording);
        if (variable >= facts_of_queue) {
            out += "queue ";
            continue;
        }
        out += flow.variables[index].name;
        out += variable >= text_of_recording       ? ".text "
               : variable >= duration_of_recording ? ".duration "
                                                   : " ";
    }
    return out;
}
std::string unguarded(const std::string& written) {
    Desk desk;
    std::vector<UnguardedRead> reads;
    unguarded_reads(*desk.condition(written), reads);
    std::vector<int> variables;
    for (const auto& read : reads)
        variables.push_back(read.variable);
    return names_of(variables);
}
std::string unguarded_in_text(const std::string& written) {
    Desk desk;
    std::vector<UnguardedRead> reads;
    unguarded_reads(*desk.text(written), reads);
    std::vector<int> variables;
    for (const auto& read : reads)
        variables.push_back(read.variable);
    return names_of(variables);
}
std::string known(const std::string& written, bool outcome) {
    Desk desk;
    return names_of(known_when(*desk.condition(written), outcome));
}
std::string assigned(const std::string& written, std::string_view type) {
    Desk desk;
    const auto text = desk.text(written);
    REQUIRE(text);
    if (check_assignable(*text, *parse_type(type), "desk.yaml", desk.findings)) return "fits";
    REQUIRE(desk.findings.size() == 1);
    return desk.findings[0].code + ": " + desk.findings[0].message + " (" + desk.findings[0].hint +
           ")";
}

}  // namespace

TEST_CASE("a condition of every kind is accepted") {
    for (const auto* written : {"open(office)",
                                "not open(office)",
                                "agreed",
                                "agreed and not (open(office) or true)",
                                "tier == \"gold\"",
                                "tier in [\"gold\", \"silver\"]",
                                "account == \"12345678\"",
                                "call.from == \"+12025550123\"",
                                "call.from == settings.line",
                                "balance > 100",
                                "balance * 2 - 1.5 <= balance",
                                "due < today",
                                "due - today < 7",
                                "due == \"2026-11-24\"",
                                "today >= \"2026-12-24\"",
                                "visit > \"17:30\"",
                                "now < opens(office)",
                                "now >= \"2026-11-24 17:30\"",
                                "weekday in [\"sat\", \"sun\"]",
                                "weekday == \"mon\"",
                                "language == \"es-MX\"",
                                "known(name) and length(name) > 3",
                                "name matches \"[A-Z].*\"",
                                "starts_with(call.from, \"+1\")",
                                "contains(lower(name), \"smith\")",
                                "number(account) > 10",
                                "hash_bucket(call.from, 100) < 20",
                                "call.withheld",
                                "call.attestation == \"a\"",
                                "queue.position < 3",
                                "message.duration > 2",
                                "-count < -1",
                                "1 + 2 * 3 == 7",
                                "balance / 2 > euros / euros",
                                "count in [1, 2, count + 1]",
                                "call.from_country in [\"US\", \"CA\"]",
                                "known(call.caller_name)",
                                "known(settings.token)",
                                "agreed == false",
                                "size != \"small\" or not known(size)",
                                "due + 30 > today"}) {
        CHECK(faults(written) == "");
    }
}

TEST_CASE("operators bind as the grammar says") {
    Desk desk;
    CHECK(desk.value("1 + 2 * 3") == "7");
    CHECK(desk.value("(1 + 2) * 3") == "9");
    CHECK(desk.value("10 - 2 - 3") == "5");
    CHECK(desk.value("12 / 2 / 3") == "2");
    CHECK(desk.value("-2 * -3") == "6");
    CHECK(desk.value("true or false and false") == "true");
    CHECK(desk.value("not true or true") == "true");
    CHECK(desk.value("not 1 == 2") == "true");
}

TEST_CASE("what other languages write is refused with what to write here") {
    CHECK(faults("tier = \"gold\"") ==
          "SB113 6-7: a single \"=\" sets nothing here (write == to compare)");
    CHECK_THAT(faults("agreed && agreed"), Contains("write and"));
    CHECK_THAT(faults("agreed || agreed"), Contains("write or"));
    CHECK_THAT(faults("!agreed"), Contains("write not"));
    CHECK_THAT(faults("tier == 'gold'"), Contains("write double quotes: \"gold\""));
    CHECK_THAT(faults("tier is \"gold\""), Contains("write == to compare"));
    CHECK_THAT(faults("agreed AND agreed"), Contains("lower case"));
    CHECK_THAT(faults("agreed ? 1 : 2"), Contains("if step"));
    CHECK_THAT(faults("tier <> \"gold\""), Contains("write != to compare"));
    CHECK_THAT(faults("tier == \xE2\x80\x9Cgold\xE2\x80\x9D"), Contains("straight double quotes"));
    CHECK_THAT(faults("visit > 17:30"), Contains("\"17:30\""));
    CHECK_THAT(faults("tier in (\"gold\", \"silver\")"), Contains("square brackets"));
    CHECK_THAT(faults("tier not in [\"gold\"]"), Contains("not x in"));
    CHECK_THAT(faults("1 < count < 5"), Contains("1 < x and x < 9"));
    CHECK_THAT(faults("name | digits"), StartsWith("SB113"));
}

TEST_CASE("braces around a condition are one finding, with the condition as it should stand") {
    CHECK(faults("{{ open(office) }}") ==
          "SB104 1-3: braces around a condition (a condition stands without braces: open(office))");
    CHECK_THAT(faults("agreed and {{ agreed }}"), StartsWith("SB104 12-14"));
}

TEST_CASE("what is no expression at all is SB113 where it breaks") {
    for (const auto* written : {"",
                                "   ",
                                "(",
                                ")",
                                "agreed and",
                                "and agreed",
                                "open(office",
                                "tier ==",
                                "[1, 2",
                                "1 2",
                                "\"never closed",
                                "count +",
                                "..",
                                "a.",
                                "12abc",
                                "1.",
                                "not",
                                "name()",
                                "@",
                                "ñ == 1",
                                "known(name",
                                "call.from.country(1)",
                                "1 ==== 2",
                                "in [1]"}) {
        CAPTURE(written);
        CHECK_THAT(faults(written), Contains("SB113") || Contains("SB505"));
    }
    CHECK_THAT(faults("agreed and"), StartsWith("SB113 11-"));
}

TEST_CASE("an expression is bounded in length and depth") {
    CHECK_THAT(faults(std::string(100, '(') + "agreed" + std::string(100, ')')),
               StartsWith("SB113"));
    CHECK_THAT(faults(std::string(3000, '(')), StartsWith("SB113"));
    std::string sum = "count";
    for (int i = 0; i < 200; ++i)
        sum += " + count";
    CHECK_THAT(faults(sum + " > 1"), StartsWith("SB113"));
    std::string fine = "agreed";
    for (int i = 0; i < 60; ++i)
        fine += " or agreed";
    CHECK(faults(fine) == "");
}

TEST_CASE("an unknown name is SB202 and says what was meant") {
    CHECK(faults("acount == \"12345678\"") ==
          "SB202 1-7: no variable \"acount\" (did you mean \"account\"?)");
    CHECK_THAT(faults("settings.crm_ur == \"x\""), Contains("settings.crm_url"));
    CHECK_THAT(faults("crm_url == \"x\""), Contains("settings.crm_url"));
    CHECK_THAT(faults("call.form == \"x\""), Contains("call.from"));
    CHECK_THAT(faults("open(offfice)"), StartsWith("SB202 6-13") && Contains("office"));
    CHECK_THAT(faults("office"), Contains("open(office)"));
    CHECK_THAT(faults("message.txt == \"\""), Contains(".text"));
    CHECK_THAT(faults("name.url == \"\""), StartsWith("SB202"));
    CHECK_THAT(faults("tier == gold"), Contains("double quotes"));
}

TEST_CASE("all unknown names of an expression are found at once, and nothing follows from them") {
    const auto said = faults("nme == 1 and tyer == \"gold\" and tier == \"gold\"");
    CHECK_THAT(said, Contains("SB202 1-4") && Contains("SB202 14-18"));
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
}

TEST_CASE("an unknown function or filter is SB505 and says what was meant") {
    CHECK(faults("opn(office)") == "SB505 1-4: no function \"opn\" (did you mean \"open\"?)");
    CHECK_THAT(faults("lenght(name) > 1"), StartsWith("SB505 1-7") && Contains("length"));
    CHECK_THAT(faults("masked(name) == \"\""), Contains("| masked"));
    CHECK_THAT(text_faults("{{ name | digit }}"), StartsWith("SB505 11-16") && Contains("digits"));
    CHECK_THAT(text_faults("{{ name | lower }}"), Contains("lower(name)"));
}

TEST_CASE("types that do not go together are SB501") {
    CHECK_THAT(faults("account == 12345678"),
               StartsWith("SB501 1-20") && Contains("\"12345678\" in quotes"));
    CHECK_THAT(faults("count == \"3\""), Contains("without quotes"));
    CHECK_THAT(faults("name > \"a\""), StartsWith("SB501"));
    CHECK_THAT(faults("balance == euros"), Contains("different currencies"));
    CHECK_THAT(faults("balance + euros > 1"), Contains("different currencies"));
    CHECK_THAT(faults("balance * balance > 1"), StartsWith("SB501"));
    CHECK_THAT(faults("1 / balance > 1"), StartsWith("SB501"));
    CHECK_THAT(faults("name + name == \"\""), Contains("+ does not join text"));
    CHECK_THAT(faults("account + 1 > 2"), Contains("does not join text"));
    CHECK_THAT(faults("account * 2 > 2"), Contains("number(account)"));
    CHECK_THAT(faults("agreed == \"true\""), StartsWith("SB501"));
    CHECK_THAT(faults("agreed < true"), StartsWith("SB501"));
    CHECK_THAT(faults("message == \"\""), Contains("known(message)"));
    CHECK_THAT(faults("due == \"24.11.2026\""), Contains("2026-11-24"));
    CHECK_THAT(faults("now > due"), StartsWith("SB501"));
    CHECK_THAT(faults("visit + 1 > visit"), StartsWith("SB501"));
    CHECK_THAT(faults("due + 1.5 > today"), Contains("whole"));
    CHECK_THAT(faults("-name == \"\""), StartsWith("SB501"));
    CHECK_THAT(faults("name"), StartsWith("SB501") && Contains("true or false"));
    CHECK_THAT(faults("count and agreed"), StartsWith("SB501 1-6"));
    CHECK_THAT(faults("not count"), StartsWith("SB501 5-10"));
    CHECK_THAT(faults("tier in \"gold\""), StartsWith("SB501"));
    CHECK_THAT(faults("count in [1, \"2\"]"), StartsWith("SB501 14-17"));
    CHECK_THAT(faults("[1] == [1]"), StartsWith("SB501"));
    CHECK_THAT(faults("count in []"), StartsWith("SB501"));
}

TEST_CASE("a one_of is never compared with what is none of its options") {
    CHECK_THAT(faults("tier == \"gould\""),
               StartsWith("SB501") && Contains("did you mean \"gold\""));
    CHECK_THAT(faults("\"bronze\" != tier"), Contains("gold, silver"));
    CHECK_THAT(faults("tier in [\"gold\", \"bronze\"]"), StartsWith("SB501 18-26"));
    CHECK_THAT(faults("weekday == \"Monday\""), StartsWith("SB501"));
    CHECK_THAT(faults("language == \"fr-FR\""), StartsWith("SB501"));
    CHECK_THAT(faults("tier == size"), StartsWith("SB501"));
}

TEST_CASE("wrong arguments are SB501") {
    for (const auto* written :
         {"known(1)", "known()", "known(name, name)", "length(count) > 1", "starts_with(name)",
          "open(\"office\")", "open(1)", "number(agreed) > 1", "hash_bucket(name, 0) == 1",
          "hash_bucket(name, count) == 1", "hash_bucket(count, 2) == 1",
          "contains(count, \"1\")"}) {
        CAPTURE(written);
        CHECK_THAT(faults(written), StartsWith("SB501"));
    }
}

TEST_CASE("arithmetic that can never be done is SB501") {
    CHECK_THAT(faults("1 / 0 == 1"), StartsWith("SB501 5-6"));
    CHECK_THAT(faults("count / (1 - 1) == 1"), Contains("division by zero"));
    CHECK_THAT(faults("9000000000 * 9000000000 > count"), Contains("too many digits"));
    CHECK_THAT(faults("count > 99999999999999999999"), StartsWith("SB501"));
}

TEST_CASE("a pattern must be one of RE2's, and literal") {
    CHECK_THAT(faults("name matches \"(?=a)\""), StartsWith("SB504 14-21"));
    CHECK_THAT(faults("name matches \"(a\""), StartsWith("SB504") && Contains("missing"));
    CHECK_THAT(faults("name matches \"(a)\\1\""), StartsWith("SB504"));
    CHECK_THAT(faults("name matches \"((a{1000}){1000}){1000}\""), StartsWith("SB504"));
    CHECK_THAT(faults("name matches \"" + std::string(201, 'a') + "\""), StartsWith("SB504"));
    CHECK_THAT(faults("name matches name"), StartsWith("SB501"));
    CHECK_THAT(faults("count matches \"1\""), StartsWith("SB501"));
}

TEST_CASE("text without braces is taken as it is") {
    Desk desk;
    for (const auto* plain : {"", "Hello", "a { b } c", "100% of x | y", "it's \"fine\""}) {
        const auto text = desk.text(plain);
        REQUIRE(text);
        CHECK(text->is_constant());
        CHECK(text->constant() == plain);
    }
}

TEST_CASE("text keeps its pieces in order and knows where its inserts stand") {
    Desk desk;
    const auto text = desk.text("Hi {{ name }}, you owe {{ balance | money }}.");
    REQUIRE(text);
    REQUIRE(text->pieces.size() == 5);
    CHECK(std::get<std::string>(text->pieces[0]) == "Hi ");
    CHECK(std::get<Insert>(text->pieces[1]).span.begin.column == 4);
    CHECK(std::get<Insert>(text->pieces[1]).span.end.column == 14);
    CHECK(std::get<Insert>(text->pieces[1]).value.top().span.begin.column == 7);
    CHECK(std::get<std::string>(text->pieces[4]) == ".");
}

TEST_CASE("faulty inserts are found where they stand, all of them") {
    CHECK_THAT(text_faults("Hi {{ name"), StartsWith("SB113 4-6: {{ is never closed"));
    CHECK_THAT(text_faults("Hi {{ name. {{ tier }}"), StartsWith("SB113 4-6"));
    CHECK_THAT(text_faults("Hi name }}"), StartsWith("SB113 9-11"));
    CHECK_THAT(text_faults("Hi {{ }}"), StartsWith("SB113"));
    CHECK_THAT(text_faults("Hi {{ nme }} and {{ tyer }}"),
               Contains("SB202 7-10") && Contains("SB202 21-25"));
    CHECK_THAT(text_faults("{{ name | or(\"x }}"), Contains("never closed"));
    CHECK_THAT(text_faults("{{{ name }}}"), StartsWith("SB113"));
    CHECK_THAT(text_faults("{{ name | }}"), StartsWith("SB113"));
    CHECK(text_faults("{{ name | or(\"}} {{\") }}") == "");
}

TEST_CASE("a filter takes the types it can say") {
    CHECK(text_faults("{{ balance | money }} {{ due | date }} {{ opens(office) | day_and_time }} "
                      "{{ account | digits }} {{ count | ordinal }} {{ call.from | masked }} "
                      "{{ visit | time }} {{ name | spell }} {{ queue.position | number }}") == "");
    CHECK_THAT(text_faults("{{ name | money }}"), StartsWith("SB501 11-16"));
    CHECK_THAT(text_faults("{{ balance | date }}"), StartsWith("SB501"));
    CHECK_THAT(text_faults("{{ message | digits }}"), StartsWith("SB501"));
    CHECK_THAT(text_faults("{{ name | digits(2) }}"), StartsWith("SB501"));
    CHECK_THAT(text_faults("{{ name | or }}"), StartsWith("SB501"));
    CHECK_THAT(text_faults("{{ name | or(tier) }}"), StartsWith("SB501"));
    CHECK_THAT(text_faults("{{ balance | or(\"none\") | money }}"), StartsWith("SB501"));
    CHECK(text_faults("{{ balance | or(0) | money }} {{ balance | money | or(\"none\") }}") == "");
}

TEST_CASE("a read is guarded by known() before it or or() behind it") {
    CHECK(unguarded("count > 1") == "count ");
    CHECK(unguarded("known(count) and count > 1") == "");
    CHECK(unguarded("not known(count) or count > 1") == "");
    CHECK(unguarded("known(count) or count > 1") == "count ");
    CHECK(unguarded("count > 1 and known(count)") == "count ");
    CHECK(unguarded("known(count) and known(name) and count > length(name)") == "");
    CHECK(unguarded("(known(count) or known(name)) and count > 1") == "count ");
    CHECK(unguarded("known(message.duration) and message.duration > 1") == "");
    CHECK(unguarded("known(message) and message.duration > 1") == "");
    CHECK(unguarded("message.duration > 1") == "message message.duration ");
    CHECK(unguarded("queue.position > 1") == "queue ");
    CHECK(unguarded("known(queue.position) and queue.position > 1") == "");
    CHECK(unguarded("known(count)") == "");
    CHECK(unguarded_in_text("{{ name }} {{ tier | or(\"-\") }}") == "name ");
}

TEST_CASE("what a condition proves to be set is known on its side") {
    CHECK(known("known(name)", true) == "name ");
    CHECK(known("known(name)", false) == "");
    CHECK(known("not known(name)", false) == "name ");
    CHECK(known("known(name) and known(count)", true) == "name count ");
    CHECK(known("known(name) or known(count)", true) == "");
    CHECK(known("not known(name) or not known(count)", false) == "name count ");
    CHECK(known("known(name) and agreed", false) == "");
}

TEST_CASE("secrets and facts that a text reads are told") {
    Desk desk;
    const auto text = desk.text("{{ pin }} {{ settings.token }} {{ name }} {{ call.from }}");
    REQUIRE(text);
    const auto secrets = secret_reads(*text, desk.names());
    REQUIRE(secrets.size() == 2);
    CHECK(secrets[0].name == "pin");
    CHECK(secrets[1].name == "settings.token");
    CHECK(secret_reads(*desk.text("{{ pin == \"1234\" }} {{ known(pin) }}"), desk.names()).empty());
    CHECK(secret_reads(*desk.text("{{ number(pin) + 1 }}"), desk.names()).size() == 1);
    std::vector<CallFact> facts;
    facts_read(*text, facts);
    CHECK(facts == std::vector{CallFact::from});
}

TEST_CASE("what can never fit a variable is refused where it is assigned") {
    CHECK(assigned("12345678", "digits(8)") == "fits");
    CHECK_THAT(assigned("1234", "digits(8)"), StartsWith("SB501"));
    CHECK(assigned("gold", "one_of(gold, silver)") == "fits");
    CHECK_THAT(assigned("gould", "one_of(gold, silver)"), Contains("did you mean \"gold\""));
    CHECK(assigned("2026-11-24", "date") == "fits");
    CHECK(assigned("{{ account }}", "digits(8)") == "fits");
    CHECK_THAT(assigned("{{ account }}", "digits(4)"), StartsWith("SB501"));
    CHECK(assigned("{{ account }}", "text") == "fits");
    CHECK(assigned("{{ call.from }}", "phone") == "fits");
    CHECK(assigned("{{ balance * 2 }}", "money(USD)") == "fits");
    CHECK_THAT(assigned("{{ balance }}", "money(EUR)"), StartsWith("SB501"));
    CHECK_THAT(assigned("{{ count }}", "text"), Contains("| number"));
    CHECK(assigned("{{ count | number }}", "text") == "fits");
    CHECK(assigned("{{ count + 1 }}", "number") == "fits");
    CHECK(assigned("{{ name }}", "text(10)") == "fits");
    CHECK_THAT(assigned("{{ name }}", "number"), StartsWith("SB501"));
    CHECK(assigned("Dear {{ name }}", "text") == "fits");
    CHECK(assigned("{{ account }}00", "digits(10)") == "fits");
    CHECK(assigned("{{ settings.crm_url }}/a/{{ account }}", "url") == "fits");
    CHECK(assigned("{{ agreed and open(office) }}", "bool") == "fits");
    CHECK(assigned("{{ true }}", "bool") == "fits");
    CHECK(assigned("{{ tier }}", "one_of(gold, bronze)") == "fits");
    CHECK_THAT(assigned("{{ tier }}", "one_of(red, blue)"), StartsWith("SB501"));
    CHECK(assigned("{{ pin }}", "secret digits(4)") == "fits");
}
