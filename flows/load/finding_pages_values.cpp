// Pages of values, words, hours, safety and tests.
#include "flows/load/finding_pages.hpp"

#include <array>

namespace flows {
namespace {

constexpr std::array value_pages{
    FindingPage{"SB501", "A value of another type cannot be kept, compared or said so.",
                R"yaml(flow: a
vars: {count: number}
start: main
states:
  main:
    - set: {count: many}
    - say: "{{ count | number }}"
    - hangup
)yaml",
                R"yaml(flow: a
vars: {count: number}
start: main
states:
  main:
    - set: {count: 3}
    - say: "{{ count | number }}"
    - hangup
)yaml"},
    FindingPage{"SB502", "On one of the ways here nothing has set it, and there is nothing to say.",
                R"yaml(flow: a
vars: {name: text}
start: main
states:
  main:
    - say: "{{ name }}"
    - hangup
)yaml",
                R"yaml(flow: a
vars: {name: text}
start: main
states:
  main:
    - say: '{{ name | or("friend") }}'
    - hangup
)yaml"},
    FindingPage{
        "SB503",
        "A condition that is always the same decides nothing: one of its ways is never taken.",
        R"yaml(flow: a
start: main
states:
  main:
    - if: 1 < 2
      then: bye
    - hangup
  bye: [hangup]
)yaml",
        R"yaml(flow: a
start: main
states:
  main:
    - if: call.withheld
      then: bye
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB504", "A pattern that cannot be read, or could take for ever, matches nothing.",
                R"yaml(flow: a
start: main
states:
  main:
    - if: call.to matches "("
      then: bye
      else: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - if: call.to matches "^[+]1"
      then: bye
      else: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB505", "There is no such function or filter, so nothing comes of it.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "{{ call.from | shout }}"
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "{{ call.from | phone }}"
    - hangup
)yaml"},
    FindingPage{"SB506", "A case that is left out would fall through.",
                R"yaml(flow: a
vars: {size: "one_of(small, large)"}
start: main
states:
  main:
    - gather: {say: Small or large?, save: size, otherwise: bye}
    - switch: {value: size, cases: {small: bye}}
  bye: [hangup]
)yaml",
                R"yaml(flow: a
vars: {size: "one_of(small, large)"}
start: main
states:
  main:
    - gather: {say: Small or large?, save: size, otherwise: bye}
    - switch: {value: size, cases: {small: bye, large: bye}}
  bye: [hangup]
)yaml"},
    FindingPage{"SB601", "Callers of that language would hear nothing, or another one.",
                R"yaml(flow: a
languages: {en-US: {}, es-MX: {}}
start: main
states:
  main:
    - say: Welcome.
    - hangup
)yaml",
                R"yaml(flow: a
languages: {en-US: {}, es-MX: {}}
start: main
states:
  main:
    - say: {en-US: Welcome., es-MX: Bienvenido.}
    - hangup
)yaml"},
    FindingPage{"SB607",
                "One character outside the GSM alphabet makes the whole message cost twice or "
                "three times as much.",
                R"yaml(flow: a
start: s
states:
  s:
    - sms:
        to: "{{ call.from }}"
        text: "We have your order and it’s on its way. Please have your number ready when you call us again."
        otherwise: bye
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: s
states:
  s:
    - sms:
        to: "{{ call.from }}"
        text: "We have your order and it's on its way. Please have your number ready when you call us again."
        otherwise: bye
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB701", "Of two ranges that overlap one is a slip: which hours were meant?",
                R"yaml(flow: a
hours:
  office: {timezone: UTC, open: {mon-fri: 09:00-17:00, fri: 16:00-18:00}}
start: main
states:
  main:
    - if: open(office)
      then: bye
      else: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
hours:
  office: {timezone: UTC, open: {mon-fri: 09:00-17:00, sat: 10:00-14:00}}
start: main
states:
  main:
    - if: open(office)
      then: bye
      else: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB702", "Without a time zone that exists nobody knows when it is nine.",
                R"yaml(flow: a
hours:
  office: {timezone: America/Nowhere, open: {daily: 09:00-17:00}}
start: main
states:
  main:
    - if: open(office)
      then: bye
      else: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
hours:
  office: {timezone: America/New_York, open: {daily: 09:00-17:00}}
start: main
states:
  main:
    - if: open(office)
      then: bye
      else: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB801", "Twilio refuses a document of more than 64 kB, and the call breaks off.",
                R"yaml(flow: a
settings: {terms: text(4096)}
start: main
states:
  main:
    - say: "{{ settings.terms }} {{ settings.terms }} {{ settings.terms }} {{ settings.terms }} {{ settings.terms }}"
    - hangup
)yaml",
                R"yaml(flow: a
settings: {terms: text(400)}
start: main
states:
  main:
    - say: "{{ settings.terms }}"
    - hangup
)yaml"},
    FindingPage{"SB802", "The state of a call travels in its URLs, which hold no more.",
                R"yaml(flow: a
vars: {story: text(500), reply: text(500)}
start: main
states:
  main:
    - set: {story: x, reply: x}
    - say: "{{ story }} {{ reply }}"
    - hangup
)yaml",
                R"yaml(flow: a
vars: {story: text(80), reply: text(80)}
start: main
states:
  main:
    - set: {story: x, reply: x}
    - say: "{{ story }} {{ reply }}"
    - hangup
)yaml"},
    FindingPage{"SB803", "A secret that is said, sent or logged is none any more.",
                R"yaml(flow: a
vars: {pin: secret digits(4)}
start: main
states:
  main:
    - gather: {say: Your PIN?, save: pin, confirm: Right?, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
vars: {pin: secret digits(4)}
start: main
states:
  main:
    - gather: {say: Your PIN?, save: pin, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB805",
                "The operator does not let flows dial it, so the call would fail "
                "(outbound.dial_prefixes, here [\"+1\"]).",
                R"yaml(flow: a
start: main
states:
  main:
    - dial: {number: "+442079460100", otherwise: bye}
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - dial: {number: "+12025550100", otherwise: bye}
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB806",
                "The operator does not let flows ask it, so the look-up would fail "
                "(outbound.allow_hosts, here [crm.example]).",
                R"yaml(flow: a
start: main
states:
  main:
    - http: {get: "https://other.example/hours", otherwise: bye}
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - http: {get: "https://crm.example/hours", otherwise: bye}
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB807", "A caller could ask the other side without end.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For your balance, press 1.", choices: {1: balance}, otherwise: bye}
  balance:
    - http: {get: "https://crm.example/balance", otherwise: bye}
    - go: main
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For your balance, press 1.", choices: {1: balance}, otherwise: bye}
  balance:
    - limit: {visits: 3, otherwise: bye}
    - http: {get: "https://crm.example/balance", otherwise: bye}
    - go: main
  bye: [hangup]
)yaml"},
    FindingPage{"SB808", "The line is in use: nobody can be called on it to hear the code.",
                R"yaml(flow: a
start: main
states:
  main:
    - verify_start: {to: "{{ call.from }}", channel: call, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - verify_start: {to: "{{ call.from }}", channel: sms, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB901", "A test of what the flow does not have tests nothing.",
                R"yaml(flow: a
start: main
states:
  main: [{say: Good day.}, hangup]
### a.test.yaml
flow: a
tests:
  - name: it greets
    steps: [{hears: Good day}, {ends_in: lobby}]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{say: Good day.}, hangup]
### a.test.yaml
flow: a
tests:
  - name: it greets
    steps: [{hears: Good day}, ends]
)yaml"},
    FindingPage{"SB902", "A step that tests do not have is never played.",
                R"yaml(flow: a
start: main
states:
  main: [{say: Good day.}, hangup]
### a.test.yaml
flow: a
tests:
  - name: it greets
    steps: [{heers: Good day}, ends]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{say: Good day.}, hangup]
### a.test.yaml
flow: a
tests:
  - name: it greets
    steps: [{hears: Good day}, ends]
)yaml"},
};

}  // namespace

std::span<const FindingPage> pages_of_values() { return value_pages; }

}  // namespace flows
