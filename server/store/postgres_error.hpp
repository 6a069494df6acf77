// What PostgreSQL says, in the port's words. Pure.
// Source: PostgreSQL 15, appendix A, "Error Codes": five characters, the first two are the class.
#pragma once

#include "server/store/store_error.hpp"

#include <string_view>

namespace server {

// `sqlstate` of an error that the server sent for a statement, and its primary message.
StoreError postgres_error(std::string_view sqlstate, std::string_view message);

// True for what another transaction is the cause of: nothing happened, and the next attempt of the
// same may well succeed.
bool is_worth_another_attempt(std::string_view sqlstate);

// Of a message of libpq's; the others repeat it, or give advice to people at a terminal.
std::string first_line(std::string_view message);

}  // namespace server
