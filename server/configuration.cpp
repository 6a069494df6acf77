#include "server/configuration.hpp"

#include "server/net/self_signed.hpp"
#include "server/private_file.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace server {
namespace {

namespace fs = std::filesystem;

const fs::path dev_folder = ".switchboard";

std::optional<std::string> read_text(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in || fs::is_directory(path)) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

config::Diagnostic at_file(const std::string& file, std::string message, std::string hint) {
    config::Diagnostic finding;
    finding.code = "SB107";
    finding.file = file;
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    return finding;
}

// What `serve` cannot do without, and no default could know.
void check_complete(const Configuration& configuration, bool only_looks,
                    config::Diagnostics& findings) {
    const config::Settings& settings = configuration.settings;
    if (configuration.dev) return;
    const std::string file =
        configuration.file.empty() ? std::string{configuration_name} : configuration.file;
    const bool has_account = !settings.accounts.empty();
    const bool has_url = !settings.public_urls.empty() || !settings.trusted_proxies.empty();
    const bool has_tls = settings.tls_off || !settings.tls_certificate.empty();
    if (only_looks && !has_account && !has_url && !has_tls) {
        // Without any of them it is one to try things out with, and not one with a gap.
        config::Diagnostic note =
            at_file(file, "made for `serve --dev`: it has no accounts, public_url and tls",
                    "--dev makes an auth token and a certificate by itself; `serve` needs all "
                    "three here");
        note.severity = config::Severity::note;
        findings.push_back(std::move(note));
        return;
    }
    if (!has_account) {
        findings.push_back(at_file(
            file, "no account: without its auth token no webhook can be verified",
            "write accounts: [{sid: AC..., auth_tokens: [{env: TWILIO_AUTH_TOKEN}]}], or try "
            "things out with --dev"));
    }
    if (!has_url) {
        findings.push_back(
            at_file(file, "no public_url: Twilio signs the URL it was given, and only you know it",
                    "write public_url: https://ivr.example.com as Twilio has it, or list the "
                    "trusted_proxies that tell it"));
    }
    if (!has_tls) {
        findings.push_back(at_file(
            file, "no certificate: Twilio calls over HTTPS",
            "write tls: {certificate: ..., key: ...}, or tls: off behind a proxy that ends TLS"));
    }
}

// False where there should be a file and none can be read.
bool read_source(const ConfigurationOptions& options, config::Source& source,
                 config::Diagnostics& findings, Texts& texts) {
    source.name = options.file;
    if (source.name.empty() && fs::exists(configuration_name)) source.name = configuration_name;
    if (source.name.empty()) return true;
    std::optional<std::string> text = read_text(source.name);
    if (!text) {
        config::Diagnostic finding =
            at_file(source.name, fmt::format("\"{}\" cannot be read", source.name),
                    "check the path and who may read it");
        finding.code = "SB208";
        findings.push_back(std::move(finding));
        return false;
    }
    source.text = std::move(*text);
    texts[source.name] = source.text;
    return true;
}

config::Overrides all_overrides(const ConfigurationOptions& options) {
    config::Overrides overrides = config::overrides_from_environment(environment());
    overrides.insert(overrides.end(), options.flags.begin(), options.flags.end());
    return overrides;
}

config::SecretResolver resolver_for(const ConfigurationOptions& options, const fs::path& folder) {
    config::SecretResolver resolver = secret_resolver(folder);
    if (!options.only_looks) return resolver;
    return [resolver](std::string_view kind, std::string_view name) {
        return std::optional{resolver(kind, name).value_or(std::string{unknown_secret})};
    };
}

}  // namespace

std::string Configuration::shown_url(unsigned port) const {
    if (!settings.public_urls.empty()) return settings.public_urls.front();
    return fmt::format("{}://localhost:{}", tls ? "https" : "http", port);
}

std::vector<std::pair<std::string, std::string>> environment() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view text{*each};
        const std::size_t equals = text.find('=');
        if (equals != text.npos)
            variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

config::SecretResolver secret_resolver(const fs::path& folder) {
    return [folder](std::string_view kind, std::string_view name) -> std::optional<std::string> {
        const std::string text{name};
        if (kind == "env") {
            const char* value = std::getenv(text.c_str());  // NOLINT(concurrency-mt-unsafe)
            if (value == nullptr) return std::nullopt;
            return std::string{value};
        }
        fs::path path = folder / text;
        if (kind == "credential") {  // systemd.exec(5), "CREDENTIALS"
            const char* credentials =
                std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
            if (credentials == nullptr || text.find('/') != text.npos) return std::nullopt;
            path = fs::path{credentials} / text;
        }
        std::optional<std::string> secret = read_text(path);
        // Editors and `echo` end the last line; no secret ends so.
        for (const char end : {'\n', '\r'}) {
            if (secret && secret->ends_with(end)) secret->pop_back();
        }
        return secret;
    };
}

std::optional<Configuration> read_configuration(const ConfigurationOptions& options,
                                                config::Diagnostics& findings, Texts& texts) {
    Configuration configuration;
    configuration.dev = options.dev;
    config::Source source;
    if (!read_source(options, source, findings, texts)) return std::nullopt;
    configuration.file = source.name;
    configuration.folder = fs::path{source.name}.parent_path();
    const config::Overrides overrides = all_overrides(options);
    config::Diagnostics own;
    auto settings =
        config::read_settings(source, overrides, resolver_for(options, configuration.folder), own);
    if (settings) {
        configuration.settings = std::move(*settings);
        check_complete(configuration, options.only_looks, own);
    }
    const bool sound = settings && !config::has_errors(own);
    findings.insert(findings.end(), own.begin(), own.end());
    hide_secrets(own, texts);
    if (!sound) return std::nullopt;

    const config::Settings& read = configuration.settings;
    configuration.flows = configuration.folder / read.flows;
    if (!read.tls_certificate.empty())
        configuration.tls = TlsFiles{configuration.folder / read.tls_certificate,
                                     configuration.folder / read.tls_key};
    if (configuration.dev && !read.tls_off && !configuration.tls)
        configuration.tls = TlsFiles{configuration.folder / dev_folder / "certificate.pem",
                                     configuration.folder / dev_folder / "key.pem"};
    return configuration;
}

void hide_secrets(const config::Diagnostics& findings, Texts& texts) {
    for (const config::Diagnostic& finding : findings) {
        const auto text = texts.find(finding.file);
        if (text == texts.end() ||
            finding.message.find(config::written_secret) == std::string::npos)
            continue;
        const std::string_view line = config::line_of(text->second, finding.span.begin.line);
        const auto from = static_cast<std::size_t>(line.data() - text->second.data());
        const auto shown =
            std::min(line.size(), static_cast<std::size_t>(finding.span.begin.column - 1));
        text->second.replace(from + shown, line.size() - shown, line.size() - shown, '*');
    }
}

bool print_configuration(const ConfigurationOptions& options,
                         std::vector<config::PrintedSetting>& settings,
                         config::Diagnostics& findings, Texts& texts) {
    config::Source source;
    if (!read_source(options, source, findings, texts)) return false;
    const config::Overrides overrides = all_overrides(options);
    settings = config::print_settings(source, overrides);
    const fs::path folder = fs::path{source.name}.parent_path();
    return config::read_settings(source, overrides, secret_resolver(folder), findings).has_value();
}

std::string prepare_files(Configuration& configuration) {
    const config::Settings& settings = configuration.settings;
    configuration.admin_token = settings.admin.token.reveal();
    if (configuration.admin_token.empty()) {
        const fs::path file = configuration.folder / settings.admin.token_file;
        std::string problem = read_or_create(file, random_hex(24), configuration.admin_token);
        if (!problem.empty()) return "admin.token: " + problem;
    }
    return prepare_dev_files(configuration);
}

std::string prepare_dev_files(Configuration& configuration) {
    config::Settings& settings = configuration.settings;
    if (!configuration.dev) return {};
    if (settings.accounts.empty()) {
        const fs::path file = configuration.folder / dev_folder / "auth_token";
        std::string token;
        std::string problem = read_or_create(file, random_hex(16), token);
        if (!problem.empty()) return "auth token: " + problem;
        config::AccountSettings account;
        account.auth_tokens.emplace_back(token);
        settings.accounts.push_back(std::move(account));
    }
    if (configuration.tls && settings.tls_certificate.empty() &&
        !fs::exists(configuration.tls->certificate)) {
        std::vector<std::string> hosts;
        for (const std::string& url : settings.public_urls) {
            if (const auto parsed = boost::urls::parse_uri(url))
                hosts.emplace_back(parsed->host_address());
        }
        return write_self_signed(*configuration.tls, hosts);
    }
    return {};
}

std::string admin_url(const Configuration& configuration) {
    const std::string& listen = configuration.settings.admin.listen;
    const auto endpoint = parse_endpoint(listen);
    const bool loopback = endpoint.has_value() && endpoint->address().is_loopback();
    return (loopback ? "http://" : "https://") + listen;
}

FileTimes file_times(const Configuration& configuration) {
    FileTimes times;
    std::error_code error;
    const auto look = [&](const fs::path& path) {
        const auto time = fs::last_write_time(path, error);
        if (error) return;
        times[path.string()] = {time,
                                fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0};
    };
    if (!configuration.file.empty()) look(configuration.file);
    fs::recursive_directory_iterator each{configuration.flows, error};
    for (const fs::recursive_directory_iterator end; !error && each != end; each.increment(error)) {
        if (each->path().extension() == ".yaml") look(each->path());
    }
    return times;
}

Limits limits_of(const config::Settings& settings) {
    Limits limits;
    limits.read.body_bytes = settings.limits.body_bytes;
    limits.read.header_bytes = settings.limits.header_bytes;
    limits.connections = settings.limits.connections;
    limits.idle = settings.limits.idle;
    limits.request = settings.limits.request;
    return limits;
}

LogFormat log_format(const config::Settings& settings) {
    return settings.log_format == config::LogFormat::json ? LogFormat::json : LogFormat::text;
}

LogLevel log_level(const config::Settings& settings) {
    switch (settings.log_level) {
    case config::LogLevel::debug:
        return LogLevel::debug;
    case config::LogLevel::info:
        return LogLevel::info;
    case config::LogLevel::warning:
        return LogLevel::warning;
    case config::LogLevel::error:
        break;
    }
    return LogLevel::error;
}

boost::system::result<std::vector<Endpoint>, std::string>
parse_endpoints(const std::vector<std::string>& addresses) {
    std::vector<Endpoint> endpoints;
    for (const std::string& address : addresses) {
        const auto endpoint = parse_endpoint(address);
        if (endpoint.has_error()) return endpoint.error();
        endpoints.push_back(*endpoint);
    }
    return endpoints;
}

}  // namespace server
