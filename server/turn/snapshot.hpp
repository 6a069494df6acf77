// Everything that a reload replaces, at one moment: what a webhook is answered from. Immutable.
#pragma once

#include "config/settings.hpp"
#include "server/flow_library.hpp"
#include "server/http/public_url.hpp"
#include "twiml/ids.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace server {

// An auth token, and the key that seals for who can verify it.
struct Account {
    std::string sid{};                       // AC...; empty: any
    std::vector<twiml::AuthToken> tokens{};  // newest first
    std::vector<StateKey> seal_with{};       // one a token
    config::AccountSettings settings{};      // as configured: numbers, services, API key
};

struct Snapshot {
    std::shared_ptr<const LoadedFlows> flows{};
    std::vector<Account> accounts{};
    std::vector<StateKey> open_with{};  // every configured key
    PublicUrls public_urls{{}, {}, false};
    flows::DialRules dial_rules{};
    std::chrono::milliseconds patience{5000};  // how long a webhook waits for its effects
    config::Settings::Twilio twilio{};
    config::Settings::Outbound outbound{};
    config::Settings::Rates rates{};
    std::filesystem::path flows_folder{};
    std::filesystem::path acme_webroot{};
};

// The snapshot that is served now. Readers keep their own pointer a thread and look only at a
// counter, so that no count of references travels between cores.
class CurrentSnapshot {
public:
    // Of the calling thread, until it calls again.
    const Snapshot& get() const { return *seen(); }
    // The same, for who needs it longer.
    const std::shared_ptr<const Snapshot>& seen() const {
        thread_local Seen seen;
        const std::uint64_t now = generation_.load(std::memory_order_acquire);
        if (seen.generation != now) seen = {now, shared()};
        return seen.snapshot;
    }
    std::shared_ptr<const Snapshot> shared() const {
        const std::lock_guard lock{mutex_};
        return snapshot_;
    }
    void set(std::shared_ptr<const Snapshot> next) {
        const std::lock_guard lock{mutex_};
        snapshot_ = std::move(next);
        // Unique in the process: another object at the same address is not mistaken for this one.
        static std::atomic<std::uint64_t> last{0};
        generation_.store(++last, std::memory_order_release);
    }

private:
    struct Seen {
        std::uint64_t generation = 0;
        std::shared_ptr<const Snapshot> snapshot{};
    };
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
    std::atomic<std::uint64_t> generation_{0};
};

}  // namespace server
