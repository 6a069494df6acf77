// Pages of what is read: YAML, fields and names.
#include "flows/load/finding_pages.hpp"

#include <array>

namespace flows {
namespace {

constexpr std::array reading_pages{
    FindingPage{"SB101", "What cannot be read as YAML cannot be served.",
                R"yaml(flow: a
start: main
states:
  main: [hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [hangup]
)yaml"},
    FindingPage{"SB102",
                "YAML lets the second of two equal keys win without a word, and the first is lost.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: Press 1.
        choices: {1: bye}
        say: Press one.
        otherwise: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: Press 1.
        choices: {1: bye}
        otherwise: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB103",
                "Anchors and aliases hide what is served behind names that no caller hears; "
                "prompts and libraries share words instead.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: &hello Good day.
    - say: *hello
    - hangup
)yaml",
                R"yaml(flow: a
prompts: {hello: Good day.}
start: main
states:
  main:
    - say: {prompt: hello}
    - say: {prompt: hello}
    - hangup
)yaml"},
    FindingPage{"SB104", "Braces begin a map in YAML, so an insert without quotes is none.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: {{ call.from }}
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "{{ call.from | digits }}"
    - hangup
)yaml"},
    FindingPage{"SB105",
                "A word that the language does not have would do nothing, and nobody would notice.",
                R"yaml(flow: a
start: main
states:
  main:
    - sya: Hello
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Hello
    - hangup
)yaml"},
    FindingPage{"SB106",
                "A value of another kind, or out of range, means something else than was meant.",
                R"yaml(flow: a
start: main
states:
  main:
    - pause: 5
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - pause: 5s
    - hangup
)yaml"},
    FindingPage{"SB107", "Without it the step would not know what to do.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: Press 1., choices: {1: main}}
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: Press 1., choices: {1: main}, otherwise: bye}
  bye: [hangup]
)yaml"},
    FindingPage{"SB108", "A step does one thing: of two, nobody knows which comes first.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Hello
      hangup:
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Hello
    - hangup
)yaml"},
    FindingPage{"SB109",
                "A file that is deeper than 32 levels, or larger than 256 kB or 20,000 values, is "
                "no flow that anybody can follow.",
                R"yaml(flow: a
start: main
states:
  main: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[hangup]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [hangup]
)yaml"},
    FindingPage{"SB110", "A quote that is never closed swallows the rest of the file.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "Good day.
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "Good day."
    - hangup
)yaml"},
    FindingPage{"SB111",
                "A # behind a blank begins a comment, and the caller never hears what follows.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Please press the #key.
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "Please press the #key."
    - hangup
)yaml"},
    FindingPage{"SB112", "Twilio takes TwiML in UTF-8, and XML forbids most control characters.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "Good\x07 day."
    - hangup
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: "Good day."
    - hangup
)yaml"},
    FindingPage{"SB113", "A condition that cannot be read can be neither true nor false.",
                R"yaml(flow: a
start: main
states:
  main:
    - if: call.from ==
      then: bye
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - if: call.from_country == "US"
      then: bye
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB201", "A call that goes to a state that is not there would break off.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: Press 1 for sales.
        choices: {1: bey}
        otherwise: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: Press 1 for sales.
        choices: {1: bye}
        otherwise: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB202", "A name that nothing has leaves a hole where words or a value should be.",
                R"yaml(flow: a
prompts: {hello: Good day.}
start: main
states:
  main:
    - say: {prompt: helo}
    - say: {prompt: hello}
    - hangup
)yaml",
                R"yaml(flow: a
prompts: {hello: Good day.}
start: main
states:
  main:
    - say: {prompt: hello}
    - hangup
)yaml"},
    FindingPage{"SB203",
                "What nothing uses is either forgotten or left over, and misleads who reads on.",
                R"yaml(flow: a
vars: {name: text}
start: main
states:
  main:
    - hangup
)yaml",
                R"yaml(flow: a
vars: {name: text}
start: main
states:
  main:
    - set: {name: Ann}
    - say: "{{ name }}"
    - hangup
)yaml"},
    FindingPage{"SB204", "Names that differ by a stroke are taken for each other.",
                R"yaml(flow: a
start: main
states:
  main: [{go: call_back}]
  call_back: [{go: callback}]
  callback: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{go: line_1}]
  line_1: [{go: line_11}]
  line_11: [hangup]
)yaml"},
    FindingPage{"SB205", "Flows that call each other would need a stack without end.",
                R"yaml(flow: a
start: main
states:
  main: [{do: b}, hangup]
### b.yaml
flow: b
start: main
states:
  main: [{do: a}, return]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{do: b}, hangup]
### b.yaml
flow: b
start: main
states:
  main: [return]
)yaml"},
    FindingPage{"SB206",
                "A library is shared, and holds words and hours; a state belongs to one flow.",
                R"yaml(library: lib
states:
  main: [hangup]
)yaml",
                R"yaml(flow: a
use: [lib.yaml]
start: main
states:
  main: [{say: {prompt: hi}}, hangup]
### lib.yaml
library: lib
prompts: {hi: Good day.}
)yaml"},
    FindingPage{"SB207", "Of two with one name nobody knows which is meant.",
                R"yaml(flow: a
start: main
states:
  main: [hangup]
### b.yaml
flow: a
start: main
states: {main: [hangup]}
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [hangup]
### b.yaml
flow: b
start: main
states: {main: [hangup]}
)yaml"},
    FindingPage{
        "SB208",
        "A file that cannot be found, or lies outside the folder of flows, cannot be part of them.",
        R"yaml(flow: a
use: [../house.yaml]
start: main
states:
  main: [hangup]
)yaml",
        R"yaml(flow: a
use: [lib.yaml]
start: main
states:
  main: [{say: {prompt: hi}}, hangup]
### lib.yaml
library: lib
prompts: {hi: Good day.}
)yaml"},
    FindingPage{"SB209",
                "An allow that silences nothing is left over, and would silence the next fault.",
                R"yaml(flow: a
start: main
states:
  main: [hangup]     # allow SB301: nothing here
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [hangup]
  # allow SB301: reached by an operator
  lost: [hangup]
)yaml"},
};

}  // namespace

std::span<const FindingPage> pages_of_reading() { return reading_pages; }

}  // namespace flows
