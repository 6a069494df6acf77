#include "server/desk/consent_list.hpp"

#include "server/desk/twilio_desk.hpp"
#include "server/digest.hpp"
#include "server/effects/twilio_consents.hpp"
#include "server/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace server {
namespace {

// Source: Twilio, Consent Management API: so many consents a request.
constexpr std::size_t most_at_once = 25;

std::vector<ConsentToTell> of_account(const config::AccountSettings& account,
                                      std::span<const OperatorConsent> changed) {
    std::vector<ConsentToTell> items;
    const std::string& own =
        account.messaging_service.empty() ? account.phone_number : account.messaging_service;
    if (account.sid.empty() || own.empty()) return items;
    for (const OperatorConsent& each : changed) {
        const bool is_ours = each.sender.empty() || each.sender == account.phone_number ||
                             each.sender == account.messaging_service;
        const auto number = twiml::E164::parse(each.number);
        if (!is_ours || !number) continue;
        items.push_back({.number = *number,
                         .sender = each.sender.empty() ? own : each.sender,
                         .opts_out = each.opts_out,
                         .id = hex(random_bytes(16))});
    }
    return items;
}

// Items are judged one by one.
std::size_t refused_in(const boost::json::value& answer) {
    const auto* const items =
        answer.is_object() ? answer.get_object().if_contains("items") : nullptr;
    if (items == nullptr || !items->is_array()) return 0;
    const auto is_refused = [](const boost::json::value& item) {
        const auto* const code =
            item.is_object() ? item.get_object().if_contains("error_code") : nullptr;
        return code != nullptr && code->is_number() && code->to_number<double>() != 0;
    };
    return static_cast<std::size_t>(std::ranges::count_if(items->get_array(), is_refused));
}

}  // namespace

std::string tell_twilio(const config::Settings& settings,
                        std::span<const OperatorConsent> changed) {
    std::size_t refused = 0;
    for (const config::AccountSettings& account : settings.accounts) {
        const std::vector<ConsentToTell> items = of_account(account, changed);
        if (items.empty()) continue;
        TwilioDesk::Opened desk = TwilioDesk::open(account, settings.twilio);
        if (desk.has_error()) return desk.error();
        const std::string url = (*desk)->accounts_url("Consents/Bulk");
        for (std::size_t at = 0; at < items.size(); at += most_at_once) {
            const auto some =
                std::span{items}.subspan(at, std::min(most_at_once, items.size() - at));
            const DeskAnswer answer = (*desk)->post(url, form_of(some));
            if (!answer.is_accepted()) return answer.verdict.reason;
            refused += refused_in(answer.body);
        }
    }
    return refused == 0 ? std::string{} : fmt::format("{} of them were refused", refused);
}

}  // namespace server
