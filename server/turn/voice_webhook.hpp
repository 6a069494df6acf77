// A voice webhook, from request to response: the path drawn in server/README.md, top to bottom.
#pragma once

#include "server/effects/effects.hpp"
#include "server/http/handler.hpp"
#include "server/observe/observer.hpp"
#include "server/turn/audio_files.hpp"
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
        LastStates& last_states;
    };
    VoiceWebhook(const CurrentSnapshot& current, RetiredVersions& retired, World world,
                 Observer& observer)
        : current_{current}, retired_{retired}, world_{world}, observer_{observer} {}

    Waiting answer(const Request& request, Response& response) override;
    void on_refusal(const Refusal& refusal) noexcept override;

private:
    struct Unfinished;
    // Runs `hung_up` of a call that is over, if this webhook claims its end.
    net::awaitable<void> end_call(WebhookTurn& turn, CallEnd end);
    net::awaitable<void> finish(Unfinished turn, const Request& request, Response& response);
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
