#include "server/snapshot_builder.hpp"

#include "server/http/host_policy.hpp"
#include "server/turn/callback_urls.hpp"

#include <fmt/format.h>

namespace server {
namespace {

config::Diagnostic at_configuration(const Configuration& configuration, std::string message,
                                    std::string hint) {
    config::Diagnostic finding;
    finding.code = "SB106";
    finding.file = configuration.file;
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    return finding;
}

std::vector<Account> accounts_of(const Configuration& configuration,
                                 config::Diagnostics& findings) {
    std::vector<Account> accounts;
    // With `state_keys` the first of them seals whatever token verified.
    std::optional<StateKey> first_state_key;
    if (!configuration.settings.state_keys.empty())
        first_state_key = StateKey::derive(configuration.settings.state_keys.front().reveal());
    for (const config::AccountSettings& settings : configuration.settings.accounts) {
        Account account;
        account.sid = settings.sid;
        account.settings = settings;
        for (const config::Secret& secret : settings.auth_tokens) {
            const auto token = twiml::AuthToken::parse(secret.reveal());
            if (!token) {
                findings.push_back(at_configuration(
                    configuration,
                    fmt::format("an auth token of account {} is empty or holds blanks",
                                settings.sid),
                    "copy the account's auth token from Twilio's console, without quotes or line "
                    "ends"));
                continue;
            }
            account.tokens.push_back(*token);
            account.seal_with.push_back(first_state_key ? *first_state_key
                                                        : StateKey::derive(token->reveal()));
        }
        accounts.push_back(std::move(account));
    }
    return accounts;
}

PublicUrls public_urls_of(const Configuration& configuration, config::Diagnostics& findings) {
    std::vector<PublicUrl> urls;
    std::vector<Network> proxies;
    for (const std::string& text : configuration.settings.public_urls) {
        auto url = PublicUrl::parse(text);
        if (url.has_error()) {
            findings.push_back(
                at_configuration(configuration, "public_url: " + url.error(),
                                 "write it as Twilio has it: https://ivr.example.com"));
        } else {
            urls.push_back(std::move(*url));
        }
    }
    for (const std::string& text : configuration.settings.trusted_proxies) {
        auto network = Network::parse(text);
        if (network.has_error()) {
            findings.push_back(at_configuration(configuration,
                                                "trusted_proxies: " + network.error(),
                                                "write an address or a network: 10.0.0.0/8"));
        } else {
            proxies.push_back(*network);
        }
    }
    const bool trusts_host = configuration.dev && urls.empty();
    return {std::move(urls), std::move(proxies), trusts_host};
}

flows::OutboundRules outbound_rules(const Configuration& configuration) {
    const auto& outbound = configuration.settings.outbound;
    flows::OutboundRules rules{
        .lists_host =
            [policy = HostPolicy{outbound.allow_hosts}](std::string_view host, std::uint16_t port) {
                return policy.lists(host, port);
            },
        .allow_hosts = outbound.allow_hosts,
        .dial = {outbound.dial_prefixes, outbound.dial_deny}};
    for (const auto& [flow, settings] : written_settings(configuration)) {
        for (const auto& [name, setting] : settings) {
            if (setting.is_known) rules.settings[flow][name] = setting.text;
        }
    }
    return rules;
}

flows::HouseLimits house_limits(const config::Settings::HouseLimits& settings) {
    flows::HouseLimits house;
    house.max_choices = settings.max_choices;
    house.person_within = settings.person_within;
    const std::string& repeats = settings.repeat_for_ever;
    if (repeats == "note") house.repeat_for_ever = config::Severity::note;
    if (repeats == "warning") house.repeat_for_ever = config::Severity::warning;
    if (repeats == "error") house.repeat_for_ever = config::Severity::error;
    return house;
}

// Flows, their settings and what they may dial.
std::shared_ptr<Snapshot> flows_snapshot(const Configuration& configuration,
                                         config::Diagnostics& findings, Texts& texts) {
    auto snapshot = std::make_shared<Snapshot>();
    const std::vector<config::Source> files = read_flow_files(configuration.flows, findings);
    flows::LoadOptions options;
    hold_flows_against(configuration, options);
    // What the operator refuses fails when a caller gets there, as the flow says: that is told, and
    // keeps no other caller from being served.
    options.outbound->severity = config::Severity::warning;
    snapshot->flows = load_flows(files, written_settings(configuration), findings, options);
    for (const config::Source& file : files) {
        const std::string shown = (configuration.flows / file.name).generic_string();
        texts[shown] = file.text;
        for (config::Diagnostic& finding : findings) {
            if (finding.file == file.name) finding.file = shown;
        }
    }
    if (snapshot->flows->set.flows.empty() && !config::has_errors(findings)) {
        findings.push_back(at_configuration(
            configuration, fmt::format("no flow in \"{}\"", configuration.flows.string()),
            "put a flow there (flows/README.md shows one), or set `flows` to its folder"));
    }
    snapshot->dial_rules = {configuration.settings.outbound.dial_prefixes,
                            configuration.settings.outbound.dial_deny};
    snapshot->patience = configuration.settings.patience;
    snapshot->overrides = connection_overrides(snapshot->patience);
    snapshot->twilio = configuration.settings.twilio;
    snapshot->outbound = configuration.settings.outbound;
    snapshot->rates = configuration.settings.rates;
    snapshot->flows_folder = configuration.flows;
    snapshot->acme_webroot = configuration.folder / configuration.settings.acme_webroot;
    return snapshot;
}

std::shared_ptr<const Snapshot> if_sound(std::shared_ptr<Snapshot> snapshot,
                                         const config::Diagnostics& own,
                                         config::Diagnostics& findings) {
    findings.insert(findings.end(), own.begin(), own.end());
    return config::has_errors(own) ? nullptr : std::move(snapshot);
}

}  // namespace

WrittenSettings written_settings(const Configuration& configuration) {
    WrittenSettings written;
    for (const auto& [flow, settings] : configuration.settings.settings) {
        for (const auto& [name, setting] : settings)
            written[flow][name] = {.text = setting.value.reveal(),
                                   .literal_secret = setting.is_literal,
                                   .is_known = setting.value.reveal() != unknown_secret,
                                   .file = setting.file,
                                   .span = setting.span};
    }
    return written;
}

void hold_flows_against(const Configuration& configuration, flows::LoadOptions& options) {
    options.outbound = outbound_rules(configuration);
    options.house = house_limits(configuration.settings.check);
}

std::shared_ptr<const Snapshot> build_flows_only(const Configuration& configuration,
                                                 config::Diagnostics& findings, Texts& texts) {
    config::Diagnostics own;
    auto snapshot = flows_snapshot(configuration, own, texts);
    return if_sound(std::move(snapshot), own, findings);
}

std::shared_ptr<const Snapshot> build_snapshot(const Configuration& configuration,
                                               config::Diagnostics& findings, Texts& texts) {
    config::Diagnostics own;
    auto snapshot = flows_snapshot(configuration, own, texts);
    snapshot->accounts = accounts_of(configuration, own);
    for (const config::Secret& key : configuration.settings.state_keys)
        snapshot->open_with.push_back(StateKey::derive(key.reveal()));
    if (snapshot->open_with.empty()) {
        for (const Account& account : snapshot->accounts)
            snapshot->open_with.insert(snapshot->open_with.end(), account.seal_with.begin(),
                                       account.seal_with.end());
    }
    snapshot->public_urls = public_urls_of(configuration, own);
    return if_sound(std::move(snapshot), own, findings);
}

}  // namespace server
