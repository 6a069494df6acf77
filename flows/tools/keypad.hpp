// What somebody types at a telephone in a terminal. Pure. Reference: "Calling a flow" in
// flows/README.md.
#pragma once

#include "flows/tools/call_script.hpp"
#include "flows/tools/simulator.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace flows {

// What can be typed besides what is done in the call.
struct ShowTwiml {
    bool operator==(const ShowTwiml&) const = default;
};
struct StepBack {
    bool operator==(const StepBack&) const = default;
};
struct SaveTest {
    std::string name{};  // empty: named after what was done
    bool operator==(const SaveTest&) const = default;
};
struct ShowHelp {
    bool operator==(const ShowHelp&) const = default;
};
struct PutDown {  // the telephone: the call is over, or is hung up
    bool operator==(const PutDown&) const = default;
};
using Typed = std::variant<Acts, ShowTwiml, StepBack, SaveTest, ShowHelp, PutDown, Misread>;

// One line, by what the call waits for. Commands win over speech; `say …` and a leading quote are
// always speech.
Typed read_line(std::string_view line, const Phone& phone);

// What may be typed now, in a few words: "1 key or speech", "how it ends: Enter answered, busy …".
std::string what_to_type(const Phone& phone);

}  // namespace flows
