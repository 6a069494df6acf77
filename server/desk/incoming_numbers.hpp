// The account's numbers, where each points, and where it should. Pure. Source: Twilio's OpenAPI
// files, `IncomingPhoneNumbers`.
#pragma once

#include "server/desk/finding.hpp"

#include <boost/json/value.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

// What of a number decides who gets its calls and texts: how answers name it, and how requests do.
struct PointingField {
    std::string_view in_answer;
    std::string_view in_form;
    std::string_view for_people;
};
inline constexpr std::array pointing_fields{
    PointingField{"voice_url", "VoiceUrl", "voice"},
    PointingField{"voice_method", "VoiceMethod", "voice method"},
    PointingField{"voice_fallback_url", "VoiceFallbackUrl", "voice fallback"},
    PointingField{"voice_fallback_method", "VoiceFallbackMethod", "fallback method"},
    PointingField{"status_callback", "StatusCallback", "status callback"},
    PointingField{"status_callback_method", "StatusCallbackMethod", "status method"},
    PointingField{"voice_application_sid", "VoiceApplicationSid", "voice application"},
    PointingField{"sms_url", "SmsUrl", "texts"},
    PointingField{"sms_method", "SmsMethod", "texts method"},
    PointingField{"sms_application_sid", "SmsApplicationSid", "texts application"},
};

// By `in_answer`; what is not there or null is empty.
using Pointing = std::map<std::string, std::string, std::less<>>;

struct IncomingNumber {
    std::string sid{};        // PN…
    std::string number{};     // E.164
    std::string trunk_sid{};  // a SIP trunk has its calls, whatever its URLs say
    bool can_text = false;
    Pointing points{};
};

// Of one page of answers; entries without a sid are passed over.
std::vector<IncomingNumber> read_incoming_numbers(const boost::json::value& page);

// As `serve` prints it: `base` is the public URL without a slash at its end. An application would
// stand above the URLs, so there is none.
Pointing pointing_to(std::string_view base, std::string_view flow);

// The fields in which they differ, in the table's order, as a form.
std::vector<std::pair<std::string, std::string>> changes(const Pointing& from, const Pointing& to);

// A URL as people may be shown it: without a password and the values of a query, which can be
// secrets of whoever it belongs to.
std::string shown_url(std::string_view url);

// The flow of `flows` a number's calls begin in, or nothing. `bases` are the public URLs. What
// stands behind # are overrides of Twilio's connections, and no part of where it points.
std::optional<std::string> flow_of(const IncomingNumber& number,
                                   const std::vector<std::string>& bases,
                                   const std::vector<std::string>& flows);

// Whether it points here, and whether all of it does.
DeskFindings judge_number(const IncomingNumber& number, const std::vector<std::string>& bases,
                          const std::vector<std::string>& flows);

}  // namespace server
