// Values of ours as values of rows, and back. What is read is of the type that was written: the
// schema says so, and both engines hold to it.
#pragma once

#include "server/store/database.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"

#include <algorithm>

namespace server {

template <class Of> SqlValue to_sql(const Digest<Of>& digest) {
    return Blob{{digest.bytes.begin(), digest.bytes.end()}};
}
inline SqlValue to_sql(StoreTime time) { return std::int64_t{time.time_since_epoch().count()}; }

inline bool is_null(const SqlValue& value) { return std::holds_alternative<std::monostate>(value); }
inline std::int64_t to_integer(const SqlValue& value) { return std::get<std::int64_t>(value); }
inline const std::string& to_text(const SqlValue& value) { return std::get<std::string>(value); }
inline const std::string& to_bytes(const SqlValue& value) { return std::get<Blob>(value).bytes; }
inline StoreTime to_time(const SqlValue& value) {
    return StoreTime{std::chrono::milliseconds{to_integer(value)}};
}
template <class Key> Key to_key(const SqlValue& value) {
    Key key;
    const std::string& bytes = to_bytes(value);
    std::copy_n(bytes.begin(), std::min(bytes.size(), key.bytes.size()), key.bytes.begin());
    return key;
}

}  // namespace server
