// Steps that ask something of the world: what is written wrong is told where it stands.
#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

using checked::findings;
using checked::none;
using checked::Places;
using checked::told;

namespace {

// A flow with one step, in line 9; `code` is filled before it and all that it saves is said.
std::string asking_flow(const std::string& step) {
    return R"(flow: main
settings: {crm: url, token: secret text, desk: phone}
vars: {code: secret digits(6), name: text, n: number, note: recording}
otherwise: bye
start: begin
states:
  begin:
    - gather: {say: Your code., save: code, otherwise: bye}
    - )" + step +
           R"(
    - set: {name: "{{ settings.desk }}", n: "1"}
    - record: {max_length: 1m, save: note, otherwise: bye}
    - if: name == "x" and n > 2 and note.duration > 1 and starts_with(settings.crm, "https")
      then: [{say: Hello.}]
    - if: code == "123456" or settings.token == "none"
      then: [{say: Hello.}]
    - hangup
  bye: [hangup]
)";
}
Places in(const std::string& step) { return findings(asking_flow(step)); }

std::string http(const std::string& options) { return "http: {" + options + "}"; }
std::string hint_in(const std::string& step, const std::string& code = "SB106") {
    return told(asking_flow(step), code);
}

}  // namespace

TEST_CASE("a look-up with everything it may have is accepted") {
    CHECK(in(R"(http:
        post: "{{ settings.crm }}/customers/{{ call.from }}?part=all%20of%20it"
        headers: {Authorization: "Bearer {{ settings.token }}", X-Channel: voice}
        body: {pin: "{{ code }}", count: '{{ n | or("0") }}', tags: [ivr, {kind: call}], empty: "", none: {}}
        save: {name: /customer/0/first~1name, n: ""}
        timeout: 6500ms
        on: {ok: next, denied: bye, not_found: bye}
        otherwise: bye)") == none);
    CHECK(in(http("get: https://crm.example:8443/hours")) == none);
    CHECK(in(http("delete: 'http://[::1]/cart/{{ n | or(\"0\") }}'")) == none);
    CHECK(in(http("put: https://crm.example/visits, body: called")) == none);
}

TEST_CASE("a look-up has one method, and the URL stands behind it") {
    CHECK(in("http: https://crm.example") == Places{"SB106 9:13"});
    CHECK(in(http("timeout: 5s")) == Places{"SB107 9:7"});
    CHECK(in(http("get: https://crm.example, post: https://crm.example")) == Places{"SB106 9:40"});
    CHECK(in(http("gett: https://crm.example")) == Places{"SB105 9:14"});
    CHECK(in(http("put: https://crm.example, boddy: x")) == Places{"SB105 9:40"});
    CHECK(in(http("get: https://crm.example, body: {a: b}")) == Places{"SB106 9:40"});
    CHECK(hint_in(http("get: https://crm.example, body: {a: b}")) ==
          "a get has no body = put it into the URL, behind a ?, or write post");
}

TEST_CASE("a URL is whole: its host is written, or begins with a url") {
    CHECK(in(http("get: /customers")) == Places{"SB106 9:19"});
    CHECK(in(http("get: ftp://crm.example")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"https://\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"https://{{ call.from }}/x\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"https://crm.example:port/x\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"{{ call.from }}/x\"")) == Places{"SB501 9:19"});
    CHECK(in(http("get: \"https://crm.example:70000/x\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"https://crm.example/a b\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"https://crm.example/a[1]\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: https://crm.example/a/../b")) == Places{"SB106 9:19"});
    CHECK(in(http("get: https://crm.example/a?b=/../c")) == none);
    CHECK(in(http("get: \"https://crm.example/caf\u00e9\"")) == Places{"SB106 9:19"});
    CHECK(in(http("get: \"https://crm.example/100%\"")) == Places{"SB106 9:19"});
    CHECK(hint_in(http("get: https://me:secret@crm.example/x")) ==
          "\"https://me:secret@crm.example/x\" is no URL = leave out what stands before the @; a "
          "password belongs in a header");
    CHECK(hint_in(http("get: \"https://crm.example/x#top\"")) ==
          "the URL cannot hold \"#\" = leave out what stands behind it: it is never sent");
    CHECK(hint_in(http("get: https://crm.example, headers: {}")).starts_with("headers are a map"));
}

TEST_CASE("what a call is redirected to is a whole URL too, of which Twilio knows more") {
    const auto redirect = [](const std::string& url) { return in("redirect: " + url); };
    CHECK(redirect("https://me:secret@partner.example/voice#rc=2") == Places{"SB308 10:7"});
    CHECK(redirect("\"{{ settings.crm }}/voice\"") == Places{"SB308 10:7"});
    CHECK(redirect("/voice") == Places{"SB106 9:17", "SB308 10:7"});
    CHECK(redirect("\"htps://partner.example/{{ call.from }}\"") ==
          Places{"SB106 9:17", "SB308 10:7"});
    CHECK(redirect("\"https://partner example/\"") == Places{"SB106 9:17", "SB308 10:7"});
    CHECK(redirect("\"{{ call.from }}\"") == Places{"SB501 9:17", "SB308 10:7"});
}

TEST_CASE("headers are tokens with one line each, and none of HTTP's own") {
    const auto header = [](const std::string& one) {
        return http("get: https://crm.example, headers: {" + one + "}");
    };
    CHECK(in(header("\"X Key\": a")) == Places{"SB106 9:50"});
    CHECK(in(header("Content-length: \"3\"")) == Places{"SB106 9:50"});
    CHECK(in(header("Host: other.example")) == Places{"SB106 9:50"});
    CHECK(in(header("Transfer-Encoding: chunked")) == Places{"SB106 9:50"});
    CHECK(in(header("Connection: close")) == Places{"SB106 9:50"});
    CHECK(in(header("X-Key: a, x-key: b")) == Places{"SB207 9:60"});
    CHECK(in(header("X-Key: ")) == Places{"SB106 9:50"});
    CHECK(in(header("X-Key: \"a\\nb\"")) == Places{"SB106 9:57"});
    CHECK(in(header("X-Key: [a]")) == Places{"SB106 9:57"});
    CHECK(hint_in(header("Host: other.example")) ==
          "the header Host cannot be written: the server sets it = leave it out");
}

TEST_CASE("a body is JSON with names that are fixed") {
    const auto body = [](const std::string& one) {
        return http("post: https://crm.example, body: " + one);
    };
    CHECK(in(body("{a: , b: c}")) == Places{"SB106 9:48"});
    CHECK(in(body("{\"{{ name }}\": c}")) == Places{"SB106 9:48"});
    CHECK(in(body("[a, {b: \"{{ nam }}\"}]")) == Places{"SB202 9:59"});
    CHECK(hint_in(body("{a: }")) ==
          "a has no value = write \"\" for an empty text, or leave the key out");
}

TEST_CASE("what is saved has a variable and a JSON Pointer") {
    const auto save = [](const std::string& one) {
        return http("get: https://crm.example, save: " + one);
    };
    CHECK(in(save("name")) == Places{"SB106 9:46"});
    CHECK(in(save("{nmae: /a}")) == Places{"SB202 9:47"});
    CHECK(in(save("{name: }")) == Places{"SB106 9:47"});
    CHECK(in(save("{name: customer.name}")) == Places{"SB106 9:53"});
    CHECK(in(save("{name: /a~2}")) == Places{"SB106 9:53"});
    CHECK(in(save("{note: /a}")) == Places{"SB501 9:47"});
    CHECK(hint_in(save("{name: $.customer.name}")) ==
          "\"$.customer.name\" is no JSON Pointer = did you mean \"/customer/name\"?");
}

TEST_CASE("a look-up takes a second to a minute") {
    const auto timeout = [](const std::string& one) {
        return http("get: https://crm.example, timeout: " + one);
    };
    CHECK(in(timeout("1s")) == none);
    CHECK(in(timeout("1m")) == none);
    CHECK(in(timeout("999ms")) == Places{"SB106 9:49"});
    CHECK(in(timeout("61s")) == Places{"SB106 9:49"});
    CHECK(in(timeout("8")) == Places{"SB106 9:49"});
    CHECK(hint_in(timeout("2m")) == "the timeout cannot be 2m = it is 1s to 1m");
}

TEST_CASE("outcomes of a look-up are handled, and no others named") {
    const std::string flow = R"(flow: main
start: begin
states:
  begin:
    - http: {get: https://crm.example, on: {ok: next, slow: bye}}
    - hangup
  bye: [hangup]
)";
    CHECK(findings(flow) == Places{"SB303 5:7"});
    CHECK(told(flow, "SB303") ==
          "nothing says where the call goes when http ends with denied, not_found or failed = "
          "write on: {denied: state} or otherwise: state");
    CHECK(in(http("get: https://crm.example, on: {missing: bye}")) == Places{"SB304 9:45"});
    CHECK(in("opt_out: {number: \"{{ call.from }}\", on: {failed: bye}}") == Places{"SB105 9:44"});
}

TEST_CASE("a text message goes to a number, with words in every language") {
    const std::string to = R"(to: "{{ call.from }}")";
    CHECK(in("sms: {" + to + ", text: Thank you.}") == none);
    CHECK(in("sms: {" + to +
             ", text: Hi., media: https://cdn.example/a.png, from: \"{{ call.to }}\"}") == none);
    CHECK(in("sms: {text: Thank you.}") == Places{"SB107 9:7"});
    CHECK(in("sms: {" + to + "}") == Places{"SB107 9:7"});
    CHECK(in("sms: {to: \"12\", text: Hi.}") == Places{"SB106 9:17"});
    CHECK(in("sms: {to: \"{{ n | or(\\\"1\\\") }}\", text: Hi.}") == Places{"SB501 9:17"});
    CHECK(in("sms: {" + to + ", text: {play: a.mp3}}") == Places{"SB106 9:42"});
    CHECK(in("sms: {" + to + ", text: " + std::string(1'601, 'a') + "}") == Places{"SB106 9:42"});
    CHECK(in("sms: {" + to + ", text: Hi., via: mail}") == Places{"SB106 9:52"});
    CHECK(in("sms: {" + to + ", text: Hi., media: audio/a.mp3}") == Places{"SB106 9:54"});
    CHECK(in("sms: {" + to + ", text: Hi., from: MG12}") == Places{"SB106 9:53"});
}

TEST_CASE("a text message is missing in a language as words are") {
    const auto flow = [](const std::string& text) {
        return R"(flow: main
languages: {en-US: {}, es-MX: {}}
prompts: {link: {en-US: Pay at https://acme.example, es-MX: Pague en https://acme.example}}
start: begin
states:
  begin:
    - sms: {to: "{{ call.from }}", text: )" +
               text + R"(, otherwise: next}
    - sms: {to: "{{ call.from }}", text: {prompt: link}, otherwise: next}
    - hangup
)";
    };
    CHECK(findings(flow("{en-US: Hi., es-MX: Hola.}")) == none);
    CHECK(findings(flow("{en-US: Hi.}")) == Places{"SB601 7:42"});
    CHECK(findings(flow("Hi.")) == Places{"SB601 7:42"});
}

TEST_CASE("a template is Twilio's sid, with values by its names") {
    const std::string sms = R"(sms: {to: "{{ call.from }}", )";
    const std::string sid = "HX0123456789abcdef0123456789abcdef";
    CHECK(in(sms + "template: " + sid + "}") == none);
    CHECK(in(sms + "template: {sid: " + sid + ", values: {\"1\": \"{{ call.from }}\"}}}") == none);
    CHECK(in(sms + "template: welcome}") == Places{"SB106 9:46"});
    CHECK(in(sms + "template: {values: {\"1\": a}}}") == Places{"SB107 9:46"});
    CHECK(in(sms + "template: {sid: " + sid + ", values: {\"{{1}}\": a}}}") ==
          Places{"SB106 9:97"});
    CHECK(in(sms + "text: Hi., template: " + sid + "}") == Places{"SB106 9:47"});
}

TEST_CASE("a text by WhatsApp alone is a note: outside 24 hours only a template works") {
    const std::string whatsapp = R"(sms: {to: "{{ call.from }}", via: whatsapp, text: Hi.)";
    const auto strictly = [](const std::string& step) {
        const std::vector<config::Source> files{{"main.yaml", asking_flow(step)}};
        Places found;
        for (const auto& note : flows::load_flows(files, {.strict = true}).findings) {
            if (note.code == "SB303") continue;  // the flow's otherwise
            CHECK(note.severity == config::Severity::note);
            found.push_back(note.code + ' ' + std::to_string(note.span.begin.line) + ':' +
                            std::to_string(note.span.begin.column));
        }
        return found;
    };
    CHECK(in(whatsapp + "}") == none);
    CHECK(strictly(whatsapp + "}") == Places{"SB107 9:7"});
    CHECK(strictly(whatsapp + ", template: HX0123456789abcdef0123456789abcdef}") == none);
    CHECK(strictly(whatsapp + "}  # allow SB107: they wrote to us first") == none);
    CHECK(in(whatsapp + "}  # allow SB107: they wrote to us first") == none);
}

TEST_CASE("opting out and in takes a number") {
    CHECK(in("opt_out: \"{{ call.from }}\"") == none);
    CHECK(in("opt_in: {number: \"+12025550123\", otherwise: bye}") == none);
    CHECK(in("opt_out: everybody") == Places{"SB106 9:16"});
    CHECK(in("opt_out:") == Places{"SB107 9:7"});
    CHECK(in("opt_in: {otherwise: bye}") == Places{"SB107 9:7"});
}

TEST_CASE("a code goes to a number, and is checked against what was keyed") {
    CHECK(in("verify_start: {to: \"{{ call.from }}\"}") == none);
    CHECK(in("verify_start: {to: \"+12025550123\", channel: call}") == none);
    CHECK(in("verify_start: {channel: sms}") == Places{"SB107 9:7"});
    CHECK(in("verify_start: {to: \"{{ call.from }}\", channel: mail}") == Places{"SB106 9:54"});
    CHECK(in("verify_check: {code: \"{{ code }}\"}") == none);
    CHECK(in("verify_check: {code: \"1234\"}") == Places{"SB106 9:28"});
    CHECK(in("verify_check: {code: \"{{ n | or(\\\"1\\\") }}\"}") == Places{"SB501 9:28"});
    CHECK(in("verify_check: {}") == Places{"SB107 9:7"});
}

TEST_CASE("SB808: a code is not spoken by a call to the line in use") {
    CHECK(in("verify_start: {to: \"{{ call.from }}\", channel: call}") == Places{"SB808 9:26"});
    CHECK(in("verify_start: {to: \"{{ call.to }}\", channel: call}") == Places{"SB808 9:26"});
    CHECK(in("verify_start: {to: \"{{ settings.desk }}\", channel: call}") == none);
    CHECK(in("verify_start: {to: \"{{ call.from }}\", channel: whatsapp}") == none);
}

TEST_CASE("a callback has a number and a state of its own, within bounds") {
    const std::string call = R"(callback: {number: "{{ call.from }}")";
    CHECK(in(call + ", go: bye}") == none);
    CHECK(in(call + ", go: bye, queue: sales, keep_place: true, within: 24h, attempts: 3}") ==
          none);
    CHECK(in(call + "}") == Places{"SB107 9:7"});
    CHECK(in(call + ", go: next}") == Places{"SB106 9:49"});
    CHECK(in(call + ", go: nowhere}") == Places{"SB201 9:49"});
    CHECK(in(call + ", go: bye, within: 30s}") == Places{"SB106 9:62"});
    CHECK(in(call + ", go: bye, attempts: 11}") == Places{"SB106 9:64"});
    CHECK(in(call + ", go: bye, keep_place: true}") == Places{"SB107 9:7"});
    CHECK(in("callback: {number: support, go: bye}") == Places{"SB106 9:26"});
}
