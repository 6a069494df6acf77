// TwiML verbs as a telephone takes them: what is heard, what is waited for.
#pragma once

#include "flows/tools/effect_script.hpp"
#include "twiml/document.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace flows {

// Something that reached an ear.
struct Heard {
    enum class Kind : std::uint8_t { words, audio, pause, beep, keys };
    Kind kind = Kind::words;
    std::string text{};              // the words, SSML's tags left out; the URL; the keys sent
    std::string language{};          // of words: as <Say> names it
    std::string voice{};             // of words
    std::chrono::seconds length{0};  // of a pause
    bool called = false;             // heard by the one who is dialled, not by the caller
    bool operator==(const Heard&) const = default;
};

// ── what a call waits for ──
struct Asks {
    bool keys = true, speech = false;
    int digits = 0;  // ends at that many; 0: no bound
    std::string finish_on = "#";
    std::chrono::seconds timeout{5};
    std::string language{}, hints{};
    bool operator==(const Asks&) const = default;
};
struct Dialled {
    std::string noun{};  // Number, Client, Sip, Conference, Queue ...
    std::string address{};
    std::string url{};  // of its whisper or screen; empty: none
    bool operator==(const Dialled&) const = default;
};
struct Dials {
    std::vector<Dialled> whom{};
    std::string caller_id{};
    std::chrono::seconds timeout{30};
    bool operator==(const Dials&) const = default;
};
struct Records {
    std::chrono::seconds at_most{3600}, silence{5};
    std::string finish_on = "1234567890*#";
    bool operator==(const Records&) const = default;
};
// <Enqueue>: between two passes of what is heard meanwhile.
struct InLine {
    std::string queue{};
    bool was_heard = false;  // the wait was asked for at least once
    bool operator==(const InLine&) const = default;
};
// Nothing here plays its course (Connect, Pay ...), or the words go round without end: the
// caller can only hang up.
struct Stuck {
    std::string verb{};
    bool operator==(const Stuck&) const = default;
};
struct Ended {
    enum class How : std::uint8_t {
        hung_up,    // by <Hangup>, or no verb was left; of a called leg: it was turned away
        ran_out,    // no verb was left; of a called leg: it is bridged
        rejected,   // `why` is the reason
        left,       // by the caller
        handed_on,  // to another server: `why` is its URL
        failed,     // Twilio would play an error and hang up: `why` says what was wrong
    };
    How how = How::hung_up;
    std::string why{};
    bool operator==(const Ended&) const = default;
};
using Waiting = std::variant<Asks, Dials, Records, InLine, Undecided, Stuck, Ended>;

// The words in an element, SSML's tags and surrounding blanks left out.
std::string words_in(const twiml::Element& element);
std::string attribute_of(const twiml::Element& element, std::string_view name,
                         std::string_view otherwise = {});

// Of Say, Play and Pause; nothing for other verbs.
std::optional<Heard> heard_of(const twiml::Element& verb);
Asks asked_by(const twiml::Element& gather);
Dials dialled_by(const twiml::Element& dial);
Records recorded_by(const twiml::Element& record);

// For people: en-US "Press 1" · plays /audio/tone.mp3 · silence of 1 s · asks for 1 key or speech ·
// dials +12025550100 · records up to 120 s · waits in line in sales · the flow hung up.
std::string in_words(const Heard& heard);
std::string in_words(const Waiting& waiting);

}  // namespace flows
