// Everything that a reload replaces, at one moment: what a webhook is answered from. Immutable.
#pragma once

#include "config/settings.hpp"
#include "server/flow_library.hpp"
#include "server/http/public_url.hpp"
#include "server/turn/published.hpp"
#include "twiml/ids.hpp"

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
    std::string overrides{};                   // of the callback URLs, which follows from that
    config::Settings::Twilio twilio{};
    config::Settings::Outbound outbound{};
    config::Settings::Rates rates{};
    std::filesystem::path flows_folder{};
    std::filesystem::path acme_webroot{};
};

// The snapshot that is served now.
using CurrentSnapshot = Published<Snapshot>;
// What operators say of opening hours now; null: nothing yet.
using CurrentHours = Published<flows::HoursOverrides>;

}  // namespace server
