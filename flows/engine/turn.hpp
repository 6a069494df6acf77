// One turn of a call while it runs: what the files of the engine share. Nothing outside of the
// engine includes this.
//
//   engine.cpp     the loop, the steps that need no file of their own
//   places.cpp     where the call stands and how it moves: outcomes, failures, visits, sub-flows
//   answering.cpp  how a turn ends: the reply's bounds, its holes, hanging up, the apology
//   speak.cpp      words -> verbs
//   ask.cpp, menu.cpp, gather.cpp, dialing.cpp, recording.cpp, queue.cpp   the steps that wait
//   silent.cpp     the states that run with nobody on the line
//   effects.cpp    the steps that ask something of the world
#pragma once

#include "flows/engine/engine.hpp"
#include "flows/engine/evaluate.hpp"

#include <cstddef>
#include <string_view>

namespace flows {

using Nodes = std::vector<twiml::Node>;

inline constexpr int max_steps_a_turn = 1000;
inline constexpr int steps_an_effect = 30;
inline constexpr std::size_t max_depth = 8;  // frames
// A document that would grow beyond `document_goal` goes on behind a redirect; a single step may
// fill `step_bound`, which leaves room for that redirect under Twilio's 64 kB.
inline constexpr std::size_t document_goal = std::size_t{48} * 1024;
inline constexpr std::size_t step_bound = std::size_t{60} * 1024;
inline constexpr std::size_t hole_bytes = 2300;  // a callback URL: token, path, fragment

struct Turn {
    const Flow& root;
    const Circumstances& circumstances;
    const bool gone;
    CallState state;             // as far as the turn has come
    const Flow* flow = nullptr;  // of the frame on top
    int language = 0;            // index into its languages
    Next next{};
    Reply reply{};
    std::size_t bytes = 0;  // of the reply's document, at most
    int steps = 0;          // taken in this turn
    bool again = false;     // the step that runs next is asked again: place `again`
    bool is_again = false;  // the one that runs now is
    bool overrun = false;   // the bound on steps was hit once
    bool rescued = false;   // the flow's `otherwise` was used in this turn
    bool done = false;
};

// --- places.cpp
const Flow* find_flow(const Turn& turn, std::string_view name);
bool is_sound(const Turn& turn);  // the state is one of these flows
Frame& top(Turn& turn);
const Step* step_of(const Turn& turn);  // null behind a state's last step
View view_of(const Turn& turn);
void stand(Turn& turn);  // notes the flow and language of the frame on top
void take(Turn& turn, const Step& step, std::string_view outcome);
void enter(Turn& turn, int state);         // a state of the flow on top
void go_on(Turn& turn, const Step& step);  // with the step behind it
void go_to(Turn& turn, const Step& step, const Target& target);
void follow(Turn& turn, const Step& step,
            std::string_view outcome);         // takes it, goes where it leads
void otherwise(Turn& turn, const Step& step);  // the step's, else the flow's, else the apology
void fail(Turn& turn, const Step& step);       // what the step asked for cannot be
int visits(const Turn& turn);                  // of the state on top
std::string cut(std::string_view fact);        // to what a state may carry: it is bounded
// Adds what this webhook tells of the call to what the state carries, where it does not yet.
void carry(CallState& state, const std::vector<CallFact>& facts, const Turn& turn);
// The state of a turn aside from the call's own way: the values of now, no frames to return to.
CallState aside(const Turn& turn, Aside where, Awaiting awaiting);
bool is_in_line(const Turn& turn);
void start_over(Turn& turn, const Flow& flow, int state);  // drops all frames and values

// --- answering.cpp
// A hole for a callback whose state is the reply's number `state`; 0 is what rest() leaves behind.
twiml::UrlHole hole(Turn& turn, EventName event, int state = 0,
                    Callback::Bound bound = Callback::Bound::call);
twiml::Node redirect_to(twiml::UrlHole hole);
// Adds a step's verbs. False when the turn is over or the step has failed: they did not fit.
bool add(Turn& turn, const Step& step, Nodes verbs);
void rest(Turn& turn, Awaiting awaiting);  // the reply is complete; the call waits for an event
void end_reply(Turn& turn);                // the reply is complete; nothing comes back
void hang_up(Turn& turn);
void leave_line(Turn& turn);   // <Leave>: the enqueue goes on
void nobody_left(Turn& turn);  // gone, and here the caller would be needed
void say_sorry(Turn& turn);
void apologise(Turn& turn);  // sorry, and hang up
// Bytes of a node when it is rendered, at most.
std::size_t rendered_bytes(const twiml::Node& node);

// --- speak.cpp
// Appends the verbs of `words` in the call's language. False: a text had no value.
bool speak(Nodes& into, const Words& words, const Turn& turn, const View& view);
bool speak(Nodes& into, const std::vector<Word>& words, const Turn& turn, const View& view);
// A text as an attribute's value or a target; nothing where it has none.
std::optional<std::string> write(const Text& text, const Turn& turn, Purpose purpose);
std::optional<std::string> audio_url(const Text& source, const Turn& turn);
// Sets or replaces; `extra` likewise, false where a text has no value.
void put(twiml::Element& element, std::string_view name, std::string value);
bool put(twiml::Element& element, const ExtraAttributes& extra, const Turn& turn);

// --- ask.cpp
enum class Miss : std::uint8_t { noinput, nomatch };
// What menu and gather have in common.
struct Question {
    const Words& say;
    const Words& again;
    const Retry& noinput;
    const Retry& nomatch;
    int tries;
};
// The words of this asking, appended: those of a retry, then the question.
bool speak_question(Nodes& into, const Question& question, const Words* retry, bool again,
                    const Turn& turn);
// After silence or nonsense. True: ask once more, behind the words of `retry` (null: none).
bool try_again(Turn& turn, const Step& step, const Question& question, Miss miss,
               const Words*& retry);
// One more try is used up; true while any is left, else the call went on with `otherwise`.
bool count_try(Turn& turn, const Step& step, int tries);
// `speechTimeout` and its kin of the language, `hints` joined.
bool put_speech(twiml::Element& gather, const std::vector<std::string>& hints, const Turn& turn);
// Completes <Gather> and what stands behind it; the call rests.
void ask(Turn& turn, const Step& step, twiml::Element gather, Awaiting awaiting);
bool is_understood(const Spoke& spoke, const Circumstances& circumstances);
std::string digits_only(std::string_view said);  // "1 2-3." -> "123"; empty where words are in it
// The same, and "four two" -> "42", in the call's language; empty where any other word was said.
std::string spoken_digits(std::string_view said, const Turn& turn);

// --- the steps; each moves the call on or ends the turn
void run(Turn& turn, const Step& step, const Menu& menu);
void answered(Turn& turn, const Step& step, const Menu& menu, const Event& event);
void run(Turn& turn, const Step& step, const Gather& gather);
void answered(Turn& turn, const Step& step, const Gather& gather, const Event& event);
void confirmed(Turn& turn, const Step& step, const Gather& gather, const Event& event);
void run(Turn& turn, const Step& step, const Dial& dial);
void dial_ended(Turn& turn, const Step& step, const Dial& dial, const Event& event);
void leg_answered(Turn& turn, const Dial& dial, Awaiting awaiting, const Event& event);
void run(Turn& turn, const Step& step, const Http& http);
void run(Turn& turn, const Step& step, const Sms& sms);
void run(Turn& turn, const Step& step, const Consent& consent);
void run(Turn& turn, const Step& step, const VerifyStart& start);
void run(Turn& turn, const Step& step, const VerifyCheck& check);
void run(Turn& turn, const Step& step, const CallBack& callback);
void effect_ended(Turn& turn, const Step& step, const EffectResult& result);
void run(Turn& turn, const Step& step, const Record& record);
void recorded(Turn& turn, const Step& step, const Record& record, const Event& event);
void told_of_recording(Turn& turn, const Record& record, const Event& event);
void run(Turn& turn, const Step& step, const Enqueue& enqueue);
void queue_ended(Turn& turn, const Step& step, const Enqueue& enqueue, const Event& event);
void wait_in_line(Turn& turn, const Enqueue& enqueue, const Event& event);
void run(Turn& turn, const Step& step, const Leave& leave);

// --- silent.cpp
void hung_up(Turn& turn);  // runs the root flow's `hung_up`, if it has one

}  // namespace flows
