// A certificate of our own for trying things out: clients have to be told to trust it, and Twilio
// does not (unless certificate validation is switched off in its console).
#pragma once

#include "server/net/tls.hpp"

#include <string>
#include <vector>

namespace server {

// Writes a P-256 key and a certificate for localhost, 127.0.0.1, ::1 and `hosts` (names or
// addresses), valid for a year, both with mode 0600, over what is there; folders are made. Returns
// an empty string, or what went wrong.
std::string write_self_signed(const TlsFiles& files, const std::vector<std::string>& hosts);

}  // namespace server
