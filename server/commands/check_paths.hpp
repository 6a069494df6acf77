// Files and folders, as people name them, to findings.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/load/loader.hpp"
#include "server/commands/findings_output.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace server {

struct Checked {
    config::Diagnostics findings{};  // files named as they were asked for
    Texts texts{};
    bool outbound_skipped = false;  // SB805 and SB806 had no configuration to go by
};

// A folder: every flow below it, and of its .xml files those that are meant for Twilio. A flow
// file: itself, with the folder it stands in at hand for its libraries and the flows it calls. An
// .xml file: a TwiML document, in Twilio's own codes. A switchboard.yaml: the configuration. "-": a
// flow on stdin, on its own. Hosts and numbers are held against `configuration`; where it is empty
// against ./switchboard.yaml, else against the one beside the flow.
Checked check_paths(const std::vector<std::string>& paths, const std::string& configuration,
                    const flows::LoadOptions& options);

// "2026-11-24", also with a time behind it; empty: today.
std::optional<std::chrono::sys_days> parse_day(const std::string& text);

// The latest change of anything below.
std::filesystem::file_time_type last_change(const std::vector<std::string>& paths);

}  // namespace server
