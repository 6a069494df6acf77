// Is this request signed, by which token, over which public URL? Nothing of the body is believed
// before.
#pragma once

#include "server/http/message.hpp"
#include "server/turn/snapshot.hpp"
#include "twiml/form.hpp"

#include <optional>
#include <string>

namespace server {

struct Verified {
    const Account* account = nullptr;
    std::size_t token = 0;      // which of its tokens
    std::string_view origin{};  // scheme and host that were signed: https://ivr.example.com
    std::string_view path_prefix{};
    const StateKey& key() const { return account->seal_with[token]; }
};

// `params`: the decoded fields of a form body (`is_form`), else of the query. An AccountSid that is
// absent or not configured: every token is tried. The views live until the thread's next call.
std::optional<Verified> verify(const Snapshot& snapshot, const Request& request,
                               const twiml::Params& params, bool is_form);

}  // namespace server
