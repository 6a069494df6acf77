// Slips of people who design flows: each is one finding, with what to write instead.
#include "flows/load/loader.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

// With the notes where it is `strict`.
flows::Loaded load(const std::string& text, bool strict = false) {
    using namespace std::chrono_literals;
    const std::vector<config::Source> files{{"a.yaml", "flow: a\n" + text}};
    return flows::load_flows(files,
                             {.today = std::chrono::sys_days{2026y / 11 / 24}, .strict = strict});
}

// "SB106 6:11" of each.
std::string found(const std::string& text) {
    std::string all;
    for (const config::Diagnostic& one : load(text).findings) {
        if (!all.empty()) all += ", ";
        all += fmt::format("{} {}:{}", one.code, one.span.begin.line, one.span.begin.column);
    }
    return all;
}

// The only finding as "SB106: message (hint)"; all places where there are several.
std::string told(const std::string& text, bool strict = false) {
    const auto loaded = load(text, strict);
    if (loaded.findings.size() != 1) return found(text);
    const config::Diagnostic& one = loaded.findings.front();
    return fmt::format("{}: {} ({})", one.code, one.message, one.hint);
}

// A flow whose first state has these steps; `vars` is line 2, the first step line 6.
std::string state(const std::string& lines, const std::string& vars = "about: slips") {
    return vars + "\nstart: s\nstates:\n  s:\n" + lines + "  t: [hangup]\n";
}
// The same with a hangup behind the steps.
std::string steps(const std::string& lines, const std::string& vars = "about: slips") {
    return state(lines + "    - hangup\n", vars);
}
// The same where nothing else leads to t.
std::string with_t(const std::string& lines, const std::string& vars = "about: slips") {
    return steps("    - if: call.withheld\n      then: t\n" + lines, vars);
}

}  // namespace

TEST_CASE("what is played is a file below the folder or a URL, with inserts and without") {
    const auto played = [](const std::string& source) {
        return found(with_t("    - set: {n: one, u: \"https://example.com\"}\n    - play: \"" +
                                source + "\"\n    - tag: {n: \"{{ n }}\", u: \"{{ u }}\"}\n",
                            "vars: {n: text, u: url}"));
    };
    for (const char* good :
         {"https://example.com/{{ n }}.mp3", "https://{{ n }}.example.com/a", "{{ u }}",
          "{{ u }}/a.mp3", "{{ n }}", "audio/{{ n }}", "audio/{{ n }}.mp3", "audio/a.mp3",
          "http://example.com", "https://example.com/a?b=c"}) {
        INFO(good);
        CHECK(played(good) == "");
    }
    for (const char* bad : {"ftp://example.com/{{ n }}.mp3", "https:///{{ n }}.mp3", "https://",
                            "https:/example.com", "http:example.com/a.mp3", "www.example.com/a.mp3",
                            "https://example.com/my music.mp3", "Hello there", "audio/music"}) {
        INFO(bad);
        CHECK(played(bad) == "SB106 9:13");
    }
    CHECK(played("/srv/{{ n }}.mp3") == "SB208 9:13");
    CHECK(played("../{{ n }}.mp3") == "SB208 9:13");
    CHECK(played("https://example.com/{{ m }}.mp3") == "SB202 9:37");
    CHECK(found(with_t("    - say: {play: \"ftp://example.com/a.mp3\"}\n")) == "SB106 8:19");
}

TEST_CASE("a phrase has no digits to save") {
    const std::string vars = "vars: {ext: digits(4)}";
    const auto menu = [&](const std::string& choices) {
        return found(
            state("    - menu: {say: Your extension?, choices: {" + choices +
                      "}, otherwise: t}\n  u:\n    - say: \"{{ ext | digits }}\"\n    - hangup\n",
                  vars));
    };
    CHECK(menu("\"11xx\": {speech: [extension], save: ext, go: u}") == "SB106 6:55");
    CHECK(menu("\"11xx\": {save: ext, go: u}, other: {speech: [extension], go: t}") == "");
}

TEST_CASE("a number is compared with what a number can be") {
    const auto compared = [](const std::string& condition) {
        return told("settings: {boss: phone}\n" + steps("    - if: '" + condition +
                                                            "'\n      then: t\n    - set: {p: "
                                                            "\"{{ settings.boss }}\"}\n    - tag: "
                                                            "{p: \"{{ p }}\"}\n",
                                                        "vars: {p: phone}"));
    };
    const std::string hint = "numbers have a + and their country code: write \"+12025550100\"";
    CHECK(compared("call.from == \"202 555 0100\"") ==
          "SB501: \"call.from\" is never \"202 555 0100\" (" + hint + ")");
    CHECK(compared("call.from == \"+1 202 555 0100\"") ==
          "SB501: \"call.from\" is never \"+1 202 555 0100\" (" + hint + ")");
    CHECK(compared("\"(202) 555-0100\" != settings.boss") ==
          "SB501: \"settings.boss\" is never \"(202) 555-0100\" (" + hint + ")");
    CHECK(compared("call.to in [\"+12025550101\", \"2025550100\"]") ==
          "SB501: \"call.to\" is never \"2025550100\" (" + hint + ")");
    CHECK(compared("settings.boss == \"the boss\"") ==
          "SB501: \"settings.boss\" is never \"the boss\" (numbers have a + and their country "
          "code, as in \"+12025550123\")");
    for (const char* possible :
         {"call.from == \"+12025550100\"", "call.from == \"client:alice\"", "call.to == \"40404\"",
          "call.forwarded_from == \"2025550100\"", "call.from == \"sip:2025550100@example.com\"",
          "settings.boss == \"+442079460123\""}) {
        INFO(possible);
        CHECK(compared(possible) == "");
    }
}

TEST_CASE("the name of a state where words are wanted is no way to go there") {
    const auto asked = [](const std::string& silence) {
        return told(state("    - menu: {say: Press 1., choices: {1: t}, noinput: " + silence +
                          ", otherwise: t}\n"));
    };
    const std::string finding = "SB405: the caller hears the word \"t\", which is the name of a "
                                "state (write noinput: {go: t} to go there; words begin with a "
                                "capital letter)";
    CHECK(asked("t") == finding);
    CHECK(asked("[Sorry., t]") == finding);
    CHECK(asked("T") == "");
    CHECK(asked("{go: t}") == "");
}

TEST_CASE("a holiday that a later one contradicts is found at the later") {
    const auto closed = [](const std::string& holidays) {
        return told("hours:\n  office:\n    timezone: America/New_York\n    open: {mon-fri: "
                    "09:00-17:00}\n    closed: [" +
                    holidays + "]\n" + steps("    - if: open(office)\n      then: t\n"));
    };
    CHECK(closed("2026-12-25, {date: 2026-12-25, open: 10:00-12:00}") ==
          "SB701: this says otherwise of the same day than line 6 (keep one of the two)");
    CHECK(closed("{date: 2026-12-24, open: 10:00-12:00}, {date: 2026-12-24, open: 9:00-12:00}") ==
          "SB701: this says otherwise of the same day than line 6 (keep one of the two)");
    CHECK(closed("{date: 2026-12-25, open: 10:00-12:00}, {from: 2026-12-24, to: 2026-12-26}") ==
          "SB701: this says otherwise of a day within it than line 6 (the last that names a day "
          "counts: write the single day behind this)");
    // The last that names a day wins, and here it is the one that is meant.
    CHECK(closed("{from: 2026-12-24, to: 2026-12-26}, {date: 2026-12-25, open: 10:00-12:00}") ==
          "");
    CHECK(closed("2026-12-25, 2026-12-25, {from: 2026-12-24, to: 2026-12-26}") == "");
}

TEST_CASE("what a library that is missing would hold is not missing as well") {
    CHECK(found("use: [hause.yaml]\n" +
                steps("    - say: {prompt: thanks}\n    - if: open(office)\n      then: t\n"
                      "    - say: \"Until {{ closes(office) | time }}.\"\n")) == "SB208 2:7");
}

TEST_CASE("a key that is written twice is one finding, and what stands below it is known") {
    CHECK(
        found("vars: {n: text}\n" +
              state("    - set: {n: a, m: b}\n    - say: \"{{ n }} {{ m }}\"\n"
                    "    - menu: {say: Press 1., choices: {1: t}, choices: {2: u}, otherwise: t}\n"
                    "  u: [hangup]\n",
                    "vars: {m: text}")) == "SB102 3:1, SB102 9:46");
    CHECK(told("variables: {n: text}\n" + with_t("    - set: {n: a}\n    - say: \"{{ n }}\"\n")) ==
          "SB105: \"variables\" cannot be written in a flow (write vars instead)");
}

TEST_CASE("types of other languages are told ours, and read as those") {
    const auto typed = [](const std::string& type, const std::string& value) {
        return told(with_t("    - set: {x: " + value + "}\n    - tag: {x: \"{{ x }}\"}\n",
                           "vars: {x: " + type + "}"));
    };
    CHECK(typed("int", "12") == "SB106: no type \"int\" (write number)");
    CHECK(typed("string(40)", "Hello") == "SB106: no type \"string(40)\" (write text(40))");
    CHECK(typed("varchar(40)", "Hello").starts_with("SB106: no type \"varchar(40)\" (types are"));
    CHECK(typed("boolean", "true") == "SB106: no type \"boolean\" (write bool)");
    CHECK(typed("secret integer", "12").starts_with("SB"));
    CHECK(typed("\"enum(a, b)\"", "a") == "SB106: no type \"enum(a, b)\" (write one_of(a, b))");
}

TEST_CASE("names of Twilio's attributes are told ours") {
    const auto gathered = [](const std::string& options) {
        return told(steps("    - gather: {say: Your PIN?, save: n, " + options +
                              ", otherwise: t}\n    - tag: {n: \"{{ n }}\"}\n",
                          "vars: {n: digits}"));
    };
    CHECK(gathered("numDigits: 4") ==
          "SB105: \"numDigits\" cannot be written in the step gather (write digits instead)");
    CHECK(gathered("finishOnKey: \"*\"") ==
          "SB105: \"finishOnKey\" cannot be written in the step gather (write finish_on instead)");
    CHECK(gathered("bargeIn: false") ==
          "SB105: the step gather has no key \"bargeIn\" (did you mean \"barge_in\"?)");
    CHECK(gathered("timeOut: 4s") ==
          "SB105: the step gather has no key \"timeOut\" (did you mean \"timeout\"?)");
    CHECK(told(with_t("    - record: {maxLength: 1m, otherwise: t}\n")) ==
          "SB105: the step record has no key \"maxLength\" (did you mean \"max_length\"?)");
    CHECK(told(with_t("    - enqueue: {name: sales, otherwise: t}\n")) ==
          "SB105: \"name\" cannot be written in the step enqueue (write queue instead)");
    CHECK(told(with_t("    - play: {url: a.mp3}\n")) ==
          "SB105: \"url\" cannot be written in the step play (write file instead)");
    CHECK(told(with_t("    - sms: {to: \"{{ call.from }}\", body: Hello, otherwise: t}\n")) ==
          "SB105: \"body\" cannot be written in the step sms (write text instead)");
    CHECK(told(with_t("    - dial: {number: \"+12025550130\", statusCallback: x, otherwise: t}\n"))
              .find("callbacks are the server's business") != std::string::npos);
}

TEST_CASE("conditions are told what is meant") {
    const auto tested = [](const std::string& condition) {
        return told("hours: {office: {timezone: UTC, open: {mon-fri: 09:00-17:00}}}\n" +
                    steps("    - if: open(office)\n      then: t\n    - if: '" + condition +
                          "'\n      then: t\n"));
    };
    CHECK(tested("today > 2026-01-01") ==
          "SB113: \"2026-01-01\" is not a number (dates and times stand in double quotes: "
          "\"2026-01-01\")");
    CHECK(tested("now > 17:30") == "SB113: \"17:30\" is not a number (dates and times stand in "
                                   "double quotes: \"17:30\")");
    CHECK(tested("closed(office)") == "SB505: no function \"closed\" (write not open(office))");
    CHECK(tested("is_open(office)") == "SB505: no function \"is_open\" (write open(office))");
    CHECK(tested("digits(4)") == "SB505: no function \"digits\" (it is a type, for vars; write "
                                 "length(name) == 4 to ask for four of them)");
    CHECK(tested("caller == \"client:acme\"") == "SB202: no variable \"caller\" (write call.from)");
    CHECK(tested("office.open") ==
          "SB202: no variable \"office.open\" (these are hours: write open(office))");
    CHECK(tested("10-2-1 == 7").starts_with("SB503"));
}

TEST_CASE("a value that reads like an expression is told its braces") {
    CHECK(told(with_t("    - set: {n: 0}\n    - set: {n: n + 1}\n    - tag: {n: \"{{ n }}\"}\n",
                      "vars: {n: number}")) ==
          "SB501: \"n + 1\" does not fit number (what is worked out stands in braces: \"{{ n + 1 "
          "}}\")");
}

TEST_CASE("steps, keys and places of other languages are told ours") {
    CHECK(told(with_t("    - say Hello.\n")) ==
          "SB105: no step \"say Hello.\" (a colon is missing: write say: Hello.)");
    CHECK(told(with_t("    - transfer: \"+12025550130\"\n")) ==
          "SB105: no step \"transfer\" (write dial)");
    CHECK(told(state("    - menu: {question: Press 1., choices: {1: t}, otherwise: t}\n")) ==
          "SB105: \"question\" cannot be written in the step menu (write say instead)");
    CHECK(told(state("    - menu: {say: Press 1., options: {1: t}, otherwise: t}\n")) ==
          "SB105: \"options\" cannot be written in the step menu (write choices instead)");
    CHECK(told(state("    - menu: {say: Press 1., choices: {1: t}, default: t}\n")) ==
          "SB105: \"default\" cannot be written in the step menu (write otherwise instead)");
    CHECK(
        told(steps("    - gather: {say: Your name?, into: n, otherwise: t}\n    - tag: {n: \"{{ n "
                   "}}\"}\n",
                   "vars: {n: text}")) ==
        "SB105: \"into\" cannot be written in the step gather (write save instead)");
    CHECK(told(steps("    - if: call.withheld\n      then: t\n      elseif: known(call.from)\n")) ==
          "SB105: \"elseif\" stands beside the step if (put the second if below else)");
    CHECK(told(with_t("    - if: call.withheld\n      then: say Hello\n")) ==
          "SB106: then is no place (steps are a list: write then: [say: ...])");
    CHECK(told(with_t("    - if: call.withheld\n      then: hangup\n")) ==
          "SB106: then is no place (steps are a list: write then: [hangup])");
    CHECK(told(with_t("    - if: known(call.from) then t\n")) ==
          "SB113: \"then\" does not fit here (an expression has no branches: write an if step with "
          "then and else)");
    CHECK(
        told(with_t("    - dial: {number: \"+12025550130\", otherwise: hangup}\n")) ==
        "SB201: no state \"hangup\" (a place is a state: write bye: [hangup] under states, and bye "
        "here)");
    CHECK(told("use: house.yaml\n" + with_t("    - say: {prompt: thanks}\n")) ==
          "SB106: use is a list of files (write [house.yaml])");
}

TEST_CASE("hours are told as they are written here") {
    const auto open = [](const std::string& days) {
        return told("hours: {office: {timezone: UTC, open: {" + days + "}}}\n" +
                    steps("    - if: open(office)\n      then: t\n"));
    };
    CHECK(open("monday-friday: 09:00-17:00") ==
          "SB106: \"monday-friday\" is no day (write mon-fri)");
    CHECK(open("Mon - Fri: 09:00-17:00") == "SB106: \"Mon - Fri\" is no day (write mon-fri)");
    CHECK(open("weekdays: 09:00-17:00") == "SB106: \"weekdays\" is no day (write mon-fri)");
    CHECK(open("someday: 09:00-17:00") == "SB106: \"someday\" is no day (write mon, tue, wed, thu, "
                                          "fri, sat, sun, mon-fri or daily)");
    const std::string range = "\" is no range of hours (write ";
    CHECK(open("mon: 9-17") == "SB106: \"9-17" + range + "09:00-17:00)");
    CHECK(open("mon: 9am - 5:30 pm") == "SB106: \"9am - 5:30 pm" + range + "09:00-17:30)");
    CHECK(open("mon: 12am-12pm") == "SB106: \"12am-12pm" + range + "00:00-12:00)");
    CHECK(open("mon: 13pm-14pm") ==
          "SB106: \"13pm-14pm" + range + "09:00-17:30, or 22:00-06:00 for a night)");
    CHECK(
        open("mon-fri: 09:00-17:00, sun: closed") ==
        "SB106: \"closed\" is no range of hours (leave the day out: what is not named is closed)");
}

TEST_CASE("a value in one pair of braces would be read out with them") {
    const auto said = [](const std::string& text) {
        return told("settings: {shop: text}\n" +
                    with_t("    - set: {n: \"{{ settings.shop }}\"}\n    - say: \"" + text +
                               "\"\n    - tag: {n: \"{{ n }}\"}\n",
                           "vars: {n: text}"));
    };
    CHECK(said("Hello, {n}.") ==
          "SB104: \"{n}\" is taken as it stands: an insert has two braces (write {{ n }})");
    CHECK(said("Hello, ${ call.from }.") ==
          "SB104: \"{ call.from }\" is taken as it stands: an insert has two braces (write {{ "
          "call.from }})");
    CHECK(said("Hello, {settings.shop}.").starts_with("SB104"));
    CHECK(said("Hello, {who} {} { n and {{ n }}.") == "");
}

TEST_CASE("the name of a value is told its braces") {
    const std::string finding = "SB104: \"call.from\" is taken as it stands: an insert has two "
                                "braces (write {{ call.from }})";
    CHECK(told(with_t("    - sms: {to: call.from, text: Hello., otherwise: t}\n")) == finding);
    CHECK(told(with_t("    - dial: {number: call.from, otherwise: t}\n")) == finding);
    CHECK(told(with_t("    - tag: {from: call.from}\n")) == finding);
    CHECK(told(with_t("    - set: {n: call.from}\n    - say: \"{{ n }}\"\n", "vars: {n: text}")) ==
          finding);
    CHECK(told(with_t("    - say: call.from\n")) == finding);
    CHECK(told("settings: {op: phone}\n" +
               with_t("    - dial: {number: settings.op, otherwise: t}\n    - tag: {x: \"{{ "
                      "settings.op }}\"}\n"))
              .starts_with("SB104"));
    CHECK(told(with_t(
              "    - set: {n: \"+12025550130\"}\n    - dial: {number: n, otherwise: t}\n    - "
              "tag: {n: \"{{ n }}\"}\n",
              "vars: {n: phone}")) ==
          "SB106: \"n\" is no number to call (what is worked out stands in braces: \"{{ n }}\")");
    CHECK(told(with_t("    - say: Call. From here.\n")) == "");
}

TEST_CASE("a name that is none is one finding, wherever it is used") {
    CHECK(told(state("    - if: call.withheld\n      then: t\n    - go: my-state\n"
                     "  my-state: [{go: u}]\n  u: [hangup]\n")) ==
          "SB106: \"my-state\" is no name (write my_state, wherever it is used)");
    CHECK(told("prompts: {Thanks: Thank you.}\n" + with_t("    - say: {prompt: Thanks}\n")) ==
          "SB106: \"Thanks\" is no name (write thanks, wherever it is used)");
    CHECK(told("results: [done]\nvars: {2nd: text}\n" +
               with_t("    - result: done\n    - set: {2nd: x}\n")) ==
          "SB106: \"2nd\" is no name (a name is of a-z, 0-9 and _, and begins with a letter)");
}

TEST_CASE("types lack their parentheses, steps a brace, choices a key") {
    const auto typed = [](const std::string& type, const std::string& value) {
        return told(with_t("    - set: {x: \"" + value + "\"}\n    - tag: {x: \"{{ x }}\"}\n",
                           "vars: {x: \"" + type + "\"}"));
    };
    CHECK(typed("digits 4", "1234") == "SB106: no type \"digits 4\" (write digits(4))");
    CHECK(typed("text[40]", "Hello") == "SB106: no type \"text[40]\" (write text(40))");
    CHECK(typed("money", "12.50") == "SB106: no type \"money\" (write money(USD))");
    CHECK(found(with_t("    - set: n: a\n    - tag: {n: \"{{ n }}\"}\n", "vars: {n: text}")) ==
          "SB101 8:13");
    const auto chosen = [](const std::string& key) {
        return told(
            state("    - menu: {say: Press 1., choices: {" + key + ": t}, otherwise: t}\n"));
    };
    CHECK(chosen("star").ends_with("(write \"*\")"));
    CHECK(chosen("pound").ends_with("(write \"#\")"));
    CHECK(chosen("1-3").ends_with("(write each key on its own: {1: sales, 2: sales})"));
}

TEST_CASE("outcomes and methods of other languages are told ours") {
    const auto ends = [](const std::string& outcome) {
        return told(with_t("    - http: {get: \"https://example.com/\", on: {" + outcome +
                           ": t}, otherwise: t}\n"));
    };
    CHECK(ends("404") == "SB304: http never ends with \"404\" (did you mean \"not_found\"?)");
    CHECK(ends("timeout") == "SB304: http never ends with \"timeout\" (did you mean \"slow\"?)");
    CHECK(told(state("    - http: {get: \"https://example.com/\", on: {success: t}, otherwise: "
                     "t}\n")) == "SB304: http never ends with \"success\" (did you mean \"ok\"?)");
    CHECK(
        told(with_t("    - dial: {number: \"+12025550130\", on: {timeout: t}, otherwise: t}\n")) ==
        "SB304: dial never ends with \"timeout\" (did you mean \"no_answer\"?)");
    CHECK(
        told(with_t("    - http: {url: \"https://example.com/\", method: POST, otherwise: t}\n")) ==
        "SB105: the URL stands behind the method of the step http (write post: "
        "https://example.com/)");
    CHECK(told(state("    - switch: {value: weekday, cases: {mon: t}, default: t}\n")) ==
          "SB105: \"default\" cannot be written in the step switch (write otherwise instead)");
}

TEST_CASE("what may be too long for its variable is a note") {
    const auto set = [](const std::string& to, const std::string& value) {
        const std::string flow =
            with_t("    - set: {a: Hello, n: \"123\"}\n    - set: {x: \"" + value +
                       "\"}\n    - tag: {t: \"{{ a }}{{ n }}{{ x }}\"}\n",
                   "vars: {a: text(20), n: digits(1-6), x: " + to + "}");
        CHECK(load(flow).findings.empty());
        const auto strict = load(flow, true);
        return strict.findings.empty() ? "" : strict.findings.front().message;
    };
    CHECK(set("text(5)", "{{ a }}") ==
          "this is text(20), which may not fit text(5): then the step fails");
    CHECK(set("digits(6)", "{{ n }}") ==
          "this is digits(1-6), which may not fit digits(6): then the step fails");
    CHECK(set("text(20)", "{{ a }}") == "");
    CHECK(set("text(6)", "{{ n }}") == "");
    CHECK(set("text(20)", "{{ a }}!") == "");
}

TEST_CASE("a voice that Twilio does not have is found wherever it is written") {
    CHECK(told(with_t("    - say: {text: Hello., voice: Joanna}\n")) ==
          "SB106: there is no voice \"Joanna\" (take one of Twilio's list, such as "
          "Polly.Joanna-Neural; capitals matter)");
    // A note, for it may be newer than our list.
    const std::string told_of = "SB106: \"Polly.Joana\" is none of the voices known here (look at "
                                "its letters, capitals matter; leave it if it is a new one)";
    CHECK(told("languages: {en-US: {voice: Polly.Joana}}\n" + with_t("    - say: Hello.\n"),
               true) == told_of);
    CHECK(told(with_t("    - say: {text: Hello., voice: Polly.Joana}\n"), true) == told_of);
    CHECK(found(with_t("    - say: {text: Hello., voice: Polly.Joana}\n")) == "");
    CHECK(found(with_t("    - say: {text: Hello., voice: Polly.Joanna-Neural}\n")) == "");
    CHECK(found(with_t("    - say: {text: Hello., voice: alice}\n")) == "");
}

TEST_CASE("a language without its country is told those that there are") {
    CHECK(told(with_t("    - say: {text: Hola., language: es}\n")) ==
          "SB106: the language cannot be \"es\" (write es-ES, es-MX or es-US)");
    CHECK(told(with_t("    - say: {text: Hello., language: en-us}\n")) ==
          "SB106: the language cannot be \"en-us\" (did you mean \"en-US\"?)");
    CHECK(told("languages: {pt: {}}\n" + with_t("    - say: Bom dia.\n")) ==
          "SB106: a language cannot be \"pt\" (write pt-BR or pt-PT)");
    CHECK(told(with_t("    - say: {words: Hola., language: es-MX}\n")) ==
          "SB105: \"language\" cannot be written in the step say (write words: {text: ..., "
          "language: ...} instead)");
}

TEST_CASE("an attribute that SSML does not have is found, as one that is wrong is") {
    CHECK(found(with_t("    - say: {ssml: 'One. <break tyme=\"1s\"/>'}\n")) == "SB106 8:19");
    CHECK(found(with_t("    - say: {ssml: 'One. <break time=\"soon\"/>'}\n")) == "SB106 8:19");
    CHECK(found(with_t("    - say: {ssml: 'One. <break time=\"1s\"/>'}\n")) == "");
}

TEST_CASE("whom a call comes from is a number, where a number is called") {
    const auto called = [](const std::string& whom, const std::string& caller) {
        return found("settings: {boss: phone}\n" +
                     with_t("    - dial: {" + whom + ", caller_id: \"" + caller +
                            "\", otherwise: t}\n    - tag: {x: \"{{ settings.boss }}\"}\n"));
    };
    const std::string number = "number: \"+12025550130\"";
    for (const char* good :
         {"+12025550100", "client:acme", "{{ settings.boss }}", "{{ call.to }}"}) {
        INFO(good);
        CHECK(called(number, good) == "");
    }
    for (const char* bad : {"2025550100", "Acme", "+1 202 555 0100", "{{ now }}"}) {
        INFO(bad);
        CHECK(called(number, bad) == "SB106 9:49");
    }
    CHECK(called("sip: \"sip:alice@example.com\"", "Acme") == "");
    CHECK(called("client: alice", "client:acme") == "");
}
