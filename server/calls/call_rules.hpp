// Which numbers we call. Pure.
#pragma once

#include "server/turn/snapshot.hpp"

#include <string_view>

namespace server {

// Empty, or why a call to `number` (E.164) is not placed for `account`: a stable word for the log.
// Never one that `outbound.dial_deny` has; one that `outbound.dial_prefixes` has, or where there
// are none a number of our own number's country that costs no more than others: whoever may ask for
// a callback must not be able to make us call numbers that he earns on.
std::string_view call_refusal(std::string_view number, const Snapshot& snapshot,
                              const Account& account);

// A machine, and not a person, as Twilio's AnsweredBy says: machine_start, machine_end_…, fax.
bool is_machine(std::string_view answered_by);

}  // namespace server
