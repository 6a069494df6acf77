// What can be done in a call, and its words: the one-line scripts of `switchboard call --script`.
// Pure. Reference: "Calling a flow" in flows/README.md.
#pragma once

#include "config/yaml_reader.hpp"
#include "flows/tools/outcomes.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace flows {

struct PressKeys {
    std::string keys{};  // 0-9 * #, of the caller, or of the one who is dialled
    bool operator==(const PressKeys&) const = default;
};
struct SaySomething {
    std::string text{};
    std::optional<double> confidence{};  // none: the recogniser tells none
    bool operator==(const SaySomething&) const = default;
};
struct SayNothing {
    bool operator==(const SayNothing&) const = default;
};
struct PickUp {  // the one who is dialled answers
    bool operator==(const PickUp&) const = default;
};
struct EndDial {
    DialOutcome outcome{};
    bool operator==(const EndDial&) const = default;
};
struct EndQueue {
    QueueOutcome outcome{};
    bool operator==(const EndQueue&) const = default;
};
struct LeaveMessage {
    std::chrono::seconds length{};
    bool hangs_up = false;
    bool operator==(const LeaveMessage&) const = default;
};
struct HangUp {
    bool operator==(const HangUp&) const = default;
};
// What comes of what the flow asks of the world.
struct EndEffect {
    std::string outcome{};  // of http or verify_check, in the flow's words
    std::string body{};     // JSON, of ok alone; empty: none
    bool operator==(const EndEffect&) const = default;
};
using Act = std::variant<PressKeys, SaySomething, SayNothing, PickUp, EndDial, EndQueue,
                         LeaveMessage, EndEffect, HangUp>;
using Acts = std::vector<Act>;

// As a script has it: 12 · "my account" · wait · answered · busy · bridged · 12s · h.
std::string to_text(const Act& act);

// JSON as it is typed, each scalar its text; nothing where it is none.
std::optional<config::YamlNode> read_json(const std::string& text);

struct Misread {
    std::string why{};
    bool operator==(const Misread&) const = default;
};
// Words with blanks between them, speech in quotes.
std::variant<Acts, Misread> read_script(std::string_view script);

}  // namespace flows
