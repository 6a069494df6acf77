#include "config/settings_table.hpp"

#include <array>

namespace config {
namespace {

using Type = SettingType;
using Shape = SettingShape;
using V = SettingValue;
using S = Settings;

constexpr std::int64_t second = 1000;
constexpr std::int64_t minute = 60 * second;
constexpr std::int64_t kilobyte = 1024;
constexpr std::int64_t megabyte = 1024 * kilobyte;

std::chrono::milliseconds time_of(const V& v) { return std::chrono::milliseconds{v.number}; }
std::size_t size_of(const V& v) { return static_cast<std::size_t>(v.number); }
int count_of(const V& v) { return static_cast<int>(v.number); }
std::optional<int> limit_of(const V& v) {
    return v.number < 0 ? std::nullopt : std::optional{count_of(v)};
}

// clang-format off: one row, one setting
constexpr std::array rows{
    SettingRow{.name = "listen", .type = Type::address, .shape = Shape::one_or_list, .otherwise = "0.0.0.0:8443", .least = 1, .most = 16,
        .meaning = "where Twilio's webhooks arrive; needs a restart", .assign = [](S& s, const V& v) { s.listen = v.texts; }},
    SettingRow{.name = "public_url", .type = Type::url, .shape = Shape::one_or_list, .otherwise = "[]", .most = 16,
        .meaning = "the address Twilio was given, with its path prefix if it has one; a list while a name changes", .assign = [](S& s, const V& v) { s.public_urls = v.texts; }},
    SettingRow{.name = "trusted_proxies", .type = Type::network, .shape = Shape::list, .otherwise = "[]", .most = 256,
        .meaning = "only these may say X-Forwarded-Proto, -Host and -Port, and only without public_url", .assign = [](S& s, const V& v) { s.trusted_proxies = v.texts; }},
    SettingRow{.name = "tls.certificate", .type = Type::path, .required = true,
        .meaning = "certificate chain, PEM; read again when it changes; `tls: off` only behind a proxy", .assign = [](S& s, const V& v) { s.tls_certificate = v.texts[0]; }},
    SettingRow{.name = "tls.key", .type = Type::path, .required = true,
        .meaning = "its private key, PEM", .assign = [](S& s, const V& v) { s.tls_key = v.texts[0]; }},
    SettingRow{.name = "threads", .type = Type::count, .otherwise = "0", .most = 1024,
        .meaning = "threads that serve; 0 is one a core; needs a restart", .assign = [](S& s, const V& v) { s.threads = static_cast<unsigned>(v.number); }},
    SettingRow{.name = "flows", .type = Type::path, .otherwise = "flows",
        .meaning = "folder of flows, libraries, tests and audio", .assign = [](S& s, const V& v) { s.flows = v.texts[0]; }},
    SettingRow{.name = "accounts[].sid", .type = Type::account_sid, .required = true,
        .meaning = "the Twilio account", .assign = [](S& s, const V& v) { s.accounts.back().sid = v.texts[0]; }},
    SettingRow{.name = "accounts[].auth_tokens", .type = Type::secret, .shape = Shape::list, .least = 1, .most = 4, .required = true,
        .meaning = "verify webhooks; newest first, two while one is rotated", .assign = [](S& s, const V& v) { s.accounts.back().auth_tokens = v.secrets; }},
    SettingRow{.name = "accounts[].api_key.sid", .type = Type::any_value, .required = true,
        .meaning = "for Twilio's REST API; the auth token where it is absent", .assign = [](S& s, const V& v) { s.accounts.back().api_key_sid = v.secrets[0].reveal(); }},
    SettingRow{.name = "accounts[].api_key.secret", .type = Type::secret, .required = true,
        .meaning = "the key's secret", .assign = [](S& s, const V& v) { s.accounts.back().api_key_secret = v.secrets[0]; }},
    SettingRow{.name = "accounts[].phone_number", .type = Type::phone,
        .meaning = "sends text messages and places calls", .assign = [](S& s, const V& v) { s.accounts.back().phone_number = v.texts[0]; }},
    SettingRow{.name = "accounts[].messaging_service", .type = Type::messaging_sid,
        .meaning = "sends text messages in place of phone_number", .assign = [](S& s, const V& v) { s.accounts.back().messaging_service = v.texts[0]; }},
    SettingRow{.name = "accounts[].verify_service", .type = Type::service_sid,
        .meaning = "sends and checks verification codes", .assign = [](S& s, const V& v) { s.accounts.back().verify_service = v.texts[0]; }},
    SettingRow{.name = "state_keys", .type = Type::secret, .shape = Shape::list, .otherwise = "[]", .most = 8,
        .meaning = "seal the state of calls, newest first; none: derived from the auth tokens", .assign = [](S& s, const V& v) { s.state_keys = v.secrets; }},
    SettingRow{.name = "store", .type = Type::store, .otherwise = "sqlite:switchboard.db",
        .meaning = "where queued work, opt-outs and the journal live; needs a restart", .assign = [](S& s, const V& v) { s.store = v.texts[0]; }},
    SettingRow{.name = "outbound.allow_hosts", .type = Type::host, .shape = Shape::list, .otherwise = "[]", .most = 1000,
        .meaning = "hosts that `http` steps may ask", .assign = [](S& s, const V& v) { s.outbound.allow_hosts = v.texts; }},
    SettingRow{.name = "outbound.dial_prefixes", .type = Type::phone_prefix, .shape = Shape::list, .otherwise = "[]", .most = 1000,
        .meaning = "how a number begins that flows may dial", .assign = [](S& s, const V& v) { s.outbound.dial_prefixes = v.texts; }},
    SettingRow{.name = "outbound.dial_deny", .type = Type::phone_prefix, .shape = Shape::list, .otherwise = "[]", .most = 1000,
        .meaning = "how a number begins that they may not, in spite of dial_prefixes", .assign = [](S& s, const V& v) { s.outbound.dial_deny = v.texts; }},
    SettingRow{.name = "outbound.text_countries", .type = Type::country, .shape = Shape::list, .otherwise = "[]", .most = 300,
        .meaning = "countries that text messages may go to", .assign = [](S& s, const V& v) { s.outbound.text_countries = v.texts; }},
    SettingRow{.name = "twilio.api_url", .type = Type::url, .otherwise = "https://api.twilio.com",
        .meaning = "Twilio's REST API; a double in tests", .assign = [](S& s, const V& v) { s.twilio.api_url = v.texts[0]; }},
    SettingRow{.name = "twilio.verify_url", .type = Type::url, .otherwise = "https://verify.twilio.com",
        .meaning = "Twilio Verify; a double in tests", .assign = [](S& s, const V& v) { s.twilio.verify_url = v.texts[0]; }},
    SettingRow{.name = "patience", .type = Type::duration, .otherwise = "5s", .least = 100, .most = 14 * second,
        .meaning = "how long a webhook's answer may wait for the world; Twilio gives up after 15 s", .assign = [](S& s, const V& v) { s.patience = time_of(v); }},
    SettingRow{.name = "limits.body", .type = Type::size, .otherwise = "64KB", .least = kilobyte, .most = 16 * megabyte,
        .meaning = "of a request; larger is 413", .assign = [](S& s, const V& v) { s.limits.body_bytes = size_of(v); }},
    SettingRow{.name = "limits.header", .type = Type::size, .otherwise = "16KB", .least = kilobyte, .most = megabyte,
        .meaning = "of a request; larger is 431", .assign = [](S& s, const V& v) { s.limits.header_bytes = size_of(v); }},
    SettingRow{.name = "limits.connections", .type = Type::count, .otherwise = "20000", .least = 1, .most = 1'000'000,
        .meaning = "open at once; more are shed", .assign = [](S& s, const V& v) { s.limits.connections = size_of(v); }},
    SettingRow{.name = "limits.idle", .type = Type::duration, .otherwise = "60s", .least = second, .most = 60 * minute,
        .meaning = "how long a connection may rest between requests", .assign = [](S& s, const V& v) { s.limits.idle = time_of(v); }},
    SettingRow{.name = "limits.request", .type = Type::duration, .otherwise = "10s", .least = 100, .most = 10 * minute,
        .meaning = "how long a request may take to arrive; slower is 408", .assign = [](S& s, const V& v) { s.limits.request = time_of(v); }},
    SettingRow{.name = "rates.caller_texts_per_hour", .type = Type::count, .otherwise = "3", .most = 1'000'000,
        .meaning = "text messages a caller can cause", .assign = [](S& s, const V& v) { s.rates.caller_texts_per_hour = count_of(v); }},
    SettingRow{.name = "rates.number_texts_per_day", .type = Type::count, .otherwise = "5", .most = 1'000'000,
        .meaning = "text messages to one number", .assign = [](S& s, const V& v) { s.rates.number_texts_per_day = count_of(v); }},
    SettingRow{.name = "rates.prefix_texts_per_hour", .type = Type::count, .otherwise = "20", .most = 1'000'000,
        .meaning = "text messages to numbers that begin alike", .assign = [](S& s, const V& v) { s.rates.prefix_texts_per_hour = count_of(v); }},
    SettingRow{.name = "check.max_choices", .type = Type::count_or_off, .otherwise = "7", .least = 1, .most = 100,
        .meaning = "choices in a menu before SB406", .assign = [](S& s, const V& v) { s.check.max_choices = limit_of(v); }},
    SettingRow{.name = "check.person_within", .type = Type::count_or_off, .otherwise = "off", .least = 1, .most = 100,
        .meaning = "questions until a person can be reached, before SB307", .assign = [](S& s, const V& v) { s.check.person_within = limit_of(v); }},
    SettingRow{.name = "check.repeat_for_ever", .type = Type::choice, .otherwise = "off", .range = "off|note|warning|error",
        .meaning = "how a loop that the caller can repeat for ever counts (SB306)", .assign = [](S& s, const V& v) { s.check.repeat_for_ever = v.texts[0]; }},
    SettingRow{.name = "admin.listen", .type = Type::address, .otherwise = "127.0.0.1:9443",
        .meaning = "health, metrics, API and console; needs a restart", .assign = [](S& s, const V& v) { s.admin.listen = v.texts[0]; }},
    SettingRow{.name = "admin.token", .type = Type::secret, .otherwise = "{file: admin.token}",
        .meaning = "for all but health and metrics; the file is made at the first start; needs a restart", .assign = [](S& s, const V& v) { s.admin.token = v.secrets[0]; }},
    SettingRow{.name = "log.format", .type = Type::choice, .otherwise = "text", .range = "text|json",
        .meaning = "lines for people or for machines", .assign = [](S& s, const V& v) { s.log_format = v.texts[0] == "json" ? LogFormat::json : LogFormat::text; }},
    SettingRow{.name = "log.level", .type = Type::choice, .otherwise = "info", .range = "debug|info|warning|error",
        .meaning = "what is logged at all", .assign = [](S& s, const V& v) {
            const std::string& level = v.texts[0];
            s.log_level = level == "debug" ? LogLevel::debug : level == "info" ? LogLevel::info : level == "warning" ? LogLevel::warning : LogLevel::error; }},
    SettingRow{.name = "drain", .type = Type::duration, .otherwise = "10s", .least = 0, .most = 10 * minute,
        .meaning = "how long a stop waits for what is in flight", .assign = [](S& s, const V& v) { s.drain = time_of(v); }},
};
// clang-format on

}  // namespace

std::span<const SettingRow> setting_rows() { return rows; }

}  // namespace config
