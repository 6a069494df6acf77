// A verified webhook on its way to its answer: which flow, where the call stands, what happened,
// what the engine says, and the reply with its callback URLs. It never waits: what the world has to
// do first it says, and goes on when it is told what came of it (VoiceWebhook).
#pragma once

#include "flows/engine/engine.hpp"
#include "server/effects/effects.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/observe/turn_record.hpp"
#include "server/turn/call_ends.hpp"
#include "server/turn/placed_calls.hpp"
#include "server/turn/silent_turns.hpp"
#include "server/turn/snapshot.hpp"
#include "server/turn/verify.hpp"
#include "twiml/voice_request.hpp"

#include <optional>
#include <utility>

namespace server {

// The flow a webhook runs on, and where the call stands.
struct Standing {
    std::shared_ptr<const LoadedFlows> owner{};  // of a retired version; else empty
    const LoadedFlows* flows = nullptr;
    const flows::Flow* root = nullptr;
    FlowVersion version{};
    flows::CallState state{};
};

// A turn that cannot be answered before the world has done something.
struct Asked {
    Standing standing{};
    flows::EffectRequest request{};
    bool gone = false, leg = false, recovering = false;
};

// A webhook of a call that we placed: what it is about stands in the store, under `request`.
struct OfPlacedCall {
    std::string request{};
    std::string flow{};
    std::string call_sid{};
    std::string answered_by{};
    bool is_over = false;  // its end; else it was answered
};

// A call that is over, and whose flow has `hung_up`.
struct CallEnd {
    std::optional<Standing> standing{};  // nothing: it stands where it was written down last
    std::string flow{};                  // whose webhook the call began at
};

// One webhook on its way through. What it is made with must outlive it.
class WebhookTurn {
public:
    WebhookTurn(const Snapshot& snapshot, const CurrentHours& hours, RetiredVersions& retired,
                const Request& request, const twiml::Params& params, const Verified& verified,
                Response& response, TurnRecord& record)
        : snapshot_{snapshot}, hours_{hours}, retired_{retired}, request_{twiml::read_voice_request(
                                                                     params)},
          query_{split_target(origin_form(request.target)).query}, verified_{verified},
          response_{response}, record_{record}, now_{std::chrono::floor<std::chrono::milliseconds>(
                                                    record.at)} {
        if (request_.call_sid) record_.call_sid = request_.call_sid->str();
        record_.from = masked(request_.from.text);
    }

    void answer(const Routed& path);
    // Of a turn that was begun already, and goes on.
    void stand_at(const Routed& path);
    // The version that `answer` lacked, if it did: nothing has happened then, and it may be asked
    // again once the version is there. Asked `for_good` it does with what there is.
    std::optional<FlowVersion> take_missing() { return std::exchange(missing_, std::nullopt); }
    void answer_for_good(const Routed& path) {
        for_good_ = true;
        answer(path);
    }
    // Of a call that we placed; nothing has happened then but a status callback's answer. Then
    // `begin_placed`, again for good where it lacked a version; or `end_placed`.
    std::optional<OfPlacedCall> take_placed() { return std::exchange(placed_, std::nullopt); }
    void begin_placed(const std::string& flow, const PlacedAnswer& answer);
    void begin_placed_for_good(const std::string& flow, const PlacedAnswer& answer) {
        for_good_ = true;
        begin_placed(flow, answer);
    }
    void end_placed(bool is_written);
    // A call whose end cannot be looked at now: whoever tells of it is asked to tell it again.
    void end_unknown();
    bool secret_input() const { return secret_input_; }
    std::string_view call_sid() const {
        return request_.call_sid ? request_.call_sid->str() : std::string_view{};
    }
    std::uint32_t hour() const {
        return static_cast<std::uint32_t>(
            std::chrono::floor<std::chrono::hours>(now_.time_since_epoch()).count());
    }

    // What the turn waits for, if it does.
    std::optional<Asked> take_asked() { return std::exchange(asked_, std::nullopt); }
    EffectOrder order_of(const Asked& asked, std::shared_ptr<const Snapshot> snapshot) const;
    SilentTurn silent_turn_of(const Asked& asked) const;
    void answer_nobody();
    void resume(Asked asked, const flows::EffectResult& result);
    void keep_waiting(Asked asked);

    // ── of flows with `hung_up` ──
    // Where the call stands behind the reply, to be written down.
    std::optional<CallStand> take_last() { return std::exchange(last_, std::nullopt); }
    // The call is over, and its `hung_up` is to run. Behind a turn that asked for something it is
    // `ends_behind` that says so.
    std::optional<CallEnd> take_end() { return std::exchange(end_, std::nullopt); }
    static bool ends_behind(const Asked& asked);
    // Where `last` stands; `take_missing` says which version it lacked, if it did.
    std::optional<Standing> standing_of(const CallStand& last);
    std::optional<Standing> standing_of_nothing(std::string_view flow) const { return fresh(flow); }
    void hang_up(Standing standing);             // it was answered before
    void end_of_nothing(std::string_view flow);  // of a call that nobody knows
    SilentTurn hung_up_turn_of(const Asked& asked) const;

private:
    void begin(std::string_view flow, std::string_view query);
    void go_on(const Routed& path);
    void fall_back(const Routed& path);
    void recover(const Routed& path, flows::EventName event);
    bool answer_aside(flows::EventName event);
    void status(std::string_view flow);
    void keep_last(const flows::Reply& reply, const Asked& how);

    bool stand_on(const FlowVersion& version, Standing& standing);
    bool open_state(const Routed& path, std::string_view query, bool leg, Standing& standing);
    void advance(Standing standing, const flows::Event& event, bool gone, bool leg = false,
                 bool recovering = false);
    void apologise(std::string_view flow, flows::Apologise::Then then, bool recovering);
    void apologise(Standing standing, flows::Apologise::Then then, bool recovering);
    void take(flows::Next next, Asked how);
    void answer_with(const flows::Reply& reply, const Asked& how);
    std::optional<Standing> fresh(std::string_view flow) const;
    flows::Circumstances circumstances(const LoadedFlows& flows);
    const Snapshot& snapshot_;
    const CurrentHours& hours_;
    RetiredVersions& retired_;
    twiml::VoiceRequest request_;
    std::string_view query_;
    const Verified& verified_;
    Response& response_;
    TurnRecord& record_;
    flows::Now now_;
    std::string audio_base_;
    bool secret_input_ = true;  // until the state that awaits it says that it is not
    std::optional<Asked> asked_;
    std::optional<FlowVersion> missing_;
    std::optional<OfPlacedCall> placed_;
    bool for_good_ = false;
    bool silent_ = false;   // on nobody's line: answered with nothing
    bool is_over_ = false;  // `hung_up` runs
    std::optional<CallStand> last_;
    std::optional<CallEnd> end_;
};

}  // namespace server
