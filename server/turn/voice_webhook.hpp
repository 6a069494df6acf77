// A webhook, from request to response: the path drawn in server/README.md, top to bottom.
#pragma once

#include "server/effects/effects.hpp"
#include "server/http/handler.hpp"
#include "server/observe/observer.hpp"
#include "server/turn/audio_files.hpp"
#include "server/turn/messages_webhook.hpp"
#include "server/turn/placed_calls.hpp"
#include "server/turn/silent_turns.hpp"
#include "server/turn/snapshot.hpp"
#include "server/turn/version_archive.hpp"
#include "server/turn/webhook_turn.hpp"

namespace server {

// Answers everything on the public listeners. Thread-safe.
class VoiceWebhook final : public RequestHandler {
public:
    // What a turn may need of the world while it is answered.
    struct World {
        VersionArchive& archive;
        Effects& effects;
        SilentTurns& silent_turns;
        CallEnds& ends;
        const CurrentHours& hours;
        MessagesWebhook& messages;
        PlacedCalls& placed_calls;
    };
    VoiceWebhook(const CurrentSnapshot& current, RetiredVersions& retired, World world,
                 Observer& observer)
        : current_{current}, retired_{retired}, world_{world}, observer_{observer} {}

    Waiting answer(const Request& request, Response& response) override;
    void on_refusal(const Refusal& refusal) noexcept override;

private:
    struct Unfinished;
    net::awaitable<void> meet_placed(WebhookTurn& turn, OfPlacedCall placed);
    net::awaitable<void> fetch(FlowVersion version, std::uint32_t hour);
    // Sees to the `hung_up` of a call that is over, unless somebody did.
    net::awaitable<void> end_call(WebhookTurn& turn, CallEnd end);
    net::awaitable<std::optional<Standing>> stand_of(WebhookTurn& turn, CallStand last);
    net::awaitable<void> finish(Unfinished turn, const Request& request, Response& response);
    net::awaitable<void> take_message(Route route, std::vector<MessageNote> notes,
                                      TurnRecord record,
                                      std::chrono::steady_clock::time_point began,
                                      const Request& request, Response& response);
    void account_for(TurnRecord record, std::chrono::steady_clock::time_point began,
                     const Request& request, const twiml::Params& params, const Response& response,
                     bool secret_input);

    const CurrentSnapshot& current_;
    RetiredVersions& retired_;
    World world_;
    Observer& observer_;
    AudioFiles audio_;
};

}  // namespace server
