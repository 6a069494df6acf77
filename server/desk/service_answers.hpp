// What the desk makes of Twilio's answers about senders, their registration and Verify. Pure.
// Source: Twilio's OpenAPI files; "A2P 10DLC", "Toll-Free Verification"; "Verify Services".
#pragma once

#include "server/desk/finding.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace server {

// `messaging.twilio.com/v1/Services/MG…`: whether texts to it and about it come here, and whether
// Twilio knows it as registered: to the US unregistered ones have been blocked since 1 September
// 2023 (30034).
DeskFindings judge_messaging_service(std::string_view sid, const boost::json::value& service);

// `…/Compliance/Usa2p` of the service and `…/a2p/BrandRegistrations` of the account: the first
// thing that is not done.
DeskFinding judge_campaigns(std::string_view sid, const boost::json::value& campaigns,
                            const boost::json::value& brands);

// `…/PhoneNumbers` of the service: whether it has any to send from, and among them `number` (E.164,
// or empty), which its registration counts for only then.
DeskFinding judge_pool(std::string_view sid, std::string_view number,
                       const boost::json::value& page);

// `accounts.twilio.com/v1/Messaging/GeoPermissions`: `countries` (ISO 3166) are those that flows
// may text. One of them closed at Twilio is texts that fail (21408); others open are what fraud
// lives on.
DeskFindings judge_geo_permissions(const std::vector<std::string>& countries,
                                   const boost::json::value& permissions);

// `…/Tollfree/Verifications` of a toll-free number: unverified ones are blocked (30032).
DeskFinding judge_toll_free(std::string_view number, const boost::json::value& page);

// What flows expect of the Verify service; 0: no flow asks for a code.
struct CodeLength {
    int at_least = 0, at_most = 0;
};
// `verify.twilio.com/v2/Services/VA…`
DeskFindings judge_verify_service(std::string_view sid, const boost::json::value& service,
                                  CodeLength keyed);

}  // namespace server
