// A struct a kind of step, and one table of their outcomes. A state's steps are flat, in written
// order: those inside `then` and `else` stand behind their `if`, and `next` says where each goes
// on.
#pragma once

#include "flows/model/expression.hpp"
#include "flows/model/words.hpp"
#include "twiml/document.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace flows {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A place the call can go to.
struct Target {
    enum class Kind : std::uint8_t { next, again, state };
    Kind kind = Kind::next;
    std::string flow{};  // of a state in another flow; empty: this one
    int state = -1;      // index into that flow's states
    config::Span span{};
};

// Further attributes of a verb or noun, checked against the catalogue, in written order.
struct ExtraAttribute {
    std::string name{};  // as TwiML writes it
    Text value{};
};
using ExtraAttributes = std::vector<ExtraAttribute>;

struct Say {
    Words words{};
    std::optional<int> loop{};
};
struct Play {
    Text source{};
    std::string digits{};
    std::optional<int> loop{};
};  // one of the two
struct Pause {
    seconds length{1};
};

// Words for an attempt that failed, in order, the last repeats; or a place to go.
struct Retry {
    std::vector<Words> words{};
    std::optional<Target> go{};
};

struct Choice {
    std::string key{};   // "1", "#", "11xx", or a name for a choice by speech alone
    bool by_key = true;  // false: `key` is only a name
    std::vector<std::vector<std::string>> phrases{};  // by language; as written
    Target go{};
    std::optional<Expression> when{};
    int save = -1;          // variable that takes the digits a pattern matched
    bool own = false;       // wins over the same key of `anywhere`
    bool anywhere = false;  // came from the flow's `anywhere`
    config::Span span{};    // of the key
};

struct Menu {
    Words say{}, again{};           // `again` equals `say` where it is not written
    std::vector<Choice> choices{};  // the flow's `anywhere` merged in behind, where it applies
    Retry noinput{}, nomatch{};
    int tries = 3;
    seconds timeout{5};
    bool speech = false;
    ExtraAttributes extra{};  // of <Gather>
};

struct Gather {
    Words say{}, again{};
    int save = -1;  // variable
    bool dtmf = true, speech = false;
    int digits_at_least = 1, digits_at_most = 0;  // 0: no bound; equal: Twilio ends at that many
    std::string finish_on = "#";
    std::optional<Expression> must{};
    std::optional<Words> confirm{};
    Retry noinput{}, nomatch{};
    int tries = 3;
    seconds timeout{5};
    std::vector<Choice> anywhere{};  // keys of the flow's `anywhere` do not act here; kept empty
    ExtraAttributes extra{};
};

enum class NounKind : std::uint8_t { number, client, sip };
struct DialNoun {
    NounKind kind{};
    Text address{};
    bool from_caller = false;  // the address holds caller-supplied text: allow-list applies
};
struct Dial {
    std::vector<DialNoun> nouns{};
    bool one_by_one = false;  // else together
    seconds timeout{30};
    std::optional<Words> whisper{}, screen{};
    std::optional<Text> caller_id{};
    std::string record{};  // value of <Dial record>, or empty
    std::optional<seconds> time_limit{};
    bool hang_up_on_star = false;
    std::string ring{};            // ringTone
    ExtraAttributes extra{};       // of <Dial>
    ExtraAttributes noun_extra{};  // of each noun
};

// A silent state that runs when Twilio tells of a recording, minutes later, with the values as they
// were at the step.
struct Later {
    int state = -1;                 // of this flow
    std::vector<CallFact> facts{};  // that the state, and what it leads to, reads of the call
};
struct Record {
    seconds max_length{};
    seconds silence{5};
    std::string finish_on = "1234567890*#";
    ExtraAttributes extra{};  // beep (playBeep), trim, ...
    int save = -1;
    bool transcribe = false;
    std::optional<Later> stored{}, transcribed{};
};

struct Enqueue {
    Text queue{};
    int wait = -1;  // state of this flow that is heard meanwhile; -1: Twilio's music
    std::optional<seconds> max_wait{};  // only with `wait`: looked at each time it runs out
    ExtraAttributes extra{};
};
struct Leave {};

struct Redirect {
    Text url{};
    std::string method = "POST";
};
struct Hangup {};
struct Reject {
    std::string reason = "rejected";
};

struct Assignment {
    int variable = -1;
    bool language = false;
    Text value{};
};  // language: built in
struct Set {
    std::vector<Assignment> assignments{};
};

struct If {
    Expression condition{};
    // Either a place or the index of the first step inside; both unset: go on with `next`.
    std::optional<Target> then_go{}, else_go{};
    int then_step = -1, else_step = -1;
};
struct Case {
    Value value{};
    Target go{};
    std::string name{};  // the value as it is written: what coverage and logs call this outcome
};
struct Switch {
    Expression value{};
    std::vector<Case> cases{};
};
struct Limit {
    int visits = 1;
};
struct Go {
    Target to{};
};

struct Do {
    std::string flow{};
    std::vector<std::pair<int, Text>> with{};  // index into the callee's `takes`
    std::vector<std::pair<int, int>> save{};   // our variable <- index into the callee's `gives`
    // outcomes: the callee's `ends`, by name
};
struct Return {
    std::string end{};
    std::vector<std::pair<int, Text>> gives{};  // index into `gives`
};
struct Result {
    int result = -1;
};  // index into Flow::results
struct Tag {
    std::vector<std::pair<std::string, Text>> tags{};
};
struct Twiml {
    std::string fragment{};            // as written
    std::vector<twiml::Node> verbs{};  // the same, parsed and checked against the catalogue at load
};

// --- steps that ask something of the world: an effect (flows/engine/effect.hpp)

// JSON as a designer writes it, texts at its leaves. A text that is exactly one insert of a number
// or bool becomes JSON's number or bool; any other is a string.
struct JsonText {
    enum class Kind : std::uint8_t { text, object, array };
    Kind kind = Kind::text;
    Text text{};
    std::vector<std::string> keys{};  // of an object, one an item
    std::vector<JsonText> items{};
};

struct Http {
    std::string method{};  // GET POST PUT PATCH DELETE
    Text url{};
    std::vector<std::pair<std::string, Text>> headers{};
    std::optional<JsonText> body{};
    std::vector<std::pair<int, std::string>> save{};  // variable <- JSON Pointer
    milliseconds timeout{8000};
};

struct Sms {
    Text to{};
    std::vector<Text> text{};    // by language of the flow; empty: a template
    std::string template_sid{};  // HX...
    std::vector<std::pair<std::string, Text>> template_values{};
    bool whatsapp = false;
    std::vector<Text> media{};
    std::optional<Text> from{};
};

struct Consent {  // opt_out, opt_in
    Text number{};
    bool opts_out = true;
};

struct VerifyStart {
    Text to{};
    std::string channel = "sms";  // sms call whatsapp
};
struct VerifyCheck {
    Text code{};
};

struct CallBack {  // callback
    Text number{};
    Target go{};  // where the call begins that we place
    std::string queue{};
    bool keep_place = false;
    seconds within{3600};
    int attempts = 2;
};

using StepWhat =
    std::variant<Say, Play, Pause, Menu, Gather, Dial, Record, Redirect, Hangup, Reject, Set, If,
                 Switch, Limit, Go, Do, Return, Result, Tag, Twiml, Http, Sms, Consent, VerifyStart,
                 VerifyCheck, CallBack, Enqueue, Leave>;

struct OutcomeTarget {
    std::string outcome{};
    Target go{};
};

struct Step {
    StepWhat what{};
    std::string id{};  // path in its state: "2", "2.then.0", "2.else.1"
    int next = -1;     // index of the step that follows; -1: end of the state
    std::vector<OutcomeTarget> on{};
    std::optional<Target> otherwise{};  // for outcomes that must be handled, and failures
    config::Span span{};                // of the step's key
    std::string file{};                 // where it stands
    bool stands_in = false;             // for one that could not be read
};

// The word a designer writes for it ("say", "if").
std::string_view step_name(const StepWhat& what);

// What may come of a step, in the flow's words. An outcome that must be handled goes to `on`, else
// `otherwise`, else the flow's `otherwise`; another to `on`, else to the next step.
struct Outcome {
    std::string_view name{};
    bool must_be_handled = false;
};
std::span<const Outcome> outcomes_of(const StepWhat& what);  // of `do`: empty, its callee has them

// The ways a step can leave its state alone: does it wait, speak, end the call?
bool waits(const StepWhat& what);   // menu gather dial record redirect enqueue: the call rests
bool speaks(const StepWhat& what);  // heard by the caller: not allowed in silent states
bool leaves(
    const StepWhat& what);  // nothing runs behind it: hangup reject redirect go return leave
// May be taken while the caller waits in line: what Twilio plays there, and silent steps. Source:
// Twilio, <Enqueue>, "waitUrl".
bool may_be_in_line(const StepWhat& what);
// Asks something of the world; its state's visits are counted, for they are in the identity.
bool is_effect(const StepWhat& what);

}  // namespace flows
