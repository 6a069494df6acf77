// An exchange as JSON, between the admin listener and `switchboard record`.
#pragma once

#include "server/observe/exchange_log.hpp"

#include <boost/json/value.hpp>

namespace server {

// {"call": "CA...", "exchange": a line of a tape (server/README.md, "A tape")}
boost::json::value to_json(const RecordedExchange& exchange);

}  // namespace server
