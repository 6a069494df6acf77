// Values of the port in PostgreSQL's binary formats: exact, and no longer than they are. Pure.
// Source: the send and receive functions of PostgreSQL's types (int8send, numeric_send …).
#pragma once

#include "server/store/database.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace server {

// The parameters of one statement, as libpq's arrays. Points into the values it was made from.
class PostgresParameters {
public:
    explicit PostgresParameters(std::span<const SqlValue> values);

    int count() const { return static_cast<int>(types_.size()); }
    // A value that is missing has type 0: as its place demands.
    const unsigned* types() const { return types_.data(); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }

private:
    std::vector<unsigned> types_;
    std::vector<std::array<char, 8>> integers_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

// Of a column of that type (an OID of pg_type). Integers are whatever counts, sums and truths are
// made of; none: a type the port does not know, or a sum that is no whole number or too large.
std::optional<SqlValue> postgres_value(unsigned type, std::string_view bytes);

}  // namespace server
