// What is said of a request that is not signed as it should be: nothing to the sender, the likely
// cause to the log. And of answered ones: the exchange that a tape is made of.
#pragma once

#include "server/observe/exchange_log.hpp"
#include "server/observe/turn_record.hpp"
#include "server/turn/snapshot.hpp"
#include "twiml/form.hpp"

#include <string>
#include <string_view>

namespace server {

// Its body is a form (also an empty one without a Content-Type): signed by its fields. GET and HEAD
// have theirs in the query, which is signed with the URL.
bool is_form_request(const Request& request);

// 403, plain text, nothing about why: the log says that, in `record`. The likely cause is looked
// for a few times a second at most: whoever sends rubbish must not choose how much we compute.
void refuse_unsigned(const Snapshot& snapshot, const Request& request, const twiml::Params& params,
                     bool is_form, Response& response, TurnRecord& record);

RecordedExchange exchange_of(const Request& request, const twiml::Params& params,
                             const Response& response, const TurnRecord& record, bool secret_input);

}  // namespace server
