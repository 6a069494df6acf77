#include "server/calls/call_rules.hpp"

#include "flows/engine/text_rules.hpp"

namespace server {

std::string_view call_refusal(std::string_view number, const Snapshot& snapshot,
                              const Account& account) {
    if (account.settings.phone_number.empty()) return "no-phone-number";
    if (!snapshot.dial_rules.allows(number, false)) return "dial-rules";
    if (!snapshot.dial_rules.allow.empty()) return {};
    const auto refusal =
        flows::text_refusal(number, flows::countries_of(account.settings.phone_number));
    return refusal ? flows::to_text(*refusal) : std::string_view{};
}

bool is_machine(std::string_view answered_by) {
    return answered_by.starts_with("machine") || answered_by == "fax";
}

}  // namespace server
