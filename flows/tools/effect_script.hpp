// What the world answers when a flow asks it for something (flows/engine/effect), written down
// beforehand: for flow tests, `switchboard call` and the simulator. A value: a copy goes on by
// itself. As the server does, it performs an effect once for each identity; whoever asks again is
// told what came of it then. The clock is handed in. Contract: "Flow tests" in flows/README.md.
#pragma once

#include "config/yaml_reader.hpp"
#include "flows/engine/circumstances.hpp"
#include "flows/engine/engine.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

// What a host answers to a look-up.
struct HttpAnswer {
    std::string asked{};  // "GET https://crm.test/a?b=c"
    int status = 200;
    config::YamlNode body{};  // JSON, of which every scalar is its text: numbers keep theirs
    std::chrono::milliseconds takes{0};
    bool fails = false;  // nobody answers
    config::Span span{};
};
// An outcome of `sms` or `verify`, in the flow's words.
struct ScriptedOutcome {
    std::string outcome{};
    config::Span span{};
};

struct ScriptedAnswers {
    std::vector<HttpAnswer> http{};  // of one URL in the order in which they are used
    std::vector<ScriptedOutcome> sms{}, verify{};
};

// What a flow asked for, and what came of it.
struct PerformedEffect {
    std::string call_sid{};
    EffectId id{};
    Effect effect{};
    Now asked{};
    Now ends{};  // when its result is there: with its step's deadline at the latest
    EffectResult result{};
    std::string unscripted{};  // why no answer was there for it; empty: one was, or none is needed
    std::vector<std::string> near{};  // keys of what was scripted, and did not fit
    std::optional<HttpAnswer> answer{};
};

// An effect that nobody has decided yet.
struct Undecided {
    EffectId id{};
    Effect effect{};
    bool operator==(const Undecided&) const = default;
};

class EffectScript {
public:
    // What is asked for and no answer is scripted for: `fails` ends it as `failed` and says so in
    // `unscripted`; `asks` leaves it undecided (null), to be asked again once an answer was added.
    // A text message is sent, a code is on its way, a call is put down to be made, all the same.
    enum class Unscripted { fails, asks };

    EffectScript() = default;
    explicit EffectScript(ScriptedAnswers answers, Unscripted unscripted = Unscripted::fails);

    // Performs it at `now`, or tells of what was performed under this identity in this call. The
    // pointer is good until the next call. `decides`: it may not be left undecided.
    const PerformedEffect* perform(std::string_view call_sid, const EffectRequest& request, Now now,
                                   bool decides = true);

    // All there were, in the order in which they were asked for; no identity twice.
    const std::vector<PerformedEffect>& performed() const { return performed_; }
    // Where the call begins that was asked for by number `index` of them; null: that is no
    // callback.
    const CallState* callback(std::size_t index) const;

    // What no step has asked for yet.
    std::vector<HttpAnswer> unused_http() const;
    std::vector<ScriptedOutcome> unused_sms() const, unused_verify() const;

    // Decides what was left undecided.
    void add(HttpAnswer answer);
    void add_verification(std::string outcome);

private:
    bool answer(PerformedEffect& done);
    bool look_up(PerformedEffect& done, const Lookup& lookup);
    bool check_code(PerformedEffect& done);
    void send_code(PerformedEffect& done);

    ScriptedAnswers answers_{};
    std::vector<bool> used_http_{};
    std::size_t used_sms_ = 0, used_verify_ = 0;
    Unscripted unscripted_ = Unscripted::fails;
    std::vector<PerformedEffect> performed_{};
};

// The outcome of a look-up by the status of its answer (RFC 9110): 2xx ok, 401 and 403 denied, 404
// and 410 not_found, any other failed: redirects are not followed.
std::string_view outcome_of_status(int status);

// What stands behind a JSON Pointer (RFC 6901) in a body whose scalars are their text; nothing
// where there is no scalar.
std::optional<std::string> value_behind(const config::YamlNode& body, std::string_view pointer);

// As a script names it: GET https://crm.test/a?b=c.
std::string key_of(const Lookup& lookup);

// For people: "http", "POST https://crm.test/a" · "sms", "to +12025550123: The link …".
std::string_view effect_name(const Effect& effect);
std::string in_words(const Effect& effect);
// The same with what came of it: POST https://crm.test/a: slow.
std::string in_words(const PerformedEffect& performed);
// What a server, and those that it asks, may write down of it: never a body or a text.
std::string logged(const PerformedEffect& performed);

}  // namespace flows
