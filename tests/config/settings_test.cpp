#include "config/settings.hpp"
#include "config/settings_table.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace config;

namespace {

std::optional<std::string> known_secrets(std::string_view kind, std::string_view name) {
    if (kind == "env" && name == "TOKEN") return "0123456789abcdef0123456789abcdef";
    if (kind == "file" && name == "state.key") return "fedcba9876543210fedcba9876543210";
    if (kind == "credential" && name == "crm") return "crm-secret";
    if (name == "EMPTY") return "";
    if (name == "SHORT") return "short";
    return std::nullopt;
}

struct Reading {
    std::optional<Settings> settings{};
    Diagnostics findings{};
};

Reading read(const std::string& text, const Overrides& overrides = {}) {
    Reading reading;
    reading.settings =
        read_settings({"switchboard.yaml", text}, overrides, known_secrets, reading.findings);
    return reading;
}

// One finding, as `line:column code message = hint`, of which `part` is a part.
void check_refused(const std::string& text, const std::string& place, const std::string& message,
                   const std::string& hint = "") {
    CAPTURE(text);
    const Reading reading = read(text);
    std::string all;
    for (const Diagnostic& finding : reading.findings)
        all += to_text(finding, text);
    INFO(all);
    REQUIRE(reading.findings.size() == 1);
    const Diagnostic& finding = reading.findings[0];
    CHECK(std::to_string(finding.span.begin.line) + ":" +
              std::to_string(finding.span.begin.column) + " " + finding.code ==
          place);
    CHECK_THAT(finding.message, Catch::Contains(message));
    CHECK_THAT(finding.hint, Catch::Contains(hint));
    CHECK_FALSE(finding.hint.empty());
    CHECK_FALSE(reading.settings.has_value());
}

std::string file_text(const std::string& path) {
    std::ifstream file{std::string{SOURCE_DIR} + "/" + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

const std::string account = "accounts:\n"
                            "  - sid: AC00000000000000000000000000000000\n"
                            "    auth_tokens: [{env: TOKEN}]\n";

}  // namespace

TEST_CASE("an empty configuration means the defaults") {
    const Reading reading = read("");
    REQUIRE(reading.findings.empty());
    REQUIRE(reading.settings);
    const Settings& read_back = *reading.settings;
    const Settings plain;
    CHECK(read_back.listen == plain.listen);
    CHECK(read_back.public_urls.empty());
    CHECK(read_back.store == plain.store);
    CHECK(read_back.patience == plain.patience);
    CHECK(read_back.limits.body_bytes == plain.limits.body_bytes);
    CHECK(read_back.limits.idle == plain.limits.idle);
    CHECK(read_back.check.max_choices == plain.check.max_choices);
    CHECK(read_back.check.person_within == plain.check.person_within);
    CHECK(read_back.admin.token_file == plain.admin.token_file);
    CHECK(read_back.drain == plain.drain);
}

TEST_CASE("every setting is read into its place, in its unit") {
    const Reading reading =
        read(account + "    api_key: {sid: SK1, secret: {env: TOKEN}}\n"
                       "    phone_number: \"+12025550100\"\n"
                       "    messaging_service: MG00000000000000000000000000000000\n"
                       "    verify_service: VA00000000000000000000000000000000\n"
                       "listen: [127.0.0.1:1, \"[::1]:2\"]\n"
                       "public_url: https://ivr.example.com/prefix/\n"
                       "trusted_proxies: [10.0.0.0/8, ::1]\n"
                       "tls: {certificate: c.pem, key: k.pem}\n"
                       "threads: 4\nflows: f\n"
                       "state_keys: [{file: state.key}]\n"
                       "store: postgres://user@host/database\n"
                       "settings:\n"
                       "  all: {operator_phone: \"+12025550100\"}\n"
                       "  acme: {crm_token: {credential: crm}}\n"
                       "outbound: {allow_hosts: [crm.example, \"*.crm.example:8443\", "
                       "10.0.0.0/8, \"fd00::/8\", \"[::1]:1\"], dial_prefixes: [\"+1\"], "
                       "dial_deny: [\"+1900\"], text_countries: [US, CA]}\n"
                       "twilio: {api_url: \"http://127.0.0.1:8080\"}\n"
                       "patience: 1500ms\n"
                       "limits: {body: 1MB, header: 2KB, connections: 10, idle: 2m, "
                       "request: 1s}\n"
                       "rates: {caller_texts_per_hour: 0}\n"
                       "check: {max_choices: off, person_within: 3, "
                       "repeat_for_ever: warning}\n"
                       "admin: {listen: 127.0.0.1:3, token: {env: TOKEN}}\n"
                       "log: {format: json, level: debug}\ndrain: 0s\n");
    REQUIRE(reading.findings.empty());
    REQUIRE(reading.settings);
    const Settings& settings = *reading.settings;
    using namespace std::chrono_literals;
    CHECK(settings.listen == std::vector<std::string>{"127.0.0.1:1", "[::1]:2"});
    CHECK(settings.public_urls == std::vector<std::string>{"https://ivr.example.com/prefix"});
    CHECK(settings.trusted_proxies == std::vector<std::string>{"10.0.0.0/8", "::1"});
    CHECK(settings.tls_certificate == "c.pem");
    CHECK(settings.tls_key == "k.pem");
    CHECK_FALSE(settings.tls_off);
    CHECK(settings.threads == 4);
    REQUIRE(settings.accounts.size() == 1);
    const AccountSettings& first = settings.accounts[0];
    CHECK(first.sid == "AC00000000000000000000000000000000");
    REQUIRE(first.auth_tokens.size() == 1);
    CHECK(first.auth_tokens[0].reveal() == "0123456789abcdef0123456789abcdef");
    CHECK(first.api_key_sid == "SK1");
    CHECK(first.api_key_secret.reveal() == "0123456789abcdef0123456789abcdef");
    CHECK(first.phone_number == "+12025550100");
    CHECK(first.messaging_service == "MG00000000000000000000000000000000");
    CHECK(first.verify_service == "VA00000000000000000000000000000000");
    REQUIRE(settings.state_keys.size() == 1);
    CHECK(settings.state_keys[0].reveal() == "fedcba9876543210fedcba9876543210");
    const FlowSetting& phone = settings.settings.at("all").at("operator_phone");
    CHECK(phone.value.reveal() == "+12025550100");
    CHECK(phone.is_literal);
    CHECK(phone.span.begin == Place{17, 25});
    const FlowSetting& token = settings.settings.at("acme").at("crm_token");
    CHECK(token.value.reveal() == "crm-secret");
    CHECK_FALSE(token.is_literal);
    CHECK(settings.outbound.text_countries == std::vector<std::string>{"US", "CA"});
    CHECK(settings.twilio.api_url == "http://127.0.0.1:8080");
    CHECK(settings.twilio.verify_url == "https://verify.twilio.com");
    CHECK(settings.patience == 1500ms);
    CHECK(settings.limits.body_bytes == 1024 * 1024);
    CHECK(settings.limits.header_bytes == 2048);
    CHECK(settings.limits.idle == 2min);
    CHECK(settings.rates.caller_texts_per_hour == 0);
    CHECK_FALSE(settings.check.max_choices.has_value());
    CHECK(settings.check.person_within == 3);
    CHECK(settings.check.repeat_for_ever == "warning");
    CHECK(settings.admin.token.reveal() == "0123456789abcdef0123456789abcdef");
    CHECK(settings.admin.token_file.empty());
    CHECK(settings.log_format == LogFormat::json);
    CHECK(settings.log_level == LogLevel::debug);
    CHECK(settings.drain == 0ms);
}

TEST_CASE("what is wrong with a configuration is said at its place, with what to write instead") {
    check_refused("lisen: 0.0.0.0:1\n", "1:1 SB105", "there is no setting `lisen`",
                  "did you mean \"listen\"?");
    check_refused("limits: {bodi: 1KB}\n", "1:10 SB105", "`limits.bodi`", "\"body\"");
    check_refused("zzz: 1\n", "1:1 SB105", "there is no setting `zzz`", "there are: listen");
    check_refused(account + "    zid: x\n", "4:5 SB105", "`accounts[0].zid`", "\"sid\"");
    check_refused("- a\n", "1:1 SB106", "a configuration is a map of settings");
    check_refused("listen: 8443\n", "1:9 SB106", "is no address", "0.0.0.0:8443");
    check_refused("listen: []\n", "1:9 SB106", "has 0 values");
    check_refused("listen: [1.2.3.4:1, x]\n", "1:21 SB106", "\"x\" is no address");
    check_refused("listen: 1.2.3.4:99999\n", "1:9 SB106", "is no address");
    check_refused("listen: 1.2.3.256:1\n", "1:9 SB106", "is no address");
    check_refused("public_url: ivr.example.com\n", "1:13 SB106",
                  "no URL that begins with https://");
    check_refused("public_url: https://a.example?x=1\n", "1:13 SB106", "query");
    check_refused("public_url: https://u:p@a.example\n", "1:13 SB106", "user or password");
    check_refused("public_url: https:///x\n", "1:13 SB106", "without a host");
    check_refused("trusted_proxies: 10.0.0.0/8\n", "1:18 SB106", "is a list", "[one]");
    check_refused("trusted_proxies: [10.0.0.0/33]\n", "1:19 SB106", "no address or network");
    check_refused("tls: on\n", "1:6 SB106", "`tls` is a map", "or off");
    check_refused("tls: {certificate: x}\n", "1:6 SB107", "tls has no `key`");
    check_refused("threads: many\n", "1:10 SB106", "no whole number", "the default is 0");
    check_refused("threads: 010\n", "1:10 SB106", "no whole number");
    check_refused("threads: 5000\n", "1:10 SB106", "out of range: 0 to 1024");
    check_refused("threads: [1]\n", "1:10 SB106", "`threads` needs");
    check_refused("threads:\n", "1:1 SB106", "`threads` needs");
    check_refused("patience: 5\n", "1:11 SB106", "no duration with its unit");
    check_refused("patience: 15s\n", "1:11 SB106", "out of range: 100ms to 14s");
    check_refused("limits: {body: 64}\n", "1:16 SB106", "no size with its unit");
    check_refused("limits: {body: 1B}\n", "1:16 SB106", "out of range: 1KB to 16MB");
    check_refused("limits: 5\n", "1:9 SB106", "`limits` is a map");
    check_refused("store: mysql:x\n", "1:8 SB106", "no store");
    check_refused("store: postgres://u:secret@h/d\n", "1:8 SB106", "a password in it");
    check_refused("log: {format: jsn}\n", "1:15 SB106", "none of text, json",
                  "did you mean \"json\"?");
    check_refused("check: {max_choices: on}\n", "1:22 SB106", "not `off`");
    check_refused("outbound: {dial_prefixes: [1]}\n", "1:28 SB106", "\"+1\"");
    check_refused("outbound: {allow_hosts: [\"https://x\"]}\n", "1:26 SB106", "no host name");
    check_refused("outbound: {allow_hosts: [\"*.\"]}\n", "1:26 SB106", "no host name");
    check_refused("outbound: {allow_hosts: [\"a.*.example\"]}\n", "1:26 SB106", "no host name");
    check_refused("outbound: {allow_hosts: [10.0.0.0/33]}\n", "1:26 SB106", "no network");
    check_refused("outbound: {allow_hosts: [crm.example/8]}\n", "1:26 SB106", "no network");
    check_refused("outbound: {text_countries: [us]}\n", "1:29 SB106", "no country");
    check_refused("accounts: {sid: x}\n", "1:11 SB106", "`accounts` is a list");
    check_refused("accounts: [x]\n", "1:12 SB106", "each of `accounts` is a map");
    check_refused("accounts:\n  - auth_tokens: [{env: TOKEN}]\n", "2:5 SB107", "has no `sid`");
    check_refused("accounts:\n  - sid: AC00000000000000000000000000000000\n", "2:5 SB107",
                  "has no `auth_tokens`");
    check_refused("accounts:\n  - sid: AC1\n    auth_tokens: [{env: TOKEN}]\n", "2:10 SB106",
                  "no AC and 32 hexadecimal digits");
    check_refused(account + "  - sid: AC00000000000000000000000000000000\n"
                            "    auth_tokens: [{env: TOKEN}]\n",
                  "4:5 SB106", "stands twice");
    check_refused(account + "    phone_number: 12025550100\n", "4:19 SB106", "no telephone number");
    check_refused(account + "    api_key: {sid: x}\n", "4:14 SB107", "has no `secret`");
    check_refused("settings: x\n", "1:11 SB106", "`settings` is a map of flows");
    check_refused("settings: {all: x}\n", "1:17 SB106", "a map of the flow's settings");
    check_refused("settings: {all: {a: [x]}}\n", "1:21 SB106", "needs one value");
    check_refused("listen: {{ x }}\n", "1:9 SB104", "must stand in quotes");
    check_refused("drain: 1s\ndrain: 2s\n", "2:1 SB102", "stands here twice");
}

TEST_CASE("a secret is never written into the configuration") {
    const std::string forms = "{env: NAME}, {file: path} or {credential: name}";
    const std::string sid = "accounts:\n  - sid: AC00000000000000000000000000000000\n";
    check_refused(sid + "    auth_tokens: [abc]\n", "3:19 SB106", "must not be written here",
                  forms);
    check_refused(sid + "    auth_tokens: abc\n", "3:18 SB106", "must not be written here", forms);
    check_refused(sid + "    auth_tokens: []\n", "3:18 SB106", "has 0 values");
    check_refused(sid + "    auth_tokens: [{env: EMPTY}]\n", "3:25 SB106", "is empty");
    check_refused(sid + "    auth_tokens: [{env: NONE}]\n", "3:25 SB107",
                  "the environment variable NONE is not set");
    check_refused(sid + "    auth_tokens: [{file: NONE}]\n", "3:26 SB107", "cannot be read");
    check_refused(sid + "    auth_tokens: [{credential: NONE}]\n", "3:32 SB107", "no credential");
    check_refused(sid + "    auth_tokens: [{vault: x}]\n", "3:19 SB106", "does not say where",
                  forms);
    check_refused(sid + "    auth_tokens: [{env: TOKEN, file: x}]\n", "3:19 SB106",
                  "does not say where", forms);
    check_refused("state_keys: [abc]\n", "1:14 SB106", "must not be written here", forms);
    check_refused("state_keys: [{env: SHORT}]\n", "1:20 SB106", "shorter than 16");
    check_refused("admin: {token: abc}\n", "1:16 SB106", "must not be written here", forms);
    check_refused(account + "    api_key: {sid: x, secret: abc}\n", "4:31 SB106",
                  "must not be written here", forms);
}

TEST_CASE("without a resolver references are left alone") {
    Diagnostics findings;
    const auto settings = read_settings({"c.yaml", account}, {}, {}, findings);
    CHECK(findings.empty());
    REQUIRE(settings);
    CHECK(settings->accounts[0].auth_tokens[0].empty());
}

TEST_CASE("the environment stands above the file, and flags above both") {
    Overrides overrides =
        overrides_from_environment({{"PATH", "/bin"},
                                    {"SWITCHBOARD_LISTEN", "[1.2.3.4:5, 1.2.3.4:6]"},
                                    {"SWITCHBOARD_ADMIN__LISTEN", "127.0.0.1:7"},
                                    {"SWITCHBOARD_ADMIN__TOKEN", "from-outside"},
                                    {"SWITCHBOARD_ACCOUNTS__0__AUTH_TOKENS", "t"},
                                    {"SWITCHBOARD_TLS", "off"}});
    overrides.push_back({"admin.listen", "127.0.0.1:8", "flag --admin-listen"});
    const std::string file = account + "listen: 0.0.0.0:1\ntls: {certificate: a, key: b}\n";
    const Reading reading = read(file, overrides);
    REQUIRE(reading.findings.empty());
    CHECK(reading.settings->listen == std::vector<std::string>{"1.2.3.4:5", "1.2.3.4:6"});
    CHECK(reading.settings->admin.listen == "127.0.0.1:8");
    CHECK(reading.settings->admin.token.reveal() == "from-outside");
    CHECK(reading.settings->admin.token_file.empty());
    CHECK(reading.settings->accounts[0].auth_tokens[0].reveal() == "t");
    CHECK(reading.settings->tls_off);

    const auto printed = print_settings({"switchboard.yaml", file}, overrides);
    const auto line = [&](const std::string& path) -> std::string {
        for (const PrintedSetting& setting : printed) {
            if (setting.path == path) return setting.value + " <- " + setting.origin;
        }
        return "none";
    };
    CHECK(line("listen") == "[1.2.3.4:5, 1.2.3.4:6] <- environment SWITCHBOARD_LISTEN");
    CHECK(line("admin.listen") == "127.0.0.1:8 <- flag --admin-listen");
    CHECK(line("admin.token") == "(secret) <- environment SWITCHBOARD_ADMIN__TOKEN");
    CHECK(line("accounts[0].sid") == "AC00000000000000000000000000000000 <- switchboard.yaml:2");
    CHECK(line("accounts[0].auth_tokens") ==
          "(secret) <- environment SWITCHBOARD_ACCOUNTS__0__AUTH_TOKENS");
    CHECK(line("tls") == "off <- environment SWITCHBOARD_TLS");
    CHECK(line("drain") == "10s <- default");
}

TEST_CASE("a wrong value from outside is told with where it came from") {
    const Reading reading = read("", overrides_from_environment({{"SWITCHBOARD_DRAIN", "soon"}}));
    REQUIRE(reading.findings.size() == 1);
    CHECK(reading.findings[0].file == "environment SWITCHBOARD_DRAIN");
    CHECK(reading.findings[0].code == "SB106");

    const Reading flag = read("", {{"admin.token", "abc", "flag --token"}});
    REQUIRE(flag.findings.size() == 1);
    CHECK_THAT(flag.findings[0].message, Catch::Contains("must not be written here"));
}

TEST_CASE("a variable that is no setting is a warning, for others set such names too") {
    const Reading reading = read("", overrides_from_environment({{"SWITCHBOARD_PORT", "tcp://x"}}));
    REQUIRE(reading.findings.size() == 1);
    CHECK(reading.findings[0].severity == Severity::warning);
    CHECK(reading.settings.has_value());
}

TEST_CASE("a literal secret is not printed") {
    const auto printed = print_settings({"c.yaml", "state_keys: [abc, {env: X}]\n"}, {});
    for (const PrintedSetting& setting : printed) {
        if (setting.path == "state_keys") CHECK(setting.value == "[(secret), {env: X}]");
    }
}

TEST_CASE("the example configuration reads clean and shows every setting with its default") {
    const std::string example = file_text("config/switchboard.example.yaml");
    const Reading reading = read(example);
    CHECK(reading.findings.empty());
    CHECK(reading.settings.has_value());

    std::string uncommented = example;
    for (const char* line : {"# tls:", "#   ", "# accounts:", "# settings:"}) {
        const std::string marked = line;
        for (std::size_t at = 0; (at = uncommented.find(marked, at)) != std::string::npos;) {
            uncommented.erase(at, 2);
        }
    }
    Diagnostics findings;
    const auto whole = read_settings({"example", uncommented}, {}, {}, findings);
    CHECK(findings.empty());
    CHECK(whole.has_value());
    const auto as_written = print_settings({"example", uncommented}, {});
    for (const SettingRow& row : setting_rows()) {
        std::string path{row.name};
        if (const auto item = path.find("[]"); item != std::string::npos)
            path.insert(item + 1, "0");
        const auto found = std::find_if(as_written.begin(), as_written.end(),
                                        [&](const auto& setting) { return setting.path == path; });
        CAPTURE(path);
        REQUIRE(found != as_written.end());
        CHECK(found->origin != "default");
        if (!row.otherwise.empty()) CHECK(found->value == row.otherwise);
    }
}

TEST_CASE("the reference in the folder's README is the table's") {
    const std::string readme = file_text("config/README.md");
    CHECK_THAT(readme, Catch::Contains(settings_reference()));
}
