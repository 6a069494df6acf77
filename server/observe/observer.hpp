// Takes what the loops say of each request and makes log lines, metrics and tapes of it, in a
// thread of its own.
#pragma once

#include "server/observe/access_log.hpp"
#include "server/observe/bounded_queue.hpp"
#include "server/observe/exchange_log.hpp"
#include "server/observe/metrics.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace server {

class Observer {
public:
    explicit Observer(Log& log);
    ~Observer();  // writes what is queued
    Observer(const Observer&) = delete;
    Observer& operator=(const Observer&) = delete;
    Observer(Observer&&) = delete;
    Observer& operator=(Observer&&) = delete;

    // Thread-safe, never waits; a full queue drops the record, counted.
    void record(TurnRecord&& record) {
        records_.push(std::move(record));  // NOLINT(performance-move-const-arg): push takes no less
    }

    void count_reload(bool accepted);
    // Everything recorded so far is in it.
    std::string metrics(Gauges gauges);

    EffectCounts& effects() { return metrics_; }
    ExchangeLog& exchanges() { return exchanges_; }

private:
    void work_off();
    void run();

    Log& log_;
    BoundedQueue<TurnRecord> records_;
    ExchangeLog exchanges_;
    std::mutex working_;  // over metrics_ and taken_
    Metrics metrics_;
    std::vector<TurnRecord> taken_;
    std::mutex stop_mutex_;
    std::condition_variable stopping_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace server
