#include "flows/tools/caller.hpp"

#include "flows/engine/phone_number.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace flows {
namespace {

bool is_number(std::string_view party) { return party.starts_with('+'); }

struct Place {
    std::string_view country{}, state{}, city{}, zip{};
};

// Twilio tells the two ends twice, and where numbers are; of clients and SIP addresses it does not.
void add_party(Fields& fields, std::string_view party, std::array<std::string_view, 2> names,
               const Place& place) {
    for (const std::string_view name : names) {
        fields.emplace_back(name, party);
        if (!is_number(party)) continue;
        fields.emplace_back(fmt::format("{}City", name), place.city);
        fields.emplace_back(fmt::format("{}Country", name), place.country);
        fields.emplace_back(fmt::format("{}State", name), place.state);
        fields.emplace_back(fmt::format("{}Zip", name), place.zip);
    }
}

std::string country_of(std::string_view party) {
    const auto facts = number_facts(party);
    return facts ? facts->region : std::string{};
}

}  // namespace

// FNV-1a.
std::string digits_of(std::string_view call, std::string_view what, int number) {
    const auto hash = [](std::string_view text, std::uint64_t seed) {
        std::uint64_t value = 14695981039346656037U ^ seed;
        for (const char c : text)
            value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
        return value;
    };
    const std::string text = fmt::format("{}{}{}", call, what, number);
    return fmt::format("{:016x}{:016x}", hash(text, 0), hash(text, 0x9e3779b97f4a7c15U));
}

Fields standing_of(const Caller& caller) {
    Fields fields{{"AccountSid", caller.account_sid},
                  {"ApiVersion", "2010-04-01"},
                  {"CallSid", caller.call_sid},
                  {"Direction", caller.direction}};
    const std::string country =
        caller.from_country.empty() ? country_of(caller.from) : caller.from_country;
    add_party(fields, caller.from, {"From", "Caller"},
              {country, caller.from_state, caller.from_city, caller.from_zip});
    add_party(fields, caller.to, {"To", "Called"}, {.country = country_of(caller.to)});
    if (!caller.forwarded_from.empty()) {
        fields.emplace_back("ForwardedFrom", caller.forwarded_from);
        fields.emplace_back("CalledVia", caller.forwarded_from);
    }
    if (!caller.caller_name.empty()) fields.emplace_back("CallerName", caller.caller_name);
    return fields;
}

Fields standing_of_leg(const Caller& caller, const std::string& leg_sid, const std::string& dialled,
                       const std::string& caller_id) {
    Fields fields{{"AccountSid", caller.account_sid},
                  {"ApiVersion", "2010-04-01"},
                  {"CallSid", leg_sid},
                  {"ParentCallSid", caller.call_sid},
                  {"Direction", "outbound-dial"}};
    const std::string& from = caller_id.empty() ? caller.from : caller_id;
    add_party(fields, from, {"From", "Caller"}, {.country = country_of(from)});
    add_party(fields, dialled, {"To", "Called"}, {.country = country_of(dialled)});
    return fields;
}

std::string recording_url(const Caller& caller, std::string_view recording_sid) {
    return fmt::format("https://api.twilio.com/2010-04-01/Accounts/{}/Recordings/{}",
                       caller.account_sid, recording_sid);
}

}  // namespace flows
