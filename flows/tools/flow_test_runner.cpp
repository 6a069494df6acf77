#include "flows/engine/hours.hpp"
#include "flows/model/overloaded.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/flow_test_effects.hpp"
#include "flows/tools/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

std::string listed(const std::vector<std::string>& list) {
    return list.empty() ? "nobody" : fmt::format("{}", fmt::join(list, ", "));
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// Digits that are said one by one are as digits that stand together.
std::string without_blanks_between_digits(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool between = text[i] == ' ' && i > 0 && i + 1 < text.size() && digit(text[i - 1]) &&
                             digit(text[i + 1]);
        if (!between) result += text[i];
    }
    return result;
}

class Run {
public:
    Run(const FlowTest& test, const TestFile& file, const TestWorld& world)
        : test_{test}, file_{file}, world_{world}, flows_{*world.flows},
          phone_{test.caller, webhook_of(world, file.flow), test.at, world.transport,
                 EffectScript{test.scripted}} {}

    TestRun run() {
        phone_.begin();
        if (auto unlike = expected_.unanswered(phone_.effects()))
            fail(test_.span, std::move(*unlike));
        for (at_ = 0; at_ < test_.steps.size() && run_.failures.empty(); ++at_) {
            const TestStep& step = test_.steps[at_];
            auto unlike = std::visit([this](const auto& what) { return play(what); }, step.what);
            if (!unlike) unlike = expected_.unanswered(phone_.effects());
            if (unlike) fail(step.span, std::move(*unlike));
        }
        put_down();
        if (run_.failures.empty()) check_end();
        run_.effects = phone_.effects().performed();
        return std::move(run_);
    }

private:
    static Webhook webhook_of(const TestWorld& world, const std::string& flow) {
        return {world.webhook.origin, fmt::format("{}/voice/{}", world.webhook.target, flow), {}};
    }

    // What this telephone has heard belongs to the run.
    void put_down() {
        run_.turns.insert(run_.turns.end(), phone_.turns().begin(), phone_.turns().end());
        run_.heard.insert(run_.heard.end(), phone_.heard().begin(), phone_.heard().end());
    }

    // ── what the caller and the called do ──

    void begin_input() {
        since_ = phone_.heard().size();
        cursor_ = 0;
    }

    Checked refused(WhyNot why_not, std::string expected) const {
        if (!why_not) return std::nullopt;
        return Unlike{std::move(expected), {phone_is()}, std::move(*why_not)};
    }

    std::string phone_is() const { return in_words(phone_.waiting()); }
    const TestStep& step() const { return test_.steps[at_]; }

    Checked play(const Presses& presses) {
        const auto* asks = std::get_if<Asks>(&phone_.waiting());
        const std::string finishing = asks != nullptr ? asks->finish_on : std::string{};
        begin_input();
        const Pressed pressed = phone_.press(presses.keys);
        if (pressed.why_not) return refused(pressed.why_not, step().written);
        const std::string left = presses.keys.substr(pressed.used);
        if (left.empty() || left == finishing) return std::nullopt;
        return Unlike{
            step().written,
            {fmt::format("the question was over after {}", presses.keys.substr(0, pressed.used))},
            fmt::format("write {} as a step of its own", left)};
    }

    Checked play(const Says& says) {
        begin_input();
        return refused(phone_.say(says.text, says.confidence), step().written);
    }

    Checked play(const Waits&) {
        begin_input();
        return refused(phone_.wait(), step().written);
    }

    Checked play(const HangsUp&) {
        if (phone_.is_over()) return std::nullopt;  // the line is dead already
        begin_input();
        return refused(phone_.hang_up(), step().written);
    }

    Checked play(const RecordsFor& records) {
        begin_input();
        const bool nothing = records.duration.count() == 0;
        auto how = nothing ? Phone::RecordingEnds::by_silence : Phone::RecordingEnds::by_key;
        const bool hangs_up = at_ + 1 < test_.steps.size() &&
                              std::holds_alternative<HangsUp>(test_.steps[at_ + 1].what);
        if (hangs_up) how = Phone::RecordingEnds::by_hanging_up;
        return refused(phone_.record(records.duration, how), step().written);
    }

    Checked play(const AnswersWhisper& answers) {
        begin_input();
        return refused(phone_.callee_presses(answers.keys).why_not, step().written);
    }

    Checked play(const DialEnds& ends) {
        begin_input();
        return refused(phone_.dial_ends(ends.outcome), step().written);
    }

    Checked play(const QueueEnds& ends) {
        begin_input();
        return refused(phone_.queue_ends(ends.outcome), step().written);
    }

    Checked play(const ToldLater& told) {
        return refused(told.transcribed ? phone_.recording_is_transcribed(*told.transcribed)
                                        : phone_.recording_is_stored(),
                       step().written);
    }

    Checked play(const MovesClock& moves) {
        Now to = phone_.now();
        if (moves.to) {
            to = *moves.to;
        } else {
            const Moment local = local_time(to, file_.zone);
            std::chrono::milliseconds ahead = *moves.time - local.since_midnight;
            // A time without seconds is all of its minute.
            const bool to_the_second = moves.time->count() % 60 != 0;
            if (to_the_second) ahead -= to - std::chrono::floor<std::chrono::minutes>(to);
            if (ahead.count() < 0) ahead += std::chrono::days{1};
            to += ahead;
        }
        if (to < phone_.now()) {
            const Moment local = local_time(phone_.now(), file_.zone);
            return Unlike{step().written,
                          {"it is " + plain_text(Value{local}) + " already"},
                          "a clock only goes forward"};
        }
        phone_.set_now(to);
        return std::nullopt;
    }

    // ── what is expected ──

    // A called one that will hear a whisper, as the steps to come tell, has answered by now.
    void let_callee_answer() {
        const auto* dial = std::get_if<Dials>(&phone_.waiting());
        if (dial == nullptr || phone_.called_waiting() != nullptr) return;
        for (std::size_t i = at_ + 1; i < test_.steps.size(); ++i) {
            const StepDone& what = test_.steps[i].what;
            if (std::holds_alternative<Hears>(what) || std::holds_alternative<RingsAt>(what) ||
                std::holds_alternative<Texts>(what)) {
                continue;
            }
            const auto* ends = std::get_if<DialEnds>(&what);
            const bool talked = ends != nullptr && (ends->outcome == DialOutcome::completed ||
                                                    ends->outcome == DialOutcome::declined);
            if (talked || std::holds_alternative<AnswersWhisper>(what)) {
                (void)phone_.callee_answers();
            }
            return;
        }
    }

    Checked play(const IsQueued& queued) {
        const std::string queue = phone_.queue();
        if (queue == queued.queue) return std::nullopt;
        return Unlike{"to wait in line in " + queued.queue,
                      {queue.empty() ? phone_is() : "waits in line in " + queue},
                      {}};
    }

    Checked play(const Hears& hears) {
        let_callee_answer();
        phone_.listen_in_line();
        const std::span<const Heard> heard{phone_.heard()};
        const Transcript transcript{heard.subspan(since_)};
        const std::string text = folded(hears.text);
        if (const auto end = transcript.find(text, hears.language, cursor_)) {
            cursor_ = *end;
            return std::nullopt;
        }
        Unlike unlike{fmt::format("to hear {}\"{}\"",
                                  hears.language.empty() ? "" : hears.language + ' ', hears.text),
                      {},
                      {}};
        for (const Heard& each : heard.subspan(since_))
            unlike.actual.push_back((each.called ? "the called one hears " : "") + in_words(each));
        if (unlike.actual.empty()) unlike.actual.emplace_back("nothing was said");
        unlike.hint = why_unheard(transcript, text, hears.language, heard);
        return unlike;
    }

    std::string why_unheard(const Transcript& transcript, const std::string& text,
                            const std::string& language, std::span<const Heard> heard) const {
        if (transcript.find(text, language, 0)) return "it was said before what was heard already";
        if (const auto other = transcript.language_of(text)) {
            return other->empty() ? "it was said without a language"
                                  : fmt::format("it was said in {}", *other);
        }
        const Transcript before{heard.first(since_)};
        if (before.find(text, language, 0)) return "it was said before the last input";
        return {};
    }

    Checked play(const RingsAt& rings) {
        std::vector<std::string> expected;
        for (const std::string& whom : rings.whom)
            expected.push_back(bare(whom));
        const auto* dial = std::get_if<Dials>(&phone_.waiting());
        if (dial == nullptr) return Unlike{"to dial " + listed(expected), {phone_is()}, {}};
        std::vector<std::string> actual;
        for (const Dialled& each : dial->whom)
            actual.push_back(bare(each.address));
        auto sorted = std::pair{expected, actual};
        std::ranges::sort(sorted.first);
        std::ranges::sort(sorted.second);
        if (sorted.first == sorted.second) return std::nullopt;
        return Unlike{"to dial " + listed(expected), {"dials " + listed(actual)}, {}};
    }

    Checked play(const FlowEnds&) const {
        const auto* ended = std::get_if<Ended>(&phone_.waiting());
        const bool by_flow = ended != nullptr && (ended->how == Ended::How::hung_up ||
                                                  ended->how == Ended::How::ran_out ||
                                                  ended->how == Ended::How::rejected);
        if (by_flow) return std::nullopt;
        return Unlike{"the flow to hang up", {phone_is()}, {}};
    }

    Checked play(const EndsIn& place) const {
        // A server tells where a call stands by the URLs it gives, and of one that ended nothing.
        if (phone_.is_over() && !is_traced()) return std::nullopt;
        const auto stands = phone_.stands_in();
        if (stands.first == place.flow && stands.second == place.state) return std::nullopt;
        const auto shown = [this](const std::string& flow, const std::string& state) {
            return flow == file_.flow ? state : flow + '/' + state;
        };
        return Unlike{"the call to stand in " + shown(place.flow, place.state),
                      {"it stands in " + shown(stands.first, stands.second)},
                      {}};
    }

    // ── what the flow asks of the world ──

    Checked play(const Texts& texts) {
        if (!is_traced()) return std::nullopt;  // a server does not tell
        return expected_.texts(phone_.effects(), texts);
    }

    Checked play(const CallsBack& calls) {
        auto found = expected_.callback(phone_.effects(), calls);
        if (auto* unlike = std::get_if<Unlike>(&found)) {
            if (!is_traced()) unlike->hint = "a server places its calls by itself";
            return std::move(*unlike);
        }
        go_on_as_called(std::get<std::size_t>(found));
        return std::nullopt;
    }

    // The call that the flow asked for: who called is called now, and has picked up. The one before
    // is over, whoever ended it.
    void go_on_as_called(std::size_t index) {
        if (!phone_.is_over()) (void)phone_.hang_up();
        put_down();
        const EffectScript script = phone_.effects();
        const auto& request = std::get<RequestCallback>(script.performed()[index].effect);
        const std::string& sid = test_.caller.call_sid;
        const Caller called{.from = test_.caller.to,
                            .to = request.number,
                            .direction = "outbound-api",
                            .call_sid = fmt::format("{}{:02}", sid.substr(0, 32), ++placed_ + 1),
                            .account_sid = test_.caller.account_sid,
                            .answered_by = "human"};
        Webhook webhook = webhook_of(world_, request.begins_in.frames.front().flow);
        webhook.query = fmt::format("?request={}", index);
        phone_ = Phone{called, std::move(webhook), phone_.now(), world_.transport, script};
        begin_input();
        phone_.begin();
    }

    // ── at the end ──

    bool is_traced() const {
        return std::ranges::any_of(phone_.turns(),
                                   [](const auto& turn) { return turn->answer.trace.has_value(); });
    }

    void check_end() {
        if (const auto* ended = std::get_if<Ended>(&phone_.waiting());
            ended != nullptr && ended->how == Ended::How::failed) {
            const config::Span span = test_.steps.empty() ? test_.span : test_.steps.back().span;
            fail(span, {"the call to go on", {phone_is()}, {}});
        }
        if (!test_.result.empty() && is_traced()) {
            const std::string actual = phone_.result();
            if (actual != test_.result) {
                fail(test_.result_span,
                     {"the result " + test_.result,
                      {actual.empty() ? "no result was set" : "the result is " + actual},
                      {}});
            }
        }
        if (is_traced()) {
            for (auto& [span, unlike] : unused_answers(phone_.effects()))
                fail(span, std::move(unlike));
        }
        for (const Never& never : test_.never) {
            if (auto found = never.what == Never::What::says ? said(never) : logged(never)) {
                fail(never.span, std::move(*found));
            }
        }
    }

    Checked said(const Never& never) const {
        const std::string text = folded(never.text);
        for (const Heard& each : run_.heard) {
            const Transcript transcript{{&each, 1}};
            const bool found =
                transcript.find(text, {}, 0).has_value() ||
                (is_digits(text) &&
                 without_blanks_between_digits(transcript.text()).find(text) != std::string::npos);
            if (!found) continue;
            return Unlike{fmt::format("never to hear \"{}\"", never.text), {in_words(each)}, {}};
        }
        return texted(phone_.effects(), never);
    }

    // What a server writes down of a call: the paths of its webhooks, its tags and results; and of
    // what is asked of the world what others may write down as well.
    Checked logged(const Never& never) const {
        const auto unlike = [&](std::string line) {
            return Unlike{fmt::format("never to log \"{}\"", never.text), {std::move(line)}, {}};
        };
        for (const auto& turn : run_.turns) {
            const std::string path = turn->request.target.substr(0, turn->request.target.find('?'));
            if (path.find(never.text) != std::string::npos) return unlike("the webhook " + path);
            if (!turn->answer.trace) continue;
            for (const auto& [name, value] : turn->answer.trace->tags) {
                if (value.find(never.text) == std::string::npos) continue;
                return unlike(fmt::format("tag {}: {}", name, value));
            }
        }
        return flows::logged(phone_.effects(), never);
    }

    // ── failures ──

    void fail(const config::Span& span, Unlike unlike) {
        run_.failures.push_back({span, std::move(unlike.expected), std::move(unlike.actual),
                                 std::move(unlike.hint), phone_is(), decisions()});
    }

    // The last of what was decided, most of it of the last two turns that decided anything.
    std::vector<Decision> decisions() const {
        constexpr std::size_t most = 10;
        std::vector<Decision> found;
        int turns = 0;
        for (auto turn = phone_.turns().rbegin(); turn != phone_.turns().rend() && turns < 2;
             ++turn) {
            const auto& trace = (*turn)->answer.trace;
            if (!trace || trace->taken.empty()) continue;
            ++turns;
            for (auto taken = trace->taken.rbegin();
                 taken != trace->taken.rend() && found.size() < most; ++taken) {
                found.push_back(decision_of(*taken, (*turn)->happened));
            }
        }
        std::ranges::reverse(found);
        return found;
    }

    Decision decision_of(const StepTaken& taken, const std::string& happened) const {
        Decision decision{.happened = happened};
        const Flow* flow = flows_.find(taken.flow);
        const int index = flow != nullptr ? flow->find_state(taken.state) : -1;
        if (index < 0) return decision;
        const State& state = flow->states[static_cast<std::size_t>(index)];
        const auto step = std::ranges::find(state.steps, taken.step, &Step::id);
        if (step == state.steps.end()) return decision;
        decision.file = step->file;
        decision.span = step->span;
        const std::string place =
            flow->name == file_.flow ? state.name : flow->name + '/' + state.name;
        decision.text = fmt::format("{} in {}{}{}", step_name(step->what), place,
                                    taken.outcome.empty() ? "" : ": ", taken.outcome);
        return decision;
    }

    const FlowTest& test_;
    const TestFile& file_;
    const TestWorld& world_;
    const FlowSet& flows_;
    Phone phone_;
    TestRun run_{};
    std::size_t at_ = 0;      // the step that is played
    std::size_t since_ = 0;   // what was heard before the last input
    std::size_t cursor_ = 0;  // into the transcript since then: what was matched already
    ExpectedEffects expected_{};
    int placed_ = 0;  // calls that the flow asked for
};

}  // namespace

TestRun run_test(const FlowTest& test, const TestFile& file, const TestWorld& world) {
    return Run{test, file, world}.run();
}

}  // namespace flows
