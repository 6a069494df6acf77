#include "server/observe/observer.hpp"

namespace server {
namespace {

constexpr std::size_t queued_records = 16'384;
constexpr std::chrono::milliseconds look_every{20};

}  // namespace

Observer::Observer(Log& log) : log_{log}, records_{queued_records}, thread_{[this] { run(); }} {}

Observer::~Observer() {
    {
        const std::lock_guard lock{stop_mutex_};
        stop_ = true;
    }
    stopping_.notify_one();
    thread_.join();
}

void Observer::run() {
    std::unique_lock lock{stop_mutex_};
    while (!stopping_.wait_for(lock, look_every, [this] { return stop_; })) {
        lock.unlock();
        work_off();
        lock.lock();
    }
    lock.unlock();
    work_off();  // what came last
}

void Observer::work_off() {
    const std::lock_guard lock{working_};
    records_.take(taken_);
    if (taken_.empty()) return;
    for (const TurnRecord& record : taken_) {
        log_.access(record);
        metrics_.count(record);
    }
    log_.flush();
}

void Observer::count_reload(bool accepted) {
    const std::lock_guard lock{working_};
    metrics_.count_reload(accepted);
}

std::string Observer::metrics(Gauges gauges) {
    work_off();
    const std::lock_guard lock{working_};
    gauges.shed_records = records_.shed();
    return metrics_.text(gauges);
}

}  // namespace server
