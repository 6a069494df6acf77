// What the desk makes of this machine and of what it sees of itself from outside. Pure.
#pragma once

#include "server/desk/finding.hpp"
#include "server/net/tls_probe.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace server {

using DeskTime = std::chrono::sys_seconds;

// Of the certificate at a public URL. Sixteen days before it expires it should have been renewed:
// authorities that renew by themselves do it thirty days before.
DeskFindings judge_certificate(std::string_view public_url, const TlsFacts& facts, DeskTime now);

// What came back for a status callback of our own, signed as Twilio signs. `status` 0: nobody
// answered, and `why` says so.
DeskFinding judge_signed_request(std::string_view url, int status, std::string_view why);

// `date` is the `Date` of Twilio's answer. Ten seconds are a network's; more is a clock's.
DeskFinding judge_clock(std::string_view date, DeskTime now);

// `first_line` of the system's tzdata.zi: "# version 2025b". Time zones change several times a
// year: what was released before the last year is too old.
DeskFinding judge_time_zones(std::string_view first_line, DeskTime now);

// The last year whose new area codes of +1 libphonenumber knows; 0: of none that is asked for.
DeskFinding judge_phone_metadata(int knows_until);

}  // namespace server
