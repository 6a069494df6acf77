#include "server/observe/metrics.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <sstream>

namespace server {
namespace {

struct MetricRow {
    const char* name;
    const char* type;
    const char* labels;
    const char* meaning;
};

enum Metric : std::size_t {
    webhooks,
    webhook_seconds,
    refusals,
    results,
    reloads,
    effects,
    effect_seconds,
    text_segments,
    opt_out_drift,
    limits,
    placed_calls,
    connections,
    served_flows,
    retired_versions,
    shed_records,
    ready,
    store_failing,
    store_waiting
};

constexpr std::array<MetricRow, 18> rows{{
    {"switchboard_webhooks_total", "counter", "flow, event, status",
     "Requests answered on the public listeners"},
    {"switchboard_webhook_seconds", "histogram", "", "Time from a whole request to its answer"},
    {"switchboard_refusals_total", "counter", "reason",
     "Requests refused, and tokens that did not open"},
    {"switchboard_results_total", "counter", "flow, result", "How calls ended, as flows say it"},
    {"switchboard_reloads_total", "counter", "outcome", "Reloads that were accepted or refused"},
    {"switchboard_effects_total", "counter", "kind, outcome",
     "What calls did in the world, by the step's name and its outcome; duplicates are not counted"},
    {"switchboard_effect_seconds", "histogram", "kind", "How long it took"},
    {"switchboard_text_segments_total", "counter", "",
     "Segments of texts that were sent, as Twilio bills them"},
    {"switchboard_optout_drift_total", "counter", "",
     "Opt-outs that Twilio knew of and our registry did not (21610)"},
    {"switchboard_limits_hit_total", "counter", "reason",
     "Texts, codes and calls that were refused before Twilio was asked"},
    {"switchboard_placed_calls_total", "counter", "outcome",
     "Calls that we place: placed, unknown, refused, put-off; then nobody, machine, gave-up"},
    {"switchboard_connections", "gauge", "", "Connections open on the public listeners"},
    {"switchboard_flows", "gauge", "", "Flows served"},
    {"switchboard_retired_versions", "gauge", "",
     "Versions of flows no longer served to new calls but kept for calls in progress"},
    {"switchboard_shed_records_total", "counter", "",
     "Log and metric records dropped because their queue was full"},
    {"switchboard_ready", "gauge", "", "1 when /readyz says so"},
    {"switchboard_store_failing", "gauge", "what",
     "1 for what the store suffers from: unavailable, timed_out, read_only, full, newer_schema, "
     "broken"},
    {"switchboard_store_waiting", "gauge", "", "Transactions that the store has not finished"},
}};

}  // namespace

struct Metrics::Families {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& counter(Metric row) {
        return prometheus::BuildCounter()
            .Name(rows[row].name)
            .Help(rows[row].meaning)
            .Register(registry);
    }
    prometheus::Family<prometheus::Gauge>& gauges(Metric row) {
        return prometheus::BuildGauge()
            .Name(rows[row].name)
            .Help(rows[row].meaning)
            .Register(registry);
    }
    prometheus::Gauge& gauge(Metric row) { return gauges(row).Add({}); }

    prometheus::Family<prometheus::Counter>& webhooks_family = counter(webhooks);
    prometheus::Histogram& seconds =
        prometheus::BuildHistogram()
            .Name(rows[webhook_seconds].name)
            .Help(rows[webhook_seconds].meaning)
            .Register(registry)
            .Add({}, prometheus::Histogram::BucketBoundaries{0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                                             0.005, 0.01, 0.05, 0.25, 1, 5});
    prometheus::Family<prometheus::Counter>& refusals_family = counter(refusals);
    prometheus::Family<prometheus::Counter>& results_family = counter(results);
    prometheus::Family<prometheus::Counter>& reloads_family = counter(reloads);
    prometheus::Family<prometheus::Counter>& effects_family = counter(effects);
    prometheus::Family<prometheus::Histogram>& effect_seconds_family =
        prometheus::BuildHistogram()
            .Name(rows[effect_seconds].name)
            .Help(rows[effect_seconds].meaning)
            .Register(registry);
    prometheus::Counter& segments_total = counter(text_segments).Add({});
    prometheus::Counter& opt_out_drift_total = counter(opt_out_drift).Add({});
    prometheus::Family<prometheus::Counter>& limits_family = counter(limits);
    prometheus::Family<prometheus::Counter>& placed_calls_family = counter(placed_calls);
    prometheus::Gauge& connections_now = gauge(connections);
    prometheus::Gauge& flows_now = gauge(served_flows);
    prometheus::Gauge& retired_now = gauge(retired_versions);
    prometheus::Counter& shed_total = counter(shed_records).Add({});
    prometheus::Gauge& ready_now = gauge(ready);
    prometheus::Family<prometheus::Gauge>& store_family = gauges(store_failing);
    prometheus::Gauge& store_waiting_now = gauge(store_waiting);
    // Each that there has been: a failure that is over is 0, and does not vanish.
    std::map<std::string, prometheus::Gauge*, std::less<>> store_failures;

    // `Family::Add` sorts and hashes labels: too slow for each record.
    std::map<std::string, prometheus::Counter*, std::less<>> webhook_counters;
};

Metrics::Metrics() : families_{std::make_unique<Families>()} {}
Metrics::~Metrics() = default;

void Metrics::count(const TurnRecord& record) {
    thread_local std::string key;
    key.clear();
    fmt::format_to(std::back_inserter(key), "{} {} {}", record.flow.view(), record.event.view(),
                   record.status);
    prometheus::Counter*& counter = families_->webhook_counters[key];
    if (counter == nullptr) {
        counter = &families_->webhooks_family.Add({{"flow", std::string{record.flow.view()}},
                                                   {"event", std::string{record.event.view()}},
                                                   {"status", std::to_string(record.status)}});
    }
    counter->Increment();
    families_->seconds.Observe(std::chrono::duration<double>(record.took).count());
    if (!record.reason.empty()) {
        families_->refusals_family.Add({{"reason", std::string{record.reason.view()}}}).Increment();
    }
    if (!record.result.empty()) count_result(record.flow.view(), record.result.view());
}

void Metrics::count_result(std::string_view flow, std::string_view result) {
    families_->results_family.Add({{"flow", std::string{flow}}, {"result", std::string{result}}})
        .Increment();
}

void Metrics::count_reload(bool accepted) {
    families_->reloads_family.Add({{"outcome", accepted ? "accepted" : "refused"}}).Increment();
}

// Effects are rare against webhooks: looking their labels up each time costs nothing that counts.
void Metrics::count_effect(std::string_view kind, std::string_view outcome,
                           std::chrono::milliseconds took) {
    families_->effects_family.Add({{"kind", std::string{kind}}, {"outcome", std::string{outcome}}})
        .Increment();
    families_->effect_seconds_family
        .Add({{"kind", std::string{kind}}},
             prometheus::Histogram::BucketBoundaries{0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10})
        .Observe(std::chrono::duration<double>(took).count());
}

void Metrics::count_segments(int segments) { families_->segments_total.Increment(segments); }

void Metrics::count_opt_out_drift() { families_->opt_out_drift_total.Increment(); }

void Metrics::count_limit(std::string_view reason) {
    families_->limits_family.Add({{"reason", std::string{reason}}}).Increment();
}

void Metrics::count_call(std::string_view outcome) {
    families_->placed_calls_family.Add({{"outcome", std::string{outcome}}}).Increment();
}

std::string Metrics::text(const Gauges& gauges) {
    Families& all = *families_;
    all.connections_now.Set(static_cast<double>(gauges.connections));
    all.flows_now.Set(static_cast<double>(gauges.flows));
    all.retired_now.Set(static_cast<double>(gauges.retired_versions));
    all.ready_now.Set(gauges.ready ? 1 : 0);
    all.store_waiting_now.Set(static_cast<double>(gauges.store_waiting));
    for (const auto& [what, failing] : all.store_failures)
        failing->Set(0);
    if (!gauges.store_failure.empty()) {
        const std::string what{gauges.store_failure};
        prometheus::Gauge*& failing = all.store_failures[what];
        if (failing == nullptr) failing = &all.store_family.Add({{"what", what}});
        failing->Set(1);
    }
    all.shed_total.Increment(static_cast<double>(gauges.shed_records) - all.shed_total.Value());
    return prometheus::TextSerializer{}.Serialize(all.registry.Collect());
}

std::string Metrics::reference() {
    std::string text = "| metric | type | labels | meaning |\n|---|---|---|---|\n";
    for (const MetricRow& row : rows)
        text +=
            fmt::format("| `{}` | {} | {} | {} |\n", row.name, row.type, row.labels, row.meaning);
    return text;
}

}  // namespace server
