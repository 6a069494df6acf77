// What Prometheus reads at /metrics. One table of names; counters are added off the hot path, by
// the observer's thread.
#pragma once

#include "server/observe/effect_counts.hpp"
#include "server/observe/turn_record.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace server {

// Numbers known only when asked for.
struct Gauges {
    std::size_t connections = 0;
    std::size_t flows = 0;
    std::size_t retired_versions = 0;
    std::uint64_t shed_records = 0;
    bool ready = false;
    std::string_view store_failure{};  // of what the store suffers, as `to_text` says it; or empty
    std::size_t store_waiting = 0;
};

class Metrics final : public EffectCounts {
public:
    Metrics();
    ~Metrics() override;
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    Metrics(Metrics&&) = delete;
    Metrics& operator=(Metrics&&) = delete;

    // From one thread at a time.
    void count(const TurnRecord& record);
    void count_reload(bool accepted);
    // From any.
    void count_effect(std::string_view kind, std::string_view outcome,
                      std::chrono::milliseconds took) override;
    void count_segments(int segments) override;
    void count_opt_out_drift() override;
    void count_limit(std::string_view reason) override;
    void count_result(std::string_view flow, std::string_view result) override;
    void count_call(std::string_view outcome) override;
    // Prometheus' text format 0.0.4. From the thread that counts, or while it does not.
    std::string text(const Gauges& gauges);

    // Markdown: every metric with its labels and meaning, from the table.
    static std::string reference();

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace server
