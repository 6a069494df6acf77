#include "server/turn/verify.hpp"

#include "twiml/signature.hpp"

namespace server {

std::optional<Verified> verify(const Snapshot& snapshot, const Request& request,
                               const twiml::Params& params, bool is_form) {
    if (request.twilio_signatures != 1) return std::nullopt;
    thread_local std::vector<UrlCandidate> candidates;
    snapshot.public_urls.candidates(request, candidates);

    // Not believed: it only chooses which tokens are tried, or, unknown, that all are.
    const std::string_view account_sid = params.get("AccountSid");
    bool is_configured = false;
    for (const Account& account : snapshot.accounts)
        is_configured = is_configured || account.sid == account_sid;

    for (const UrlCandidate& candidate : candidates) {
        const twiml::SignedRequest signed_request{
            candidate.url, is_form ? &params : nullptr, request.body,
            !is_form && request.has_body && !request.body.empty()};
        for (const Account& account : snapshot.accounts) {
            if (is_configured && account.sid != account_sid) continue;
            const auto token =
                twiml::signed_by(request.twilio_signature, signed_request, account.tokens);
            if (token) return Verified{&account, *token, candidate.origin, candidate.prefix};
        }
    }
    return std::nullopt;
}

}  // namespace server
