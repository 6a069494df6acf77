// A call that is played by hand or by a script: what was done in it, and the way back. Pure.
#pragma once

#include "flows/tools/keypad.hpp"

#include <span>
#include <string>
#include <vector>

namespace flows {

// How a call begins.
struct CallBegins {
    Caller caller{};
    std::string target{};  // of the first webhook: /voice/main
    Now at{};
};

class PlayedCall {
public:
    // Places the call. What the flow looks up or checks is for who plays it to decide.
    PlayedCall(const CallBegins& begins, Transport transport);

    const Phone& phone() const { return phone_; }

    // Says why it does not fit. Keys that a question has no use for go to the next one; where there
    // is none, those before have been pressed all the same.
    WhyNot act(const Act& act);

    // Before the last act; false at the beginning.
    bool back();

    // What was done, as the telephone took it: keys apart for each question.
    std::span<const Act> done() const { return done_; }

private:
    WhyNot press(const PressKeys& press);
    WhyNot pick_up();
    WhyNot say_nothing();
    WhyNot end_dial(DialOutcome outcome);
    WhyNot end_effect(const EndEffect& effect);
    WhyNot hang_up();
    WhyNot perform(const Act& act);
    WhyNot did(WhyNot why_not, Act act);

    struct Before {
        Phone phone;
        std::size_t done;
    };
    Phone phone_;
    Acts done_{};
    std::vector<Before> history_{};
};

}  // namespace flows
