// The configuration, switchboard.yaml, typed. One table says which settings there are
// (settings.cpp): reader, errors, `config print` and the reference follow from it.
#pragma once

#include "config/diagnostic.hpp"
#include "config/source.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace config {

// It has no << and no ==, so that it is neither logged nor compared by accident.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_{std::move(text)} {}
    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    friend bool operator==(const Secret&, const Secret&) = delete;

private:
    std::string text_;
};

struct AccountSettings {
    std::string sid{};
    std::vector<Secret> auth_tokens{};  // newest first; never empty, none of them empty
    std::string api_key_sid{};
    Secret api_key_secret{};
    std::string phone_number{}, messaging_service{}, verify_service{};
};

// The value of a flow's setting, as text; the flow that declares it knows its type.
struct FlowSetting {
    Secret value{};          // it may be one
    bool is_literal = true;  // false: from {env}, {file} or {credential}
    std::string file{};
    Span span{};
};

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };

struct Settings {
    std::vector<std::string> listen{"0.0.0.0:8443"};
    std::vector<std::string> public_urls{};
    std::vector<std::string> trusted_proxies{};
    std::string tls_certificate{}, tls_key{};  // paths as written; both empty: not configured
    bool tls_off = false;
    std::string acme_webroot{"."};
    unsigned threads = 0;
    std::string flows{"flows"};
    std::vector<AccountSettings> accounts{};
    std::vector<Secret> state_keys{};
    std::string store{"sqlite:switchboard.db"};
    std::map<std::string, std::map<std::string, FlowSetting>> settings{};  // by flow, `all` shared
    struct Outbound {
        std::vector<std::string> allow_hosts{}, dial_prefixes{}, dial_deny{}, text_countries{};
        std::chrono::milliseconds call_again_after{300'000};
    } outbound{};
    struct Twilio {
        std::string api_url{"https://api.twilio.com"}, verify_url{"https://verify.twilio.com"},
            accounts_url{"https://accounts.twilio.com"};
    } twilio{};
    std::chrono::milliseconds patience{5000};
    struct Limits {
        std::size_t body_bytes = 64 * 1024, header_bytes = 16 * 1024, connections = 20'000;
        std::chrono::milliseconds idle{60'000}, request{10'000};
    } limits{};
    struct Rates {
        int caller_texts_per_hour = 3, number_texts_per_day = 5, prefix_texts_per_hour = 20;
        int calls_per_second = 1;  // of an account
    } rates{};
    struct HouseLimits {
        std::optional<int> max_choices{7};  // nothing: off
        std::optional<int> person_within{};
        std::string repeat_for_ever{"off"};  // off, note, warning, error
    } check{};
    struct Admin {
        std::string listen{"127.0.0.1:9443"};
        std::string token_file{"admin.token"};  // of {file: …}, as written; made at first start
        Secret token{};                         // of {env: …} or {credential: …}
    } admin{};
    LogFormat log_format = LogFormat::text;
    LogLevel log_level = LogLevel::info;
    std::chrono::milliseconds drain{10'000};
};

// {env: NAME}, {file: path}, {credential: name}: the text behind it (one line end at its end
// dropped), or nothing. Handed in: nothing in here reads files or the environment. An empty
// function follows no reference and leaves secrets empty, for who only looks (`check -c`).
using SecretResolver =
    std::function<std::optional<std::string>(std::string_view kind, std::string_view name)>;

// What stands above the file. Paths are dotted: "admin.listen".
struct Override {
    std::string path{};    // an item of a list by its number from 0: "accounts.0.sid"
    std::string value{};   // as YAML where it begins with `[` or `{`, else as it stands
    std::string origin{};  // "environment SWITCHBOARD_ADMIN__LISTEN", "flag --listen"
};
using Overrides = std::vector<Override>;

// SWITCHBOARD_ADMIN__LISTEN=… -> admin.listen; variables of other names are passed over. One whose
// name is no setting is a warning of the reader (an orchestrator may set such names), not an error.
Overrides
overrides_from_environment(const std::vector<std::pair<std::string, std::string>>& environment);

// What every finding about a secret that stands in the file itself says: whoever shows findings
// must not show its line, which would end in a log.
inline constexpr std::string_view written_secret = "is a secret and must not be written here";

// Nothing where an error was found. `source.text` empty: all defaults. Findings: those of
// read_yaml; SB105 unknown key, SB106 wrong type or range, a literal or empty secret, SB107
// missing. A finding in an override names its origin in place of the file. Secrets are literal only
// in an environment override. Pure but for `resolver`; safe from any thread.
std::optional<Settings> read_settings(const Source& source, const Overrides& overrides,
                                      const SecretResolver& resolver, Diagnostics& findings);

// One line of `config print`. Secrets print as where they come from, never as what they are.
struct PrintedSetting {
    std::string path{};
    std::string value{};
    std::string origin{};  // "default", "switchboard.yaml:3", "environment SWITCHBOARD_LISTEN"
};
std::vector<PrintedSetting> print_settings(const Source& source, const Overrides& overrides);

// Markdown: every row of the table.
std::string settings_reference();

}  // namespace config
