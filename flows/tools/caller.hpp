// Who calls whom, and what Twilio tells of that with every webhook. Pure. Source: Twilio, "TwiML
// Voice": "Request parameters", and what its webhooks were seen to hold.
#pragma once

#include "flows/tools/tape.hpp"

#include <string>
#include <string_view>

namespace flows {

// The defaults are numbers that are never assigned.
struct Caller {
    std::string from = "+12025550123";  // E.164, client:name, sip:user@host, or a word: anonymous
    std::string to = "+12025550100";
    std::string direction = "inbound";  // or outbound-api: a call that we placed
    std::string call_sid = "CA00000000000000000000000000000001";
    std::string account_sid = "AC00000000000000000000000000000001";
    std::string forwarded_from{}, caller_name{};
    std::string from_country{}, from_state{}, from_city{}, from_zip{};  // empty: not known
    std::string stir_verstat{}, answered_by{};  // told with the first webhook only
};

// The fields of a call's own leg, and of the child call to one who is dialled, with its own sid;
// `caller_id`: shown instead of the caller's number; empty: none.
Fields standing_of(const Caller& caller);
Fields standing_of_leg(const Caller& caller, const std::string& leg_sid, const std::string& dialled,
                       const std::string& caller_id);

// 32 hexadecimal digits for a sid that follow from the call alone.
std::string digits_of(std::string_view call_sid, std::string_view what, int number);

std::string recording_url(const Caller& caller, std::string_view recording_sid);

}  // namespace flows
