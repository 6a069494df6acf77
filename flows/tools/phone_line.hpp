// One leg of a telephone call: performs TwiML documents, verb by verb, until something has to come
// from outside. The parts of flows/tools/simulator.
#pragma once

#include "flows/tools/transport.hpp"
#include "flows/tools/verbs.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

// Why an input does not fit what the call waits for; nothing: it did.
using WhyNot = std::optional<std::string>;
struct Pressed {
    std::size_t used = 0;
    WhyNot why_not{};
};

// One webhook and its answer.
struct PhoneTurn {
    Now at{};
    std::string happened{};  // "the call begins", "presses 2"
    bool called = false;     // of the called leg
    TapeRequest request{};
    Answer answer{};
};

// What the legs of a call share.
struct PhoneWorld {
    Transport transport{};
    std::string origin{};
    Now now{};
    EffectScript effects{};
    std::vector<Heard> heard{};
    std::vector<std::shared_ptr<const PhoneTurn>> turns{};
};

class PhoneLine {
public:
    // `standing`: what every webhook of this leg tells, CallStatus apart. `base`: path and query of
    // the document that its first URL stands in.
    PhoneLine(Fields standing, bool called, std::string base = {})
        : standing_{std::move(standing)}, called_{called}, url_{std::move(base)} {}

    // Asks for a document and performs it. `url` is relative to the current document.
    void ask(PhoneWorld& world, std::string happened, std::string_view url, std::string_view method,
             Fields told, std::string_view status = "in-progress");
    // The same, but what is answered is not performed: nobody is on the line any more.
    void tell(PhoneWorld& world, std::string happened, std::string_view url,
              std::string_view method, Fields told, std::string_view status, Fields headers = {});

    const Waiting& waiting() const { return waiting_; }
    void end(Ended ended) { waiting_ = std::move(ended); }
    const std::string& url() const { return url_; }

    // An attribute of the verb that waits, or empty.
    std::string attribute(std::string_view name) const;
    bool has_attribute(std::string_view name) const;
    // The verb that waits ended: its action is asked, or the next verb is performed. `otherwise`:
    // what happens where it names no action.
    enum class NoAction { next_verb, same_document };
    void ended(PhoneWorld& world, std::string happened, Fields told, NoAction otherwise);
    // The next verb.
    void go_on(PhoneWorld& world, std::string happened);
    // What was undecided is decided: the same webhook once more.
    void decided(PhoneWorld& world);

    Pressed press(PhoneWorld& world, std::string_view keys);
    WhyNot say(PhoneWorld& world, std::string_view text, std::optional<double> confidence);
    WhyNot wait(PhoneWorld& world);

    // ── in line ──
    // The queue that <Enqueue> put the caller in; empty: they are in none. What is heard there may
    // ask something meanwhile.
    std::string queue() const;
    // Asks for what is heard in line, for the first time or once more.
    void hear_wait(PhoneWorld& world);
    // How <Enqueue> ends (QueueResult). `was_in_line`: of a full queue nobody was.
    void leave_line(PhoneWorld& world, std::string happened, std::string_view result,
                    bool was_in_line = true);
    // The same by hanging up: what is answered is not performed.
    void hang_up_in_line(PhoneWorld& world);

    // A callback on nobody's line: all that it tells is in `form`.
    void report(PhoneWorld& world, std::string happened, std::string_view url, Fields form);

private:
    // Where the call stands while the documents of its wait are performed.
    struct Line {
        std::string url{};
        std::vector<twiml::Node> verbs{};
        std::size_t next = 0;
    };
    const twiml::Element* enqueue() const;
    Fields queue_fields(const PhoneWorld& world, std::string_view result) const;
    void step_out_of_line();
    Waiting ran_out() const;

    void nothing_entered(PhoneWorld& world);
    // Asks, and loads what is answered. False: there is nothing to perform.
    bool fetch(PhoneWorld& world, const TapeRequest& asked);
    void load(const Answer& answer, std::string target);
    bool has_failed() const;
    void perform(PhoneWorld& world);
    bool perform(PhoneWorld& world, const twiml::Element& verb);
    void hear(PhoneWorld& world, const twiml::Element& verb) const;
    std::optional<TapeRequest> request(const PhoneWorld& world, std::string_view url,
                                       std::string_view method, Fields told,
                                       std::string_view status);

    Fields standing_;
    bool called_ = false;
    std::string url_{};  // path and query of the current document
    std::vector<twiml::Node> verbs_{};
    std::size_t next_ = 0;
    Waiting waiting_{Ended{}};
    std::string happened_{};   // what led to the turn that is being performed
    TapeRequest undecided_{};  // the webhook that waits for an effect to be decided
    int redirects_ = 0;        // in a row, without anything from outside
    std::optional<Line> line_{};
    Now queued_at_{};
};

}  // namespace flows
