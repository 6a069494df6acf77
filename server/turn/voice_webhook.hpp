// A voice webhook, from request to response: the path drawn in server/README.md, top to bottom.
#pragma once

#include "server/http/handler.hpp"
#include "server/observe/observer.hpp"
#include "server/turn/audio_files.hpp"
#include "server/turn/snapshot.hpp"

namespace server {

// Answers everything on the public listeners. Thread-safe.
class VoiceWebhook final : public RequestHandler {
public:
    VoiceWebhook(const CurrentSnapshot& current, RetiredVersions& retired, Observer& observer)
        : current_{current}, retired_{retired}, observer_{observer} {}

    Waiting answer(const Request& request, Response& response) override;
    void on_refusal(const Refusal& refusal) noexcept override;

private:
    const CurrentSnapshot& current_;
    RetiredVersions& retired_;
    Observer& observer_;
    AudioFiles audio_;
};

}  // namespace server
