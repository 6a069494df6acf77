// A telephone made of values: hears TwiML as Twilio performs it, and sends the webhooks that Twilio
// would send. It reads the rendered document again, so that a wrong document cannot pass. For flow
// tests, `switchboard call` and the console. Pure but for the transport that is handed in; a Phone
// is a value: a copy is a call that can go on otherwise. Rules: Twilio, "TwiML Voice"; what is not
// documented stands beside it.
#pragma once

#include "flows/tools/caller.hpp"
#include "flows/tools/outcomes.hpp"
#include "flows/tools/phone_line.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flows {

// Where its webhooks go.
struct Webhook {
    std::string origin = "https://ivr.example.com";  // scheme and host, for absolute URLs
    std::string target{};                            // of the first one: /voice/main
    std::string query{};                             // behind it, with its ?
};

// The result of a call that the caller ended before there was one.
inline constexpr std::string_view abandoned = "abandoned";

class Phone {
public:
    // `effects`: what comes of what the flow asks of the world.
    Phone(Caller caller, Webhook webhook, Now now, Transport transport, EffectScript effects = {});

    // Places the call: the first webhook.
    void begin();

    // What the call waits for, of the caller or of the one it dials.
    const Waiting& waiting() const { return call_.waiting(); }
    bool is_over() const { return std::holds_alternative<Ended>(waiting()); }
    // The called leg, from callee_answers() until the dial ends; null where there is none.
    const Waiting* called_waiting() const { return leg_ ? &leg_->waiting() : nullptr; }
    // The dial's called one was let through: they talk.
    bool is_bridged() const;

    // All that was heard so far, by the caller and by those it dialled, in order.
    const std::vector<Heard>& heard() const { return world_.heard; }
    // All webhooks so far. Shared by the copies of a Phone.
    const std::vector<std::shared_ptr<const PhoneTurn>>& turns() const { return world_.turns; }
    // What the flow asked of the world so far, and what of its script is left.
    const EffectScript& effects() const { return world_.effects; }
    // Flow and state where the call stands, or ended; empty where nobody tells.
    std::pair<std::string, std::string> stands_in() const;

    // The last `result` told, `abandoned` where the caller left before there was one; empty where
    // nobody tells.
    std::string result() const;

    Now now() const { return world_.now; }
    void set_now(Now now) { world_.now = now; }

    // ── what can be done with it; each says why it does not fit, and does nothing then ──

    // Keys 0-9 * #, one after another until the question has enough: `used` tells how many. Fewer
    // than it wants wait for its timeout. The finishing key alone is silence.
    Pressed press(std::string_view keys);
    [[nodiscard]] WhyNot say(std::string_view text, std::optional<double> confidence = 0.9);
    // Silence until the question gives up, or the recording does.
    [[nodiscard]] WhyNot wait();
    // Something (0 s: nothing) is recorded, at most as long as the verb allows.
    enum class RecordingEnds { by_key, by_silence, by_hanging_up };
    // Nothing said: Twilio asks the action with a duration of 0, or goes on with the next verb.
    enum class NothingSaid { asks_action, falls_through };
    [[nodiscard]] WhyNot record(std::chrono::seconds duration, RecordingEnds how,
                                NothingSaid nothing = NothingSaid::asks_action);
    // The first of those dialled that has a whisper or screen answers, and hears it.
    [[nodiscard]] WhyNot callee_answers();
    Pressed callee_presses(std::string_view keys);  // answers first where nobody did yet
    // Plays the called leg where the outcome needs it and nobody did: `completed` takes the call by
    // pressing 1, `declined` presses nothing.
    [[nodiscard]] WhyNot dial_ends(DialOutcome outcome);
    [[nodiscard]] WhyNot hang_up();
    // Decides the effect that the call waits for: what a look-up is answered (`asked` is filled
    // in), or whether a code is the right one.
    [[nodiscard]] WhyNot look_up_ends(HttpAnswer answer);
    [[nodiscard]] WhyNot code_is(std::string outcome);

    // ── in line ──
    // The queue the caller waits in, also while what is heard there asks something; empty: in none.
    // What is heard is asked for by the first input, or by wait(); each pass through it is half a
    // minute long.
    std::string queue() const { return call_.queue(); }
    // Asks for what is heard in line, where it was not yet.
    void listen_in_line();
    // bridged: somebody takes the caller, and talks for a minute. left: taken out from outside.
    // timeout: waits until the flow lets them go. full, failed: before anything was heard.
    [[nodiscard]] WhyNot queue_ends(QueueOutcome outcome);

    // ── what Twilio tells of the last message, also when the call is over ──
    [[nodiscard]] WhyNot recording_is_stored();
    [[nodiscard]] WhyNot recording_is_transcribed(const std::string& text);

private:
    struct Message {
        std::string sid{};
        std::chrono::seconds duration{};
        std::string stored_url{}, transcribed_url{};
    };

    PhoneWorld world_;
    Caller caller_;
    Webhook webhook_;
    Now began_;
    PhoneLine call_;
    std::optional<PhoneLine> leg_{};
    std::optional<Message> message_{};  // the last one
    int legs_ = 0;

    Fields leg_fields(const Dialled& noun, const Dials& dial) const;
    std::string leg_sid() const;
    void dial_action(Fields ended, bool caller_is_gone, std::string happened);
    Fields how_dial_ended(DialOutcome outcome) const;
    WhyNot wait_too_long();
    Fields message_fields(const Message& message) const;
    std::string last_state() const;
    void settle();
    void report_end();
    bool reported_ = false;
};

}  // namespace flows
