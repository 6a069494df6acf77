#include "server/store/store_error.hpp"

namespace server {

std::string_view to_text(StoreFailure what) {
    switch (what) {
    case StoreFailure::unavailable:
        return "unavailable";
    case StoreFailure::timed_out:
        return "timed_out";
    case StoreFailure::read_only:
        return "read_only";
    case StoreFailure::full:
        return "full";
    case StoreFailure::constraint:
        return "constraint";
    case StoreFailure::newer_schema:
        return "newer_schema";
    case StoreFailure::broken:
        return "broken";
    }
    return "broken";
}

}  // namespace server
