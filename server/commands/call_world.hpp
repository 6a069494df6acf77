// What `switchboard call` calls: a flow by its name or file, with the values of its settings.
#pragma once

#include "flows/engine/circumstances.hpp"
#include "flows/load/loader.hpp"
#include "flows/tools/saved_test.hpp"
#include "server/commands/findings_output.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace server {

struct CallTarget {
    std::string flow{};           // a name or a file; empty: the only one, or `main`
    std::string configuration{};  // -c; empty: the one nearest to the flow, where there is one
    flows::WrittenValues set{};   // --set
};

// Flows and settings, ready to be called. Nothing moves once it is made.
struct CallWorld {
    flows::FlowSet set{};
    const flows::Flow* flow = nullptr;
    std::filesystem::path folder{};   // of flows
    std::filesystem::path tests{};    // the file of tests beside the flow
    flows::SettingValues settings{};  // of the flow and those it reaches
    flows::WrittenValues written{};   // the same as text, but for secrets
    flows::DialRules dial_rules{};
    std::vector<std::string> stand_ins{};  // "operator_phone is +12025550130": made up
};

// Why there is none: said to people; `exit` is the command's.
struct NoCallWorld {
    std::string message{};
    int exit = 0;
};

// `findings` gets those of the flow, of those it reaches and of the configuration, named by path.
std::variant<std::unique_ptr<const CallWorld>, NoCallWorld>
find_call_world(const CallTarget& target, config::Diagnostics& findings, Texts& texts);

// A value that fits any setting's type: a number that is never assigned, another for each `which`;
// a URL of example.com.
std::string stand_in(const flows::Type& type, int which = 0);

// What a look-up that a flow asks for may be answered: JSON with a value for all that it saves.
std::string stand_in_body(const flows::FlowSet& set, const flows::Undecided& asked);

// `written` as `flow` and those it reaches want it; what is missing or does not fit is made up.
flows::SettingValues settings_of(const flows::FlowSet& set, const flows::Flow& flow,
                                 const flows::WrittenValues& written);

}  // namespace server
