// switchboard.yaml as this process sees it: file, environment and flags put together, secrets
// fetched, what `--dev` makes on the spot.
#pragma once

#include "config/settings.hpp"
#include "server/commands/findings_output.hpp"
#include "server/net/listener.hpp"
#include "server/net/tls.hpp"
#include "server/observe/access_log.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace server {

inline constexpr std::string_view configuration_name = "switchboard.yaml";

struct ConfigurationOptions {
    std::string file{};  // empty: ./switchboard.yaml where there is one
    bool dev = false;
    // For who looks at it and does not serve: a secret that cannot be had here (another user's
    // environment, a file elsewhere) is `unknown_secret`, and no error.
    bool only_looks = false;
    config::Overrides flags{};
};

// Longer than the shortest that any setting takes.
inline constexpr std::string_view unknown_secret = "(a secret that cannot be read from here)";

struct Configuration {
    config::Settings settings{};
    std::string file{};              // as shown; empty: there is none
    std::filesystem::path folder{};  // what its paths are relative to
    std::filesystem::path flows{};
    std::optional<TlsFiles> tls{};  // nothing: plain HTTP behind a proxy
    std::string admin_token{};      // filled by prepare_files
    bool dev = false;

    // What people are shown in front of /voice/...: the public URL, else this machine.
    std::string shown_url(unsigned port) const;
};

// Environment variables and flags stand above the file. Findings are named by the file; `texts`
// gets its text. Nothing where an error is among the findings. Throws nothing.
std::optional<Configuration> read_configuration(const ConfigurationOptions& options,
                                                config::Diagnostics& findings, Texts& texts);

// Blanks out, in the texts that excerpts are taken from, each secret that a finding is about.
void hide_secrets(const config::Diagnostics& findings, Texts& texts);

// For `config print`. False where an error is among the findings; prints what it can all the same.
bool print_configuration(const ConfigurationOptions& options,
                         std::vector<config::PrintedSetting>& settings,
                         config::Diagnostics& findings, Texts& texts);

// {env}, {file} and {credential} (systemd) as config wants them; files relative to `folder`.
config::SecretResolver secret_resolver(const std::filesystem::path& folder);

// The variables of this process.
std::vector<std::pair<std::string, std::string>> environment();

// Makes what is made at first start: the admin token and, under --dev, certificate and auth token,
// all 0600. Empty, or what stands in the way.
std::string prepare_files(Configuration& configuration);
// The part of it that a reload needs too: all but the admin token, which stays what it was.
std::string prepare_dev_files(Configuration& configuration);

// Where a client finds the admin listener: "http://127.0.0.1:9443".
std::string admin_url(const Configuration& configuration);

// When files that a reload would read have changed: path -> time and size.
using FileTimes = std::map<std::string, std::pair<std::filesystem::file_time_type, std::uintmax_t>>;
FileTimes file_times(const Configuration& configuration);

Limits limits_of(const config::Settings& settings);
LogFormat log_format(const config::Settings& settings);
LogLevel log_level(const config::Settings& settings);
boost::system::result<std::vector<Endpoint>, std::string>
parse_endpoints(const std::vector<std::string>& addresses);

}  // namespace server
