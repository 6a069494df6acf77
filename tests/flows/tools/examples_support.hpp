// The example flows, loaded, with the settings that a designer at home would give them.
#pragma once

#include "flows/load/loader.hpp"
#include "flows/tools/in_process.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace examples {

inline std::string text_of(const std::filesystem::path& path) {
    const std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline std::vector<config::Source> sources() {
    std::vector<config::Source> files;
    for (const auto& entry : std::filesystem::directory_iterator{SOURCE_DIR "/flows/examples"}) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".yaml") && !name.ends_with(".test.yaml") && name != "switchboard.yaml")
            files.push_back({name, text_of(entry.path())});
    }
    return files;
}

// As flows/examples/switchboard.yaml has them.
inline flows::Value setting(const flows::Variable& wanted) {
    const auto given = [&]() -> std::string_view {
        if (wanted.name == "operator_phone") return "+12025550130";
        if (wanted.name == "support_phone") return "+12025550131";
        if (wanted.name == "manager_phone") return "+12025550132";
        if (wanted.name == "sales_phone") return "+12025550133";
        if (wanted.name == "crm_url") return "https://crm.example";
        if (wanted.name == "crm_token") return "none";
        return "https://partner.example/voice";
    };
    return *flows::convert(given(), wanted.type);
}

struct World {
    flows::Loaded loaded{};
    flows::SettingValues settings{};
    flows::DialRules dial_rules{};

    World() {
        const auto today = std::chrono::sys_days{std::chrono::year{2026} / 1 / 6};
        loaded = flows::load_flows(sources(), {today});
        for (const auto& [name, flow] : loaded.set.flows) {
            for (const flows::Variable& wanted : flow->settings)
                settings[name].push_back(setting(wanted));
        }
    }
    flows::Transport transport() const { return answerer(); }
    // A Tuesday at ten in New York.
    flows::InProcess answerer() const {
        const flows::Now now =
            std::chrono::sys_days{std::chrono::year{2026} / 1 / 6} + std::chrono::hours{15};
        return flows::InProcess{{&loaded.set, &settings, &dial_rules, now}};
    }
};

}  // namespace examples
