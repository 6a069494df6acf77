#include "server/desk/desk.hpp"

#include "flows/engine/phone_number.hpp"
#include "flows/engine/text_rules.hpp"
#include "server/desk/machine.hpp"
#include "server/http/client.hpp"
#include "server/http/public_url.hpp"
#include "server/snapshot_builder.hpp"
#include "twiml/form.hpp"
#include "twiml/ids.hpp"
#include "twiml/signature.hpp"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace server {
namespace {

using Standing = DeskFinding::Standing;

constexpr std::chrono::seconds patience{10};
constexpr int most_pages = 50;

DeskTime now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// Of the flows that check a code: of the one variable that can hold it, where there is one.
CodeLength keyed_codes(const flows::FlowSet& set) {
    CodeLength keyed;
    for (const auto& [name, flow] : set.flows) {
        const bool checks = std::ranges::any_of(flow->states, [](const flows::State& state) {
            return std::ranges::any_of(state.steps, [](const flows::Step& step) {
                return std::holds_alternative<flows::VerifyCheck>(step.what);
            });
        });
        const auto is_code = [](const flows::Variable& one) {
            return one.type.secret && one.type.kind == flows::TypeKind::digits;
        };
        if (!checks || std::ranges::count_if(flow->variables, is_code) != 1) continue;
        const flows::Type& type = std::ranges::find_if(flow->variables, is_code)->type;
        keyed = {type.at_least, type.at_most};
    }
    return keyed;
}

DeskFindings look_at_configuration(Desk& desk) {
    DeskFindings findings = desk.of_flows;
    for (const config::AccountSettings& account : desk.configuration.settings.accounts) {
        if (account.api_key_sid.empty() && !account.sid.empty())
            findings.push_back(
                {Standing::note, account.sid,
                 "its REST is asked with the auth token, which can also forge webhooks",
                 "make an API key (twilio api:core:keys:create) and set accounts api_key"});
    }
    const bool is_fine = std::ranges::none_of(
        findings, [](const DeskFinding& one) { return one.standing == Standing::wrong; });
    if (is_fine)
        findings.push_back({Standing::fine,
                            desk.configuration.file,
                            fmt::format("{} flows, {} accounts", desk.flows.size(),
                                        desk.configuration.settings.accounts.size()),
                            {}});
    return findings;
}

DeskFindings look_at_certificate(Desk& desk) {
    DeskFindings findings;
    for (const std::string& base : desk.bases) {
        const auto url = boost::urls::parse_uri(base);
        if (!url) continue;
        if (url->scheme_id() != boost::urls::scheme::https) {
            findings.push_back({Standing::wrong, base,
                                "calls and what callers key cross the internet in the clear",
                                "give Twilio an https URL: public_url"});
            continue;
        }
        const std::string port = url->has_port() ? std::string{url->port()} : "443";
        const TlsFacts facts = probe_tls(url->host_address(), port, patience);
        for (DeskFinding& finding : judge_certificate(base, facts, now()))
            findings.push_back(std::move(finding));
    }
    return findings;
}

// A status callback that ends nothing: the server answers it and does no more.
DeskFindings look_at_signature(Desk& desk) {
    DeskFindings findings;
    for (const config::AccountSettings& account : desk.configuration.settings.accounts) {
        if (account.auth_tokens.empty() || desk.flows.empty()) continue;
        const auto token = twiml::AuthToken::parse(account.auth_tokens.front().reveal());
        if (!token) continue;
        for (const std::string& base : desk.bases) {
            twiml::Params form;
            form.add("AccountSid", account.sid);
            form.add("CallSid", "CA00000000000000000000000000000000");
            form.add("CallStatus", "ringing");
            const std::string url = fmt::format("{}/voice/{}/status", base, desk.flows.front());
            ClientRequest request{
                .method = "POST",
                .url = url,
                .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                            {"X-Twilio-Signature", twiml::sign(url, form, *token)}},
                .body = twiml::encode_form(form.fields())};
            HttpClient client{patience};
            const auto answer = client.send(request);
            findings.push_back(judge_signed_request(url, answer ? answer->status : 0,
                                                    answer ? std::string{} : answer.error()));
        }
    }
    return findings;
}

DeskFindings look_at_clock(Desk& desk) {
    for (const DeskAccount& account : desk.accounts) {
        if (account.rest) return {judge_clock(account.rest->date_of_answer(), now())};
    }
    return {judge_clock({}, now())};
}

DeskFindings look_at_time_zones(Desk& /*desk*/) {
    std::ifstream file{"/usr/share/zoneinfo/tzdata.zi"};
    std::string line;
    std::getline(file, line);
    return {judge_time_zones(line, now())};
}

// By the newest of these area codes of +1 that it takes for valid. Source: the North American
// Numbering Plan Administrator, in-service dates: 983 in 2022, 728 in 2023, 324 in 2024, 621 in
// 2025.
DeskFindings look_at_phone_metadata(Desk& /*desk*/) {
    struct AreaCode {
        int since;
        std::string_view number;
    };
    constexpr std::array newest_first{
        AreaCode{2025, "+16212345678"}, AreaCode{2024, "+13242345678"},
        AreaCode{2023, "+17282345678"}, AreaCode{2022, "+19832345678"}};
    for (const AreaCode& code : newest_first) {
        const auto facts = flows::number_facts(code.number);
        if (facts && facts->is_valid) return {judge_phone_metadata(code.since)};
    }
    return {judge_phone_metadata(0)};
}

DeskFindings look_at_numbers(Desk& desk) {
    DeskFindings findings;
    for (DeskAccount& account : desk.accounts) {
        const auto numbers = incoming_numbers(account);
        if (numbers.has_error()) {
            findings.push_back(numbers.error());
            continue;
        }
        bool any_here = false;
        for (const IncomingNumber& number : *numbers) {
            for (DeskFinding& finding : judge_number(number, desk.bases, desk.flows)) {
                any_here = any_here || finding.standing != Standing::note;
                findings.push_back(std::move(finding));
            }
        }
        if (!any_here)
            findings.push_back({Standing::wrong, account.settings->sid,
                                "none of its numbers calls this server",
                                "switchboard numbers set NUMBER --flow FLOW"});
    }
    return findings;
}

void look_at_service(DeskAccount& account, DeskFindings& findings) {
    const std::string& sid = account.settings->messaging_service;
    const DeskAnswer service = account.rest->get(account.rest->messaging_url("Services/" + sid));
    if (!service.is_accepted()) return findings.push_back(judge_refusal(sid, service));
    for (DeskFinding& finding : judge_messaging_service(sid, service.body))
        findings.push_back(std::move(finding));
    const DeskAnswer campaigns = account.rest->get(
        account.rest->messaging_url(fmt::format("Services/{}/Compliance/Usa2p", sid)));
    const DeskAnswer brands =
        account.rest->get(account.rest->messaging_url("a2p/BrandRegistrations"));
    const DeskAnswer& answer = campaigns.is_accepted() ? brands : campaigns;
    findings.push_back(answer.is_accepted() ? judge_campaigns(sid, campaigns.body, brands.body)
                                            : judge_refusal(sid, answer));
    const DeskAnswer pool = account.rest->get(
        account.rest->messaging_url(fmt::format("Services/{}/PhoneNumbers?PageSize=1000", sid)));
    findings.push_back(pool.is_accepted()
                           ? judge_pool(sid, account.settings->phone_number, pool.body)
                           : judge_refusal(sid, pool));
}

void look_at_countries(const Desk& desk, DeskAccount& account, DeskFindings& findings) {
    const std::vector<std::string>& set = desk.configuration.settings.outbound.text_countries;
    const auto countries = set.empty() ? flows::countries_of(account.settings->phone_number) : set;
    if (countries.empty()) return;
    const DeskAnswer permissions =
        account.rest->get(account.rest->accounts_url("Messaging/GeoPermissions"));
    if (!permissions.is_accepted())
        return findings.push_back(judge_refusal("geo permissions", permissions));
    for (DeskFinding& finding : judge_geo_permissions(countries, permissions.body))
        findings.push_back(std::move(finding));
}

void look_at_sender(DeskAccount& account, DeskFindings& findings) {
    const std::string& sender = account.settings->phone_number;
    const auto numbers = incoming_numbers(account, sender);
    if (numbers.has_error()) return findings.push_back(numbers.error());
    const auto found = std::ranges::find(*numbers, sender, &IncomingNumber::number);
    if (found == numbers->end())
        return findings.push_back(
            {Standing::wrong, sender,
             "it is no number of this account: texts from it are refused "
             "(21606)",
             "set accounts phone_number to one of: switchboard numbers list"});
    if (!found->can_text)
        return findings.push_back({Standing::wrong, sender, "it cannot send texts (21606)",
                                   "set accounts phone_number to one that can, or buy one"});
    const auto facts = flows::number_facts(sender);
    if (facts && facts->kind == flows::NumberKind::toll_free) {
        const DeskAnswer verified = account.rest->get(account.rest->messaging_url(
            "Tollfree/Verifications?TollfreePhoneNumberSid=" + found->sid));
        return findings.push_back(verified.is_accepted() ? judge_toll_free(sender, verified.body)
                                                         : judge_refusal(sender, verified));
    }
    if (account.settings->messaging_service.empty() && facts && facts->region == "US")
        return findings.push_back(
            {Standing::note, sender,
             "texts to the US need a campaign (A2P 10DLC), which belongs to a messaging service, "
             "and none is configured to look at",
             "set accounts messaging_service"});
    findings.push_back({Standing::fine, sender, "it can send texts", {}});
}

DeskFindings look_at_messages(Desk& desk) {
    DeskFindings findings;
    for (DeskAccount& account : desk.accounts) {
        if (!account.rest) {
            findings.push_back({Standing::unknown, account.settings->sid, account.why_not, {}});
            continue;
        }
        if (!account.settings->messaging_service.empty()) look_at_service(account, findings);
        if (!account.settings->phone_number.empty()) look_at_sender(account, findings);
        look_at_countries(desk, account, findings);
    }
    return findings;
}

DeskFindings look_at_verify(Desk& desk) {
    DeskFindings findings;
    for (DeskAccount& account : desk.accounts) {
        const std::string& sid = account.settings->verify_service;
        if (!account.rest || sid.empty()) continue;
        const DeskAnswer service = account.rest->get(account.rest->service_url());
        if (!service.is_accepted()) {
            findings.push_back(judge_refusal(sid, service));
            continue;
        }
        for (DeskFinding& finding : judge_verify_service(sid, service.body, desk.keyed_codes))
            findings.push_back(std::move(finding));
    }
    return findings;
}

constexpr std::array table{
    DeskCheck{"configuration", "the configuration and its flows", look_at_configuration},
    DeskCheck{"zones", "the age of the system's time zones", look_at_time_zones},
    DeskCheck{"numbering", "the age of what is known of numbering plans", look_at_phone_metadata},
    DeskCheck{"clock", "this machine's clock beside Twilio's", look_at_clock},
    DeskCheck{"certificate", "TLS at the public URL", look_at_certificate},
    DeskCheck{"signature", "a signed request through the public URL", look_at_signature},
    DeskCheck{"numbers", "where the accounts' numbers point", look_at_numbers},
    DeskCheck{"messages", "senders, their registration, countries that they reach",
              look_at_messages},
    DeskCheck{"verify", "the Verify services", look_at_verify},
};

}  // namespace

Desk::Desk(const Configuration& of) : configuration{of} {
    config::Diagnostics findings;
    Texts texts;
    const auto snapshot = build_snapshot(configuration, findings, texts);
    for (const config::Diagnostic& finding : findings) {
        const bool is_error = finding.severity == config::Severity::error;
        of_flows.push_back({is_error ? Standing::wrong : Standing::note,
                            fmt::format("{}:{}", finding.file, finding.span.begin.line),
                            fmt::format("{}: {}", finding.code, finding.message),
                            is_error ? finding.hint : std::string{}});
    }
    if (snapshot) {
        for (const auto& [name, flow] : snapshot->flows->set.flows)
            flows.push_back(name);
        keyed_codes = server::keyed_codes(snapshot->flows->set);
    }
    for (const std::string& text : configuration.settings.public_urls) {
        if (const auto url = PublicUrl::parse(text)) bases.push_back(url->str());
    }
    for (const config::AccountSettings& settings : configuration.settings.accounts) {
        if (settings.sid.empty()) continue;
        DeskAccount account{.settings = &settings};
        auto opened = TwilioDesk::open(settings, configuration.settings.twilio);
        if (opened.has_error()) {
            account.why_not = opened.error();
        } else {
            account.rest = std::move(*opened);
        }
        accounts.push_back(std::move(account));
    }
}

std::span<const DeskCheck> desk_checks() { return table; }

DeskFinding judge_refusal(std::string_view about, const DeskAnswer& answer) {
    const std::string what{about};
    if (answer.says_nothing())
        return {Standing::unknown, what,
                fmt::format("Twilio could not be asked: {}", answer.verdict.reason),
                "see that this machine reaches Twilio's API, and https://status.twilio.com"};
    if (answer.verdict.status == 401 || answer.verdict.status == 403)
        return {Standing::wrong, what, "Twilio refuses the account's credentials",
                "set accounts api_key, or auth_tokens, to ones of this account"};
    if (answer.verdict.outcome == RestOutcome::gone || answer.verdict.status == 404)
        return {Standing::wrong, what, "this account has no such thing",
                "copy its sid anew from Twilio's console"};
    return {Standing::wrong,
            what,
            fmt::format("Twilio answered {}: {}", answer.verdict.status, answer.verdict.reason),
            {}};
}

boost::system::result<std::vector<IncomingNumber>, DeskFinding>
incoming_numbers(DeskAccount& account, std::string_view only) {
    const std::string& sid = account.settings->sid;
    if (!account.rest) return DeskFinding{Standing::unknown, sid, account.why_not, {}};
    std::string url = account.rest->account_url("IncomingPhoneNumbers.json?PageSize=1000");
    if (only.starts_with('+')) url += fmt::format("&PhoneNumber=%2B{}", only.substr(1));
    std::vector<IncomingNumber> numbers;
    for (int page = 0; page < most_pages && !url.empty(); ++page) {
        const DeskAnswer answer = account.rest->get(url);
        if (!answer.is_accepted()) return judge_refusal(sid, answer);
        for (IncomingNumber& number : read_incoming_numbers(answer.body))
            numbers.push_back(std::move(number));
        const auto* next = answer.body.is_object()
                               ? answer.body.get_object().if_contains("next_page_uri")
                               : nullptr;
        url = next != nullptr && next->is_string()
                  ? account.rest->api_path(std::string_view{next->get_string()})
                  : std::string{};
    }
    return numbers;
}

}  // namespace server
