#include "server/store/postgres_error.hpp"

#include <fmt/format.h>

#include <array>

namespace server {
namespace {

struct Meaning {
    std::string_view prefix;  // of SQLSTATE; the first row that fits
    StoreFailure what;
};
constexpr std::array meanings{
    Meaning{"08P01", StoreFailure::broken},     // other values than the statement has places for
    Meaning{"08", StoreFailure::unavailable},   // connection
    Meaning{"22", StoreFailure::constraint},    // a value out of range, too long
    Meaning{"23", StoreFailure::constraint},    // integrity
    Meaning{"25006", StoreFailure::read_only},  // a standby, default_transaction_read_only
    Meaning{"25P03", StoreFailure::unavailable}, Meaning{"40003", StoreFailure::unavailable},
    Meaning{"40", StoreFailure::timed_out},  // deadlock, serialization: no attempt was left
    // A table that another node made at the same moment, in spite of IF NOT EXISTS.
    Meaning{"42710", StoreFailure::constraint}, Meaning{"42P07", StoreFailure::constraint},
    Meaning{"42501", StoreFailure::read_only},   // insufficient privilege
    Meaning{"53100", StoreFailure::full},        // disk
    Meaning{"53", StoreFailure::unavailable},    // memory, connections
    Meaning{"54", StoreFailure::constraint},     // a row too long for an index
    Meaning{"55P03", StoreFailure::timed_out},   // lock not available
    Meaning{"57014", StoreFailure::timed_out},   // statement_timeout
    Meaning{"57", StoreFailure::unavailable},    // shut down, starting up
    Meaning{"58030", StoreFailure::unavailable}  // input or output
};

StoreFailure failure_of(std::string_view sqlstate) {
    for (const auto& [prefix, what] : meanings)
        if (sqlstate.starts_with(prefix)) return what;
    return StoreFailure::broken;
}

}  // namespace

StoreError postgres_error(std::string_view sqlstate, std::string_view message) {
    StoreError error{.what = failure_of(sqlstate), .may_be_done = sqlstate == "40003"};
    // These quote the value; all other primary messages name tables, columns and words of SQL.
    error.why = sqlstate.starts_with("22")
                    ? fmt::format("PostgreSQL does not take a value ({})", sqlstate)
                    : fmt::format("PostgreSQL: {} ({})", first_line(message), sqlstate);
    return error;
}

bool is_worth_another_attempt(std::string_view sqlstate) {
    return sqlstate == "40001" || sqlstate == "40P01";
}

std::string first_line(std::string_view message) {
    return std::string{message.substr(0, message.find('\n'))};
}

}  // namespace server
