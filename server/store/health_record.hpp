// What an adapter knows of its store from what it lives through. Thread-safe.
#pragma once

#include "server/store/database.hpp"

#include <mutex>
#include <optional>

namespace server {

class HealthRecord {
public:
    // `wrote` is false for a transaction that only read: that shows nothing about a store that is
    // full or does not write.
    void note(const DatabaseResult& result, bool wrote);
    void note(const StoreError& error);

    // Without the count of those that wait.
    StoreHealth health() const;

private:
    mutable std::mutex mutex_;
    std::optional<StoreError> error_;
};

}  // namespace server
