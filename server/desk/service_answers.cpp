#include "server/desk/service_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace server {
namespace {

namespace json = boost::json;
using Standing = DeskFinding::Standing;

const json::value* member(const json::value& of, std::string_view name) {
    return of.is_object() ? of.get_object().if_contains(name) : nullptr;
}
std::string text(const json::value& of, std::string_view name) {
    const json::value* const found = member(of, name);
    if (found == nullptr || !found->is_string()) return {};
    return std::string{std::string_view{found->get_string()}};
}
bool truth(const json::value& of, std::string_view name) {
    const json::value* const found = member(of, name);
    return found != nullptr && found->is_bool() && found->get_bool();
}
// Of the list of that name; empty where there is none.
json::array list(const json::value& of, std::string_view name) {
    const json::value* const found = member(of, name);
    return found != nullptr && found->is_array() ? found->get_array() : json::array{};
}

// Errors of a registration, in Twilio's words.
std::string errors_of(const json::value& registration) {
    std::string all;
    for (const json::value& error : list(registration, "errors")) {
        const std::string said = text(error, "description");
        if (!said.empty()) all += (all.empty() ? ": " : "; ") + said;
    }
    return all;
}

constexpr std::string_view registration =
    "https://console.twilio.com/us1/develop/sms/regulatory-compliance";

// What a campaign has to wait for: the account's brand, or the one that it names (`sid`). Nothing
// where the brand is approved, or where it is not among those that Twilio lists.
std::optional<DeskFinding> judge_brand(const std::string& about, std::string_view sid,
                                       const json::array& brands) {
    const auto is = [&](std::string_view status) {
        return std::ranges::find_if(brands, [&](const json::value& each) {
            return (sid.empty() || text(each, "sid") == sid) && text(each, "status") == status;
        });
    };
    if (is("APPROVED") != brands.end()) return std::nullopt;
    if (brands.empty())
        return DeskFinding{Standing::wrong, about,
                           "no brand is registered: US carriers block its texts (30034)",
                           fmt::format("register a brand, then a campaign: {}", registration)};
    if (const auto failed = is("FAILED"); failed != brands.end()) {
        const std::string why = text(*failed, "failure_reason");
        return DeskFinding{Standing::wrong, about,
                           fmt::format("its brand was refused{}{}", why.empty() ? "" : ": ",
                                       why.empty() ? errors_of(*failed) : why),
                           fmt::format("mend what it names and submit it again: {}", registration)};
    }
    for (const std::string_view waits : {"PENDING", "IN_REVIEW"}) {
        if (is(waits) == brands.end()) continue;
        return DeskFinding{Standing::wrong, about,
                           fmt::format("its brand is {}: no campaign counts until it is approved, "
                                       "and US carriers block its texts (30034)",
                                       waits),
                           "wait for Twilio's word; a review takes days"};
    }
    return std::nullopt;
}

}  // namespace

DeskFindings judge_messaging_service(std::string_view sid, const json::value& service) {
    DeskFindings findings;
    const std::string about{sid};
    if (!truth(service, "use_inbound_webhook_on_number") &&
        !text(service, "inbound_request_url").ends_with("/sms"))
        findings.push_back(
            {Standing::wrong, about,
             "texts to its senders do not come here: who writes STOP is not heard of",
             fmt::format("set the service's inbound request URL to the public URL and /sms, or let "
                         "it use those of its numbers: POST "
                         "https://messaging.twilio.com/v1/Services/{} "
                         "UseInboundWebhookOnNumber=true",
                         sid)});
    if (findings.empty())
        findings.push_back({Standing::fine, about, "texts to its senders come here", {}});
    return findings;
}

DeskFinding judge_campaigns(std::string_view sid, const json::value& page,
                            const json::value& all_brands) {
    const std::string about = fmt::format("{} (A2P 10DLC)", sid);
    const json::array campaigns = list(page, "compliance");
    const json::array brands = list(all_brands, "data");
    const auto with = [&](std::string_view status) {
        return std::ranges::find_if(campaigns, [&](const json::value& each) {
            return text(each, "campaign_status") == status;
        });
    };
    if (with("VERIFIED") != campaigns.end())
        return {Standing::fine, about, "its campaign is verified", {}};
    const std::string brand =
        campaigns.empty() ? std::string{} : text(campaigns.front(), "brand_registration_sid");
    if (auto first = judge_brand(about, brand, brands)) return *std::move(first);
    if (campaigns.empty())
        return {Standing::wrong, about,
                "no campaign is registered: US carriers block its texts (30034)",
                fmt::format("register a campaign: {}", registration)};
    if (const auto failed = with("FAILED"); failed != campaigns.end())
        return {Standing::wrong, about,
                fmt::format("its campaign was refused{}", errors_of(*failed)),
                fmt::format("mend what it names and submit it again: {}", registration)};
    const std::string status = text(campaigns.front(), "campaign_status");
    return {Standing::wrong, about,
            fmt::format("its campaign is {}: US carriers block its texts until it is verified "
                        "(30034)",
                        status.empty() ? "of an unknown state" : status),
            "wait for Twilio's word; a review takes days"};
}

DeskFinding judge_pool(std::string_view sid, std::string_view number, const json::value& page) {
    const std::string about{sid};
    const std::string add_one = fmt::format(
        "POST https://messaging.twilio.com/v1/Services/{}/PhoneNumbers PhoneNumberSid=PN...", sid);
    const json::array numbers = list(page, "phone_numbers");
    if (numbers.empty())
        return {Standing::wrong, about, "it has no numbers to send from: texts are refused (21704)",
                add_one};
    const bool has_it = std::ranges::any_of(
        numbers, [&](const json::value& each) { return text(each, "phone_number") == number; });
    if (!number.empty() && !has_it)
        return {Standing::wrong, about,
                fmt::format("{} is none of its numbers: its registration does not count for texts "
                            "from there (30034)",
                            number),
                "add it: " + add_one};
    return {Standing::fine, about, fmt::format("it sends from {} numbers", numbers.size()), {}};
}

DeskFindings judge_geo_permissions(const std::vector<std::string>& countries,
                                   const json::value& permissions) {
    constexpr std::string_view page =
        "https://console.twilio.com/us1/develop/sms/settings/geo-permissions";
    constexpr std::size_t shown = 12;
    const std::string about = "geo permissions";
    std::vector<std::string> closed, open;
    for (const json::value& each : list(permissions, "permissions")) {
        const std::string country = text(each, "country_code");
        const bool is_wanted = std::ranges::find(countries, country) != countries.end();
        if (truth(each, "enabled") == is_wanted) continue;
        (is_wanted ? closed : open).push_back(country);
    }
    DeskFindings findings;
    if (!closed.empty())
        findings.push_back(
            {Standing::wrong, about,
             fmt::format("flows may text {}, and Twilio may not (21408)", fmt::join(closed, ", ")),
             fmt::format("open it, or narrow outbound text_countries: {}", page)});
    if (!open.empty()) {
        std::ranges::sort(open);
        const std::size_t more = open.size() > shown ? open.size() - shown : 0;
        open.resize(open.size() - more);
        findings.push_back(
            {Standing::note, about,
             fmt::format("Twilio texts {}{}, and no flow may: whoever gets at the account's "
                         "credentials can",
                         fmt::join(open, ", "),
                         more == 0 ? "" : fmt::format(" and {} countries more", more)),
             fmt::format("close what nobody needs: {}", page)});
    }
    if (findings.empty())
        findings.push_back(
            {Standing::fine,
             about,
             fmt::format("Twilio texts {}, as flows may", fmt::join(countries, ", ")),
             {}});
    return findings;
}

DeskFinding judge_toll_free(std::string_view number, const json::value& page) {
    const std::string about = fmt::format("{} (toll-free)", number);
    const json::array verifications = list(page, "verifications");
    if (verifications.empty())
        return {Standing::wrong, about, "it is not verified: its texts are blocked (30032)",
                fmt::format("submit its verification: {}", registration)};
    const auto is = [](std::string_view wanted) {
        return [wanted](const json::value& each) { return text(each, "status") == wanted; };
    };
    if (std::ranges::any_of(verifications, is("TWILIO_APPROVED")))
        return {Standing::fine, about, "it is verified", {}};
    const auto refused = std::ranges::find_if(verifications, is("TWILIO_REJECTED"));
    if (refused != verifications.end()) {
        const std::string why = text(*refused, "rejection_reason");
        return {Standing::wrong, about,
                fmt::format("its verification was refused{}{}", why.empty() ? "" : ": ", why),
                fmt::format("mend what it names and submit it again: {}", registration)};
    }
    return {Standing::wrong, about,
            fmt::format("its verification is {}: its texts are blocked until then (30032)",
                        text(verifications.front(), "status")),
            "wait for Twilio's word; a review takes days"};
}

DeskFindings judge_verify_service(std::string_view sid, const json::value& service,
                                  CodeLength keyed) {
    DeskFindings findings;
    const std::string about{sid};
    const json::value* const length = member(service, "code_length");
    boost::system::error_code no_number;
    const int sent = length == nullptr ? 0 : length->to_number<int>(no_number);
    if (keyed.at_most > 0 && sent > 0 && (sent < keyed.at_least || sent > keyed.at_most))
        findings.push_back({Standing::wrong, about,
                            fmt::format("it sends codes of {} digits, and a flow takes {} to {}",
                                        sent, keyed.at_least, keyed.at_most),
                            fmt::format("write `secret digits({})` in the flow", sent)});
    if (!truth(service, "lookup_enabled"))
        findings.push_back(
            {Standing::note, about,
             "it does not look numbers up: a text to a landline is paid for, and nobody is told",
             fmt::format("POST https://verify.twilio.com/v2/Services/{} LookupEnabled=true "
                         "SkipSmsToLandlines=true",
                         sid)});
    else if (!truth(service, "skip_sms_to_landlines"))
        findings.push_back(
            {Standing::note, about, "it looks numbers up, and texts landlines all the same",
             fmt::format("POST https://verify.twilio.com/v2/Services/{} SkipSmsToLandlines=true",
                         sid)});
    if (truth(service, "custom_code_enabled"))
        findings.push_back({Standing::note, about,
                            "it takes codes that others make up; flows never do",
                            "switch custom codes off in Twilio's console"});
    const bool is_wrong = std::ranges::any_of(
        findings, [](const DeskFinding& one) { return one.standing == Standing::wrong; });
    if (!is_wrong)
        findings.push_back(
            {Standing::fine, about, fmt::format("it sends codes of {} digits", sent), {}});
    return findings;
}

}  // namespace server
