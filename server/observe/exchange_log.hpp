// The last exchanges of a running server, while somebody records: `switchboard record` asks for
// them over the admin listener. Bounded; nothing is kept while nobody asks.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace server {

// One webhook and its answer, as a tape wants them. Holds whole numbers: it leaves the process
// through the admin listener only, masked there unless asked for raw.
struct RecordedExchange {
    std::uint64_t number = 0;  // counts from 1
    std::chrono::system_clock::time_point at{};
    std::string method{};
    std::string target{};  // without `s=...` and, for GET, without the form
    std::vector<std::pair<std::string, std::string>> headers{};
    std::vector<std::pair<std::string, std::string>> form{};
    std::string call_sid{};
    bool secret_input = false;  // what the caller keyed or said is secret: never on a tape
    int status = 0;
    std::string content_type{};
    std::string body{};
};

class ExchangeLog {
public:
    // `lease`: how long an asking is good for.
    explicit ExchangeLog(std::chrono::nanoseconds lease = std::chrono::seconds{10})
        : lease_{lease} {}

    // Whether somebody has asked within the lease. One relaxed load: on the hot path. When it has
    // run out, what was kept is forgotten.
    bool is_wanted();

    void add(RecordedExchange&& exchange);

    // Exchanges behind number `after`, oldest first, of `call_sid` alone where it is not empty.
    // Asking starts the recording, of what comes from then on. `last` becomes the number of the
    // newest exchange there is.
    std::vector<RecordedExchange> since(std::uint64_t after, const std::string& call_sid,
                                        std::uint64_t& last);

private:
    void forget();

    const std::chrono::nanoseconds lease_;
    std::atomic<std::int64_t> wanted_until_{0};  // steady clock, nanoseconds
    std::mutex mutex_;
    std::deque<RecordedExchange> kept_;
    std::uint64_t next_ = 1;
    std::size_t bytes_ = 0;
};

}  // namespace server
