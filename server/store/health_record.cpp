#include "server/store/health_record.hpp"

namespace server {

void HealthRecord::note(const DatabaseResult& result, bool wrote) {
    if (result.has_error()) {
        note(result.error());
        return;
    }
    const std::lock_guard lock{mutex_};
    if (!error_) return;
    const bool about_writing =
        error_->what == StoreFailure::read_only || error_->what == StoreFailure::full;
    if (wrote || !about_writing) error_.reset();
}

void HealthRecord::note(const StoreError& error) {
    if (error.what == StoreFailure::constraint) return;  // the store does what it should
    const std::lock_guard lock{mutex_};
    error_ = error;
}

StoreHealth HealthRecord::health() const {
    const std::lock_guard lock{mutex_};
    if (!error_) return {};
    return {.ok = false, .what = error_->what, .why = error_->why};
}

}  // namespace server
