// Where a call stands: everything the next webhook needs, and its compact, versioned bytes.
#pragma once

#include "flows/model/flow.hpp"
#include "flows/model/value.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

// A flow that called another with `do` and waits at its step, or the one that runs (the last).
struct Frame {
    std::string flow{};
    int state = -1;                  // index into the flow's states; by name in the bytes
    int step = -1;                   // index into the state's steps; by id in the bytes
    std::vector<Value> variables{};  // in the order of Flow::variables
    bool operator==(const Frame&) const = default;
};

// What the step at the top waits for.
enum class Awaiting : std::uint8_t {
    nothing,       // goes on with `step` (a redirect in the course of a long document)
    answer,        // menu, gather: the question was asked
    confirmation,  // gather: the candidate was read back
    dial,          // <Dial> ended; `attempt` is the noun of one_by_one
    recording,
    whisper,  // on the called leg: words, then the bridge
    screen,   // on the called leg: the question, then a key
    effect,   // what the step asked of the world
    queue,    // <Enqueue> ended
    line,     // <Enqueue>'s wait is asked for what is heard next
    stored,   // on nobody's line: Twilio keeps the recording
    transcribed,
};

// A call stands beside its own way while the caller waits in line, and when nobody is on the line
// any more. What is set there ends there.
enum class Aside : std::uint8_t { nothing, line, stored, transcribed, hung_up };
std::string_view to_text(Aside aside);  // empty, "line", "stored" ...

struct Visits {
    std::string flow{};
    std::string state{};
    int count = 0;
    bool operator==(const Visits&) const = default;
};

struct CallState {
    std::uint32_t began_hour = 0;  // hours since 1970 when the call began; carried unchanged
    std::vector<Frame> frames{};   // never empty while a call runs; at most 8 deep
    std::string language{};        // BCP 47 tag of the call
    Awaiting awaiting = Awaiting::nothing;
    int tries = 0;                     // times the question was asked and not answered
    int noinputs = 0, nomatches = 0;   // of them, for the words of each in order
    int attempt = 0;                   // noun of one_by_one
    std::optional<Value> candidate{};  // gather with confirm
    std::vector<Visits> visits{};      // of states that count them, sorted
    // Facts that later webhooks do not repeat, sorted, as an expression sees them and plain_text
    // writes them (attestation: "a", withheld: "true"); they go before what a webhook says. In
    // every state attestation and answered_by; in those of a whisper or screen, whose webhook tells
    // of the called leg, what its words say of the call; in line the queue's, as last told; in
    // those of a recording, whose webhook tells nothing of the call, what its silent state reads.
    std::vector<std::pair<CallFact, std::string>> carried{};
    std::string verification{};  // sid of the code that was sent last; empty: none is
    // How often the call began anew because a token did not open: visits are counted from none
    // then, and an effect must not be taken for one of before.
    int life = 0;
    Aside aside = Aside::nothing;
    // Tells one pass through the states aside from another: in line the QueueTime, of a recording
    // its sid.
    std::string occasion{};
    bool operator==(const CallState&) const = default;
};

// Compact bytes, first a format number. Names of flows, states and steps travel as text, so that a
// newer binary reads older bytes. Deterministic: equal states, equal bytes.
void encode(const CallState& state, const FlowSet& flows, std::string& out);

// Nothing when the bytes are no state of these flows (unknown names, wrong types, cut short).
std::optional<CallState> decode(std::string_view bytes, const FlowSet& flows);

inline constexpr std::size_t max_state_bytes = 1400;

}  // namespace flows
