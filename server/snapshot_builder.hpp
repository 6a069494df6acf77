// Configuration and files -> the snapshot that webhooks are answered from.
#pragma once

#include "server/configuration.hpp"
#include "server/flow_library.hpp"
#include "server/turn/snapshot.hpp"

#include <memory>

namespace server {

// Null where an error is among the findings, which are named by path. `texts` gets the files'
// texts. `configuration` has been through prepare_files.
std::shared_ptr<const Snapshot> build_snapshot(const Configuration& configuration,
                                               config::Diagnostics& findings, Texts& texts);

// The same without accounts and public URLs: for commands that play calls in this process.
std::shared_ptr<const Snapshot> build_flows_only(const Configuration& configuration,
                                                 config::Diagnostics& findings, Texts& texts);

// What the configuration says for flows' `settings`.
WrittenSettings written_settings(const Configuration& configuration);

// What it lets flows reach (SB805, SB806) and demands of them (`check`).
void hold_flows_against(const Configuration& configuration, flows::LoadOptions& options);

}  // namespace server
