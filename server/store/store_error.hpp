// What the world does wrong when something is to be kept: a value, never an exception.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace server {

enum class StoreFailure {
    unavailable,   // no connection, no file, a full queue, stopping: nobody could be asked
    timed_out,     // asked, and not answered within the transaction's time
    read_only,     // it reads but does not write: a standby, a file without permission
    full,          // no space left
    constraint,    // a row that may not be: the statement's own condition failed
    newer_schema,  // made by a newer program than this one
    broken,        // damaged, or a statement it does not understand: somebody has to look
};

struct StoreError {
    StoreFailure what = StoreFailure::unavailable;
    // False: nothing of the transaction has happened or ever will. True: it was on its way when the
    // answer got lost, so that all of it or nothing of it happened.
    bool may_be_done = false;
    std::string why{};  // a sentence for the log and /readyz; no values of rows, no credentials
};

template <class T> using Stored = boost::system::result<T, StoreError>;

// "unavailable", "timed_out" …: the label of metrics.
std::string_view to_text(StoreFailure what);

}  // namespace server
