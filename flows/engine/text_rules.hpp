// Which numbers a flow may send texts to: what keeps a voice menu from being used as a tap for
// messages that somebody else earns on ("SMS pumping"). Pure; thread-safe. Source: Twilio, "SMS
// pumping fraud", and the prefixes of its "high-risk" lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

enum class TextRefusal {
    withheld,        // the caller hides the number
    not_a_number,    // a client, a SIP address, a name
    short_number,    // 3 to 8 digits: a short code, or an extension
    impossible,      // of a length that its country does not have
    special_rate,    // premium, shared cost, personal, pager, company, voicemail
    satellite,       // +870, +881, +882, +883
    unknown_region,  // the metadata knows no region for it
    country          // a country, within +1 a region, that is not allowed
};
std::string_view to_text(TextRefusal refusal);  // its name, for metrics and logs

// Nothing where `number` may be texted. `number` as it came: E.164, or what stands in its place.
// `countries`: ISO 3166-1 alpha-2; within +1 and other shared codes real regions are meant, so that
// US does not let numbers of Jamaica pass. Empty: none is allowed.
std::optional<TextRefusal> text_refusal(std::string_view number,
                                        const std::vector<std::string>& countries);

// The countries to allow where the operator names none: that of our own number, E.164. Empty where
// it has none (a toll-free number of no country) or is no number.
std::vector<std::string> countries_of(std::string_view own_number);

}  // namespace flows
