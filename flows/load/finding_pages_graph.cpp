// Pages of how a flow hangs together, and of its questions.
#include "flows/load/finding_pages.hpp"

#include <array>

namespace flows {
namespace {

constexpr std::array graph_pages{
    FindingPage{"SB301",
                "No call can reach this state: a way to it is missing, or it is left over.",
                R"yaml(flow: a
start: main
states:
  main: [hangup]
  lost: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{go: found}]
  found: [hangup]
)yaml"},
    FindingPage{"SB302", "Behind the last step of a state the call would end without a word.",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Hello
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Hello
    - hangup
)yaml"},
    FindingPage{"SB303",
                "What may happen has to lead somewhere: a busy line must not end in silence.",
                R"yaml(flow: a
start: main
states:
  main:
    - dial: {number: "+12025550100"}
    - hangup
)yaml",
                R"yaml(flow: a
otherwise: bye
start: main
states:
  main:
    - dial: {number: "+12025550100"}
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB304", "A step that never ends so never goes there.",
                R"yaml(flow: a
start: main
states:
  main:
    - dial: {number: "+12025550100", on: {declined: bye}, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - dial: {number: "+12025550100", screen: Press any key., on: {declined: bye}, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml"},
    FindingPage{"SB305",
                "States that lead to each other without asking the caller go round until the call "
                "is cut off.",
                R"yaml(flow: a
start: main
states:
  main: [{go: other}]
  other: [{go: main}]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{go: other}]
  other: [hangup]
)yaml"},
    FindingPage{"SB306",
                "A circle that callers can go round for ever keeps a line, and them, without end; "
                "the operator asks for this with check.repeat_for_ever.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For our hours, press 1.", choices: {1: hours}, otherwise: bye}
  hours: [{say: Nine to five.}, {go: main}]
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - limit: {visits: 5, otherwise: bye}
    - menu: {say: "For our hours, press 1.", choices: {1: hours}, otherwise: bye}
  hours: [{say: Nine to five.}, {go: main}]
  bye: [hangup]
)yaml"},
    FindingPage{"SB307",
                "Callers whom no choice fits need a person; the operator says behind how many "
                "questions with check.person_within.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For our hours, press 1.", choices: {1: hours}, otherwise: bye}
  hours: [{say: Nine to five.}, hangup]
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For our hours, press 1.", choices: {1: hours}, otherwise: operator}
  hours: [{say: Nine to five.}, hangup]
  operator: [{dial: {number: "+12025550100", otherwise: bye}}, hangup]
  bye: [hangup]
)yaml"},
    FindingPage{"SB308", "Behind a step that leaves, nothing is ever done.",
                R"yaml(flow: a
start: main
states:
  main:
    - hangup
    - say: Hello
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - say: Hello
    - hangup
)yaml"},
    FindingPage{"SB309",
                "A silent state runs when nobody is on the line any more: nobody would hear it.",
                R"yaml(flow: a
vars: {message: recording}
start: main
states:
  main:
    - record: {max_length: 1m, save: message, on: {empty: next}, later: {stored: file}}
    - hangup
  file: [{say: Thank you.}]
)yaml",
                R"yaml(flow: a
vars: {message: recording}
start: main
states:
  main:
    - record: {max_length: 1m, save: message, on: {empty: next}, later: {stored: file}}
    - hangup
  file: [{tag: {message: "{{ message.url }}"}}]
)yaml"},
    FindingPage{"SB310",
                "A wait that ends without a sound is asked for again at once, and the caller hears "
                "nothing.",
                R"yaml(flow: a
start: main
states:
  main: [{enqueue: {queue: sales, wait: hold, otherwise: bye}}, hangup]
  hold: [{tag: {place: "{{ queue.position }}"}}]
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main: [{enqueue: {queue: sales, wait: hold, otherwise: bye}}, hangup]
  hold: [{say: Please hold.}, {pause: 20s}]
  bye: [hangup]
)yaml"},
    FindingPage{
        "SB312",
        "While a caller waits in line Twilio says, plays, pauses and asks, and refuses the rest.",
        R"yaml(flow: a
start: main
states:
  main: [{enqueue: {queue: sales, wait: hold, otherwise: bye}}, hangup]
  hold: [{say: Please hold.}, {redirect: "https://example.com/voice"}]
  bye: [hangup]
)yaml",
        R"yaml(flow: a
start: main
states:
  main: [{enqueue: {queue: sales, wait: hold, otherwise: bye}}, hangup]
  hold: [{say: Please hold.}, {pause: 20s}]
  bye: [hangup]
)yaml"},
    FindingPage{"SB401", "One key or phrase can lead to one place only.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: Say sales or support.
        choices:
          1: {speech: [sales], go: bye}
          2: {speech: [support, Sales], go: bye}
        otherwise: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: Say sales or support.
        choices:
          1: {speech: [sales], go: bye}
          2: {speech: [support, help], go: bye}
        otherwise: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB405",
                "Behind noinput and nomatch stand words: the name of a state is read out to the "
                "caller, who goes nowhere.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For sales, press 1.", choices: {1: sales}, noinput: sales, otherwise: bye}
  sales: [hangup]
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu: {say: "For sales, press 1.", choices: {1: sales}, noinput: {go: sales}, otherwise: bye}
  sales: [hangup]
  bye: [hangup]
)yaml"},
    FindingPage{"SB406",
                "Callers forget the first choice while they hear the last; check.max_choices says "
                "how many are too many.",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: "Press a key from 1 to 8."
        choices: {1: bye, 2: bye, 3: bye, 4: bye, 5: bye, 6: bye, 7: bye, 8: bye}
        otherwise: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
start: main
states:
  main:
    - menu:
        say: "Press a key from 1 to 7."
        choices: {1: bye, 2: bye, 3: bye, 4: bye, 5: bye, 6: bye, 7: bye}
        otherwise: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB408", "A key that works everywhere stops working here, and callers rely on it.",
                R"yaml(flow: a
anywhere: {"0": bye}
start: main
states:
  main:
    - menu:
        say: Press 1 for sales.
        choices: {1: bye, 0: bye}
        otherwise: bye
  bye: [hangup]
)yaml",
                R"yaml(flow: a
anywhere: {"0": bye}
start: main
states:
  main:
    - menu:
        say: Press 1 for sales.
        choices: {1: bye, 0: {go: bye, own: true}}
        otherwise: bye
  bye: [hangup]
)yaml"},
    FindingPage{"SB409", "No answer can fulfil it, so every caller is refused.",
                R"yaml(flow: a
vars: {pin: digits(4)}
start: main
states:
  main:
    - gather: {say: Your PIN?, save: pin, must: length(pin) > 9, otherwise: bye}
    - hangup
  bye: [hangup]
)yaml",
                R"yaml(flow: a
vars: {pin: digits(4)}
start: main
states:
  main:
    - gather: {say: Your PIN?, save: pin, must: pin != "0000", otherwise: bye}
    - hangup
  bye: [hangup]
)yaml"},
};

}  // namespace

std::span<const FindingPage> pages_of_graph() { return graph_pages; }

}  // namespace flows
