// Answers to a certificate authority: GET and HEAD /.well-known/acme-challenge/{token}, out of the
// folder that an ACME client in webroot mode writes to. Source: RFC 8555, 8.3.
#pragma once

#include "server/http/message.hpp"

#include <filesystem>
#include <string_view>

namespace server {

// `token` is one segment of the path, as sent. Only what is named as a token may be, and is a file
// of its own (no link) in `webroot`/.well-known/acme-challenge, is served; nothing is kept.
// Thread-safe.
void answer_challenge(const std::filesystem::path& webroot, std::string_view token,
                      const Request& request, Response& response);

}  // namespace server
