// The flows that are served, as files become them, and the versions that calls are still on.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/engine/circumstances.hpp"
#include "flows/load/loader.hpp"
#include "server/turn/sealed_state.hpp"

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace server {

// The *.yaml below `folder`, sorted by name, named relative to it: no *.test.yaml, no
// switchboard.yaml, nothing hidden. A file that cannot be read is a finding (SB208).
std::vector<config::Source> read_flow_files(const std::filesystem::path& folder,
                                            config::Diagnostics& findings);

// Values as written in the configuration, by flow name (`all` is shared) and setting.
struct WrittenSetting {
    std::string text{};
    bool literal_secret = true;  // false: it came from {env}, {file} or {credential}
    bool is_known = true;        // false: from where whoever looks cannot read
    std::string file{};
    config::Span span{};
};
using WrittenSettings = std::map<std::string, std::map<std::string, WrittenSetting>>;

// One moment's flows, ready to run. Immutable.
struct LoadedFlows {
    flows::FlowSet set{};
    flows::SettingValues settings{};
    std::map<std::string, FlowVersion, std::less<>> versions{};
    std::vector<config::Source> files{};  // what it was loaded from
    WrittenSettings written{};

    // The flow of that version, or null.
    const flows::Flow* find(const FlowVersion& version) const;

    std::map<FlowVersion, const flows::Flow*> by_version{};
};

// Settings of the flows, converted: SB107 for one that is missing, SB106 for one that does not fit,
// SB106 too for a secret written literally.
flows::SettingValues convert_settings(const flows::FlowSet& set, const WrittenSettings& written,
                                      config::Diagnostics& findings);

// Loads and checks as of today. The result is unusable where an error is among `findings`.
std::shared_ptr<const LoadedFlows> load_flows(const std::vector<config::Source>& files,
                                              const WrittenSettings& written,
                                              config::Diagnostics& findings,
                                              flows::LoadOptions options = {});

// Versions that are not served any more to new calls: kept while calls may be on them.
// Thread-safe; asked only when a token names a version that the snapshot does not have.
class RetiredVersions {
public:
    // Takes over what `old` has and `current` has not.
    void retire(const std::shared_ptr<const LoadedFlows>& old, const LoadedFlows& current,
                std::uint32_t hour);

    // Takes in what somebody else kept.
    void keep(const FlowVersion& version, std::shared_ptr<const LoadedFlows> flows,
              std::uint32_t hour);

    // Null where it is unknown or was last used more than 48 hours ago.
    std::shared_ptr<const LoadedFlows> find(const FlowVersion& version, std::uint32_t hour);

    std::size_t size() const;

private:
    struct Kept {
        std::shared_ptr<const LoadedFlows> flows;
        std::uint32_t last_used = 0;
    };
    mutable std::mutex mutex_;
    std::map<FlowVersion, Kept> kept_;
};

// How long a token opens, and a version is kept behind its last use, in hours.
inline constexpr std::uint32_t token_hours = 48;

}  // namespace server
