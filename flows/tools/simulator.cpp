#include "flows/tools/simulator.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

using std::chrono::seconds;

// Nobody tells how long the words and the music of a wait are, nor a talk.
constexpr seconds a_pass_in_line{30};
constexpr seconds a_talk{60};

// /voice/main/hello/gather behind /voice/main: the state hello of main. A state of another flow has
// its name in front: survey.rate.
std::pair<std::string, std::string> place_in(std::string_view url, std::string_view first) {
    const std::size_t at = url.find(first);
    if (at == url.npos) return {};
    url.remove_prefix(at + first.size());
    if (!url.starts_with('/')) return {};
    url.remove_prefix(1);
    const std::string_view place = url.substr(0, url.find_first_of("/?"));
    if (const std::size_t dot = place.find('.'); dot != place.npos) {
        return {std::string{place.substr(0, dot)}, std::string{place.substr(dot + 1)}};
    }
    return {std::string{first.substr(first.rfind('/') + 1)}, std::string{place}};
}

bool is_turned_away(const PhoneLine& leg) {
    const auto* ended = std::get_if<Ended>(&leg.waiting());
    return ended != nullptr && ended->how != Ended::How::ran_out;
}

}  // namespace

Phone::Phone(Caller caller, Webhook webhook, Now now, Transport transport, EffectScript effects)
    : world_{.transport = std::move(transport),
             .origin = webhook.origin,
             .now = now,
             .effects = std::move(effects)},
      caller_{std::move(caller)}, webhook_{std::move(webhook)}, began_{now}, call_{standing_of(
                                                                                       caller_),
                                                                                   false} {}

void Phone::begin() {
    Fields first;
    if (!caller_.stir_verstat.empty()) first.emplace_back("StirVerstat", caller_.stir_verstat);
    if (!caller_.answered_by.empty()) {
        first.emplace_back("AnsweredBy", caller_.answered_by);
        first.emplace_back("MachineDetectionDuration", "2400");
    }
    const bool placed = caller_.direction != "inbound";
    call_.ask(world_, "the call begins", webhook_.target + webhook_.query, "POST", std::move(first),
              placed ? "in-progress" : "ringing");
    settle();
}

// ── the caller ──

Pressed Phone::press(std::string_view keys) {
    listen_in_line();
    Pressed pressed = call_.press(world_, keys);
    settle();
    return pressed;
}

WhyNot Phone::say(std::string_view text, std::optional<double> confidence) {
    listen_in_line();
    auto why_not = call_.say(world_, text, confidence);
    settle();
    return why_not;
}

WhyNot Phone::wait() {
    if (std::holds_alternative<Records>(waiting())) {
        return record(seconds{0}, RecordingEnds::by_silence);
    }
    if (const auto* line = std::get_if<InLine>(&waiting())) {
        if (line->was_heard) world_.now += a_pass_in_line;
        call_.hear_wait(world_);
        settle();
        return std::nullopt;
    }
    auto why_not = call_.wait(world_);
    settle();
    return why_not;
}

WhyNot Phone::record(seconds duration, RecordingEnds how, NothingSaid nothing) {
    const auto* records = std::get_if<Records>(&waiting());
    if (records == nullptr) return "nothing is recorded";
    const bool full = duration >= records->at_most;
    duration = std::min(duration, records->at_most);
    world_.now += duration;
    const bool hangs_up = how == RecordingEnds::by_hanging_up;
    std::string key;
    if (how == RecordingEnds::by_key && !full && !records->finish_on.empty()) {
        const bool has_pound = records->finish_on.find('#') != std::string::npos;
        key = has_pound ? "#" : records->finish_on.substr(0, 1);
    }
    if (key.empty() && !full && !hangs_up) world_.now += records->silence;
    std::string happened =
        fmt::format("records {} s{}", duration.count(), hangs_up ? " and hangs up" : "");
    if (duration.count() == 0 && nothing == NothingSaid::falls_through && !hangs_up) {
        call_.go_on(world_, std::move(happened));
        settle();
        return std::nullopt;
    }
    const auto turn = static_cast<int>(world_.turns.size());
    const std::string sid = "RE" + digits_of(caller_.call_sid, "recording", turn);
    Fields told{{"RecordingDuration", std::to_string(duration.count())},
                {"RecordingSid", sid},
                {"RecordingUrl", recording_url(caller_, sid)},
                {"Digits", hangs_up ? "hangup" : key}};
    message_ = Message{sid, duration, call_.attribute("recordingStatusCallback"),
                       call_.attribute("transcribeCallback")};
    if (hangs_up) {
        call_.tell(world_, std::move(happened), call_.attribute("action"),
                   call_.attribute("method"), std::move(told), "completed");
        call_.end({Ended::How::left, {}});
    } else {
        call_.ended(world_, std::move(happened), std::move(told),
                    PhoneLine::NoAction::same_document);
    }
    settle();
    return std::nullopt;
}

WhyNot Phone::hang_up() {
    if (is_over()) return "the call is over";
    if (std::holds_alternative<Records>(waiting())) {
        return record(seconds{0}, RecordingEnds::by_hanging_up);
    }
    if (std::holds_alternative<Dials>(waiting())) {
        // Talking, the caller ends a completed dial; ringing, nobody answered it.
        dial_action(how_dial_ended(is_bridged() ? DialOutcome::completed : DialOutcome::canceled),
                    true, "hangs up");
    }
    if (!call_.queue().empty()) call_.hang_up_in_line(world_);
    call_.end({Ended::How::left, {}});
    settle();
    return std::nullopt;
}

// ── what is asked of the world ──

WhyNot Phone::look_up_ends(HttpAnswer answer) {
    const auto* undecided = std::get_if<Undecided>(&waiting());
    const auto* lookup = undecided != nullptr ? std::get_if<Lookup>(&undecided->effect) : nullptr;
    if (lookup == nullptr) return "nothing is looked up";
    answer.asked = key_of(*lookup);
    world_.effects.add(std::move(answer));
    call_.decided(world_);
    settle();
    return std::nullopt;
}

WhyNot Phone::code_is(std::string outcome) {
    const auto* undecided = std::get_if<Undecided>(&waiting());
    if (undecided == nullptr || !std::holds_alternative<CheckVerification>(undecided->effect)) {
        return "no code is checked";
    }
    world_.effects.add_verification(std::move(outcome));
    call_.decided(world_);
    settle();
    return std::nullopt;
}

// ── in line ──

void Phone::listen_in_line() {
    const auto* line = std::get_if<InLine>(&waiting());
    if (line == nullptr || line->was_heard) return;
    call_.hear_wait(world_);
    settle();
}

WhyNot Phone::queue_ends(QueueOutcome outcome) {
    if (call_.queue().empty()) return "nobody waits in line";
    const auto* line = std::get_if<InLine>(&waiting());
    const bool at_once = outcome == QueueOutcome::full || outcome == QueueOutcome::failed;
    if (at_once && (line == nullptr || line->was_heard)) return "the caller is in line already";
    if (outcome == QueueOutcome::timeout) return wait_too_long();
    std::string happened = fmt::format("queue: {}", to_text(outcome));
    call_.leave_line(world_, std::move(happened), queue_result(outcome),
                     outcome != QueueOutcome::full);
    if (outcome == QueueOutcome::bridged) world_.now += a_talk;
    settle();
    return std::nullopt;
}

WhyNot Phone::wait_too_long() {
    constexpr int most_passes = 100;
    seconds more = a_pass_in_line;
    for (int pass = 0; pass < most_passes && !call_.queue().empty(); ++pass) {
        if (std::holds_alternative<InLine>(waiting()) && pass > 0) {
            world_.now += more;
            more *= 2;
        }
        if (auto why_not = wait()) return why_not;
    }
    if (!call_.queue().empty()) return "the flow lets the caller wait for ever";
    return std::nullopt;
}

// ── what is told of a message ──

Fields Phone::message_fields(const Message& message) const {
    return {{"AccountSid", caller_.account_sid},
            {"CallSid", caller_.call_sid},
            {"RecordingSid", message.sid},
            {"RecordingUrl", recording_url(caller_, message.sid)}};
}

WhyNot Phone::recording_is_stored() {
    if (!message_) return "nothing was recorded";
    if (message_->stored_url.empty()) return "the flow does not want to know";
    Fields form = message_fields(*message_);
    form.emplace_back("ErrorCode", "0");
    form.emplace_back("RecordingChannels", "1");
    form.emplace_back("RecordingDuration", std::to_string(message_->duration.count()));
    form.emplace_back("RecordingSource", "RecordVerb");
    form.emplace_back("RecordingStatus", "completed");
    form.emplace_back("RecordingTrack", "inbound");
    call_.report(world_, "the message is stored", message_->stored_url, std::move(form));
    return std::nullopt;
}

WhyNot Phone::recording_is_transcribed(const std::string& text) {
    if (!message_) return "nothing was recorded";
    if (message_->transcribed_url.empty()) return "the flow does not want to know";
    Fields form = message_fields(*message_);
    const std::string sid = "TR" + message_->sid.substr(2);
    form.emplace_back("ApiVersion", "2010-04-01");
    form.emplace_back("CallStatus", "completed");
    form.emplace_back("Called", caller_.to);
    form.emplace_back("Caller", caller_.from);
    form.emplace_back("Direction", caller_.direction);
    form.emplace_back("From", caller_.from);
    form.emplace_back("To", caller_.to);
    form.emplace_back("TranscriptionSid", sid);
    form.emplace_back("TranscriptionStatus", text.empty() ? "failed" : "completed");
    form.emplace_back("TranscriptionText", text);
    form.emplace_back("TranscriptionType", "fast");
    call_.report(world_, "the message is transcribed", message_->transcribed_url, std::move(form));
    return std::nullopt;
}

// ── those who are dialled ──

bool Phone::is_bridged() const {
    if (!leg_) return false;
    const auto* ended = std::get_if<Ended>(&leg_->waiting());
    return ended != nullptr && ended->how == Ended::How::ran_out;
}

std::string Phone::leg_sid() const { return "CA" + digits_of(caller_.call_sid, "leg", legs_); }

Fields Phone::leg_fields(const Dialled& noun, const Dials& dial) const {
    return standing_of_leg(caller_, leg_sid(), noun.address, dial.caller_id);
}

WhyNot Phone::callee_answers() {
    const auto* dial = std::get_if<Dials>(&waiting());
    if (dial == nullptr) return "nobody is dialled";
    if (leg_) return "the called one has answered already";
    const auto noun =
        std::ranges::find_if(dial->whom, [](const Dialled& each) { return !each.url.empty(); });
    if (noun == dial->whom.end()) return "the dial has neither whisper nor screen";
    const Dialled& called = *noun;
    leg_.emplace(leg_fields(called, *dial), true, call_.url());
    leg_->ask(world_, fmt::format("{} answers", called.address), called.url, "POST", {});
    return std::nullopt;
}

Pressed Phone::callee_presses(std::string_view keys) {
    if (!leg_) {
        if (auto why_not = callee_answers()) return {0, std::move(why_not)};
    }
    if (is_bridged()) return {keys.size(), {}};  // a whisper alone asks for no key
    return leg_->press(world_, keys);
}

Fields Phone::how_dial_ended(DialOutcome outcome) const {
    const auto& dial = std::get<Dials>(waiting());
    const bool room = std::ranges::any_of(
        dial.whom, [](const Dialled& each) { return each.noun == "Conference"; });
    const bool answered = outcome == DialOutcome::completed || outcome == DialOutcome::declined;
    if (room)
        return {{"DialCallStatus", std::string{answered ? "answered" : dial_call_status(outcome)}}};
    Fields fields{{"DialCallStatus", std::string{dial_call_status(outcome)}},
                  {"DialCallSid", leg_sid()},
                  {"DialBridged", outcome == DialOutcome::completed ? "true" : "false"}};
    if (answered) fields.emplace_back("DialCallDuration", "20");
    return fields;
}

void Phone::dial_action(Fields ended, bool caller_is_gone, std::string happened) {
    leg_.reset();
    ++legs_;
    if (!caller_is_gone) {
        return call_.ended(world_, std::move(happened), std::move(ended),
                           PhoneLine::NoAction::next_verb);
    }
    if (!call_.has_attribute("action")) return;
    call_.tell(world_, std::move(happened), call_.attribute("action"), call_.attribute("method"),
               std::move(ended), "completed");
}

WhyNot Phone::dial_ends(DialOutcome outcome) {
    const auto* dial = std::get_if<Dials>(&waiting());
    if (dial == nullptr) return "nobody is dialled";
    const bool has_leg =
        std::ranges::any_of(dial->whom, [](const Dialled& each) { return !each.url.empty(); });
    const bool answers = outcome == DialOutcome::completed || outcome == DialOutcome::declined;
    if (leg_ && !answers) return "the called one has answered already";
    if (has_leg && answers && !leg_) {
        if (auto why_not = callee_answers()) return why_not;
    }
    const bool is_asked = leg_ && std::holds_alternative<Asks>(leg_->waiting());
    if (outcome == DialOutcome::declined) {
        if (!has_leg) return "without a screen nobody can decline";
        if (is_bridged()) return "the called one has taken the call";
        if (is_asked) (void)leg_->wait(world_);
        if (!is_turned_away(*leg_)) return "the called one was let through";
    } else if (outcome == DialOutcome::completed && has_leg) {
        if (is_asked) (void)leg_->press(world_, "1");
        if (!is_bridged()) return "the called one was turned away";
    }
    dial_action(how_dial_ended(outcome), false, fmt::format("dial: {}", to_text(outcome)));
    settle();
    return std::nullopt;
}

// ── the end ──

void Phone::settle() {
    if (!is_over() || reported_) return;
    if (std::get<Ended>(waiting()).how == Ended::How::handed_on) return;  // it goes on there
    reported_ = true;
    report_end();
}

void Phone::report_end() {
    const auto& ended = std::get<Ended>(waiting());
    const auto lasted = std::chrono::duration_cast<seconds>(world_.now - began_);
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(lasted);
    const bool rejected = ended.how == Ended::How::rejected;
    const std::string_view status = !rejected             ? "completed"
                                    : ended.why == "busy" ? "busy"
                                                          : "no-answer";
    const std::time_t now = std::chrono::system_clock::to_time_t(
        std::chrono::time_point_cast<std::chrono::system_clock::duration>(world_.now));
    Fields headers;
    if (std::string last = last_state(); !last.empty()) {
        headers.emplace_back(last_state_header, std::move(last));
    }
    call_.tell(world_, fmt::format("status: {}", status), webhook_.target + "/status", "POST",
               {{"CallbackSource", "call-progress-events"},
                {"CallDuration", std::to_string(rejected ? 0 : lasted.count())},
                {"Duration", std::to_string(rejected ? 0 : minutes.count())},
                {"SequenceNumber", "0"},
                {"Timestamp", fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(now))}},
               status, std::move(headers));
}

std::string Phone::last_state() const {
    for (auto turn = world_.turns.rbegin(); turn != world_.turns.rend(); ++turn) {
        const auto& trace = (*turn)->answer.trace;
        if (trace && !trace->last_state.empty()) return trace->last_state;
    }
    return {};
}

std::pair<std::string, std::string> Phone::stands_in() const {
    const auto last =
        std::find_if(world_.turns.rbegin(), world_.turns.rend(), [](const auto& turn) {
            const auto& trace = turn->answer.trace;
            return !turn->called && trace && !trace->stands_in.empty();
        });
    if (last != world_.turns.rend()) return (*last)->answer.trace->stands_in.back();
    return place_in(is_over() ? call_.url() : call_.attribute("action"), webhook_.target);
}

std::string Phone::result() const {
    std::string last;
    for (const auto& turn : world_.turns) {
        if (!turn->answer.trace) continue;
        for (const auto& [name, value] : turn->answer.trace->tags) {
            if (name == "result") last = value;
        }
    }
    const auto* ended = std::get_if<Ended>(&waiting());
    const bool left = ended != nullptr && ended->how == Ended::How::left;
    return last.empty() && left ? std::string{abandoned} : last;
}

}  // namespace flows
