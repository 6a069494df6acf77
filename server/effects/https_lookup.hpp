// HttpLookup over the outbound client. Its policy says which hosts may be asked.
#pragma once

#include "server/effects/http_lookup.hpp"
#include "server/effects/rest_retry.hpp"
#include "server/http/outbound_client.hpp"

#include <functional>
#include <span>

namespace server {

class HttpsLookup final : public HttpLookup {
public:
    // `client` outlives this. `chance`, from 0 to below 1, spreads repeats; empty: the system's.
    explicit HttpsLookup(OutboundClient& client, RetryPolicy retry = {},
                         std::function<double()> chance = {});
    net::awaitable<LookupResult> look_up(LookupRequest request) override;

private:
    OutboundClient& client_;
    RetryPolicy retry_;
    std::function<double()> chance_;
};

// Pure.
LookupResult lookup_result(const OutboundResult& result, std::span<const std::string> pointers);

}  // namespace server
