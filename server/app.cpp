#include "server/app.hpp"

#include "server/admin_handler.hpp"
#include "server/commands/command.hpp"
#include "server/commands/findings_output.hpp"
#include "server/net/asio.hpp"
#include "server/net/listener.hpp"
#include "server/net/loops.hpp"
#include "server/net/self_signed.hpp"
#include "server/net/tls.hpp"
#include "server/snapshot_builder.hpp"
#include "server/store/open_store.hpp"
#include "server/turn/voice_webhook.hpp"
#include "server/world.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint32_t this_hour() {
    return static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::hours>(std::chrono::system_clock::now().time_since_epoch())
            .count());
}

void complain(const config::Diagnostics& findings, Texts texts) {
    hide_secrets(findings, texts);
    fmt::print(stderr, "{}",
               write_findings(findings, texts, FindingsFormat::text, wants_colour(STDERR_FILENO)));
}

config::Diagnostic refusal_of(const Configuration& configuration, std::string why) {
    config::Diagnostic finding;
    finding.code = "SB106";
    finding.file = configuration.file;
    finding.message = std::move(why);
    finding.hint = "put it right and reload again; what was served goes on";
    return finding;
}

// Everything that lives as long as the process does, in the order in which it is made.
class App {
public:
    App(ConfigurationOptions options, Configuration configuration,
        std::shared_ptr<const Snapshot> snapshot)
        : options_{std::move(options)}, configuration_{std::move(configuration)},
          log_{log_format(configuration_.settings), log_level(configuration_.settings)},
          observer_{log_}, loops_{configuration_.settings.threads, on_failure()},
          admin_loops_{1, on_failure()}, world_{current_,
                                                retired_,
                                                log_,
                                                {configuration_.settings.store,
                                                 configuration_.folder, &observer_.effects()},
                                                on_failure()},
          webhook_{current_, retired_, world_.for_webhooks(), observer_},
          admin_{admin_server(), observer_, configuration_.admin_token} {
        current_.set(std::move(snapshot));
    }

    // Empty, or why it cannot serve.
    std::string open();
    int run(bool watch);

private:
    Loops::OnFailure on_failure() {
        return [this](std::string_view what) {
            log_.say(LogLevel::error, "unexpected failure", {{"what", std::string{what}}});
        };
    }
    AdminHandler::Server admin_server();
    Readiness readiness() const;
    Gauges gauges();
    ReloadOutcome reload();
    std::string use_certificate(const Configuration& next);
    void take_over(const Configuration& next);
    void log_reload(const ReloadOutcome& outcome);
    void print_table() const;
    FileTimes watch_files();
    void look_after_files(bool watch);
    bool drain();

    ConfigurationOptions options_;
    Configuration configuration_;  // what a reload changes of it, only under `reloading_`
    Log log_;
    Observer observer_;
    CurrentSnapshot current_;
    RetiredVersions retired_;
    std::unique_ptr<TlsContext> tls_;  // once made it stays: an admin listener may serve with it
    std::atomic<TlsContext*> tls_in_use_{nullptr};  // null: plain HTTP
    Loops loops_;
    Loops admin_loops_;
    World world_;
    VoiceWebhook webhook_;
    AdminHandler admin_;
    std::unique_ptr<Listener> listener_;
    std::unique_ptr<Listener> admin_listener_;
    std::atomic<bool> draining_{false};
    std::mutex reloading_;
    net::io_context signals_loop_{1};
    FileTimes watched_{};
};

std::string App::open() {
    const config::Settings& settings = configuration_.settings;
    if (configuration_.tls) {
        TlsContext::Loaded loaded = TlsContext::load(*configuration_.tls);
        if (loaded.has_error()) return loaded.error();
        tls_ = std::move(*loaded);
        tls_in_use_ = tls_.get();
    }
    const auto endpoints = parse_endpoints(settings.listen);
    if (endpoints.has_error()) return endpoints.error();
    Listener::Opened opened =
        Listener::open(loops_, *endpoints, limits_of(settings), webhook_, tls_.get());
    if (opened.has_error()) return opened.error();
    listener_ = std::move(*opened);

    const auto admin_endpoints = parse_endpoints({settings.admin.listen});
    if (admin_endpoints.has_error()) return admin_endpoints.error();
    // Plain HTTP on loopback only: elsewhere the token would travel in clear.
    const bool loopback = admin_endpoints->front().address().is_loopback();
    if (!loopback && !tls_)
        return "admin.listen is not on loopback: it needs `tls`, or another address";
    Listener::Opened admin = Listener::open(admin_loops_, *admin_endpoints, limits_of(settings),
                                            admin_, loopback ? nullptr : tls_.get());
    if (admin.has_error()) return admin.error();
    admin_listener_ = std::move(*admin);
    return {};
}

AdminHandler::Server App::admin_server() {
    return {.loops_turn = [this] { return loops_.have_turned_within(seconds{5}); },
            .readiness = [this] { return readiness(); },
            .gauges = [this] { return gauges(); },
            .reload = [this] { return reload(); },
            .place = [this](PlaceOrder order) { return world_.place(std::move(order)); }};
}

Readiness App::readiness() const {
    Readiness readiness;
    if (draining_) readiness.causes.emplace_back("draining");
    if (current_.shared()->flows->set.flows.empty()) readiness.causes.emplace_back("no flows");
    const TlsContext* const tls = tls_in_use_;
    if (tls != nullptr && tls->expires() < std::chrono::system_clock::now())
        readiness.causes.emplace_back("the certificate has expired");
    const StoreHealth store = world_.store_health();
    if (!store.ok) readiness.causes.push_back("the store: " + store.why);
    return readiness;
}

Gauges App::gauges() {
    Gauges gauges;
    gauges.connections = listener_->counters().open;
    gauges.flows = current_.shared()->flows->set.flows.size();
    gauges.retired_versions = retired_.size();
    gauges.ready = readiness().is_ready();
    const StoreHealth store = world_.store_health();
    if (!store.ok) gauges.store_failure = to_text(store.what);
    gauges.store_waiting = store.waiting;
    return gauges;
}

// Empty, or why the files that the new configuration names cannot be served.
std::string App::use_certificate(const Configuration& next) {
    if (next.tls && tls_) {
        std::string why = tls_->use(*next.tls).why;
        if (!why.empty()) return why;
    } else if (next.tls) {
        TlsContext::Loaded loaded = TlsContext::load(*next.tls);
        if (loaded.has_error()) return loaded.error();
        tls_ = std::move(*loaded);
    }
    tls_in_use_ = next.tls ? tls_.get() : nullptr;
    listener_->set_tls(tls_in_use_);
    return {};
}

// What is not in the snapshot. What needs a restart is left out, and said.
void App::take_over(const Configuration& next) {
    const config::Settings& settings = next.settings;
    listener_->set_limits(limits_of(settings));
    admin_listener_->set_limits(limits_of(settings));
    log_.configure(log_format(settings), log_level(settings));
    configuration_.flows = next.flows;
    configuration_.settings.drain = settings.drain;

    const config::Settings& kept = configuration_.settings;
    std::string waiting;
    const auto tell = [&waiting](bool changed, std::string_view name) {
        if (changed) waiting.append(waiting.empty() ? "" : ", ").append(name);
    };
    tell(settings.listen != kept.listen, "listen");
    tell(settings.threads != kept.threads, "threads");
    tell(settings.admin.listen != kept.admin.listen, "admin.listen");
    tell(settings.store != kept.store, "store");
    if (!waiting.empty())
        log_.say(LogLevel::warning, "a changed setting needs a restart", {{"settings", waiting}});
}

// Builds the next snapshot aside and swaps, or keeps the old one and says why.
ReloadOutcome App::reload() {
    const std::lock_guard lock{reloading_};
    ReloadOutcome outcome;
    Texts texts;
    auto configuration = read_configuration(options_, outcome.findings, texts);
    std::shared_ptr<const Snapshot> next;
    if (configuration) {
        std::string problem = prepare_dev_files(*configuration);
        if (problem.empty()) next = build_snapshot(*configuration, outcome.findings, texts);
        if (next) problem = use_certificate(*configuration);
        if (!problem.empty()) {
            outcome.findings.push_back(refusal_of(*configuration, std::move(problem)));
            next = nullptr;
        }
    }
    outcome.accepted = next != nullptr;
    if (next) {
        const std::shared_ptr<const Snapshot> old = current_.shared();
        retired_.retire(old->flows, *next->flows, this_hour());
        world_.use(next);
        current_.set(std::move(next));
        take_over(*configuration);
    }
    observer_.count_reload(outcome.accepted);
    log_reload(outcome);
    return outcome;
}

void App::log_reload(const ReloadOutcome& outcome) {
    if (outcome.accepted) {
        return log_.say(LogLevel::info, "reloaded",
                        {{"flows", std::to_string(current_.shared()->flows->set.flows.size())}});
    }
    for (const config::Diagnostic& finding : outcome.findings) {
        if (finding.severity != config::Severity::error) continue;
        log_.say(LogLevel::error, "reload refused, the old flows go on",
                 {{"at", fmt::format("{}:{}:{}", finding.file, finding.span.begin.line,
                                     finding.span.begin.column)},
                  {"code", finding.code},
                  {"finding", finding.message}});
    }
}

void App::print_table() const {
    const std::string base = configuration_.shown_url(listener_->endpoints().front().port());
    const auto& flows = current_.shared()->flows->set.flows;
    std::size_t widest = 4;
    for (const auto& [name, flow] : flows)
        widest = std::max(widest, name.size());
    const std::size_t url = base.size() + 16 + widest;
    fmt::print("{:<{}}  {:<{}}  {:<{}}  {}\n", "flow", widest, "webhook", url, "status callback",
               url, "fallback URL");
    for (const auto& [name, flow] : flows) {
        const std::string webhook = fmt::format("{}/voice/{}", base, name);
        fmt::print("{:<{}}  {:<{}}  {:<{}}  {}/fallback\n", name, widest, webhook, url,
                   webhook + "/status", url, webhook);
    }
    std::fflush(stdout);
}

FileTimes App::watch_files() {
    const std::lock_guard lock{reloading_};
    return file_times(configuration_);
}

void App::look_after_files(bool watch) {
    if (TlsContext* const tls = tls_in_use_; tls != nullptr) {
        const TlsContext::Reload reload = tls->reload();
        if (reload.outcome == TlsContext::Reload::Outcome::reloaded)
            log_.say(LogLevel::info, "certificate reloaded");
        if (reload.outcome == TlsContext::Reload::Outcome::refused)
            log_.say(LogLevel::error, "certificate refused, the old one goes on",
                     {{"why", reload.why}});
    }
    if (!watch) return;
    FileTimes now = watch_files();
    if (now == watched_) return;
    watched_ = std::move(now);
    reload();
}

bool App::drain() {
    draining_ = true;
    log_.say(LogLevel::info, "draining");
    const milliseconds time = [this] {
        const std::lock_guard lock{reloading_};
        return milliseconds{configuration_.settings.drain};
    }();
    const auto until = std::chrono::steady_clock::now() + time;
    bool whole = listener_->drain(time);
    admin_listener_->drain(milliseconds{100});
    const auto left = std::chrono::floor<milliseconds>(until - std::chrono::steady_clock::now());
    whole = world_.drain(std::max(left, milliseconds{0})) && whole;
    log_.say(whole ? LogLevel::info : LogLevel::warning,
             whole ? "stopped" : "stopped: some connections had to be cut");
    return whole;
}

int App::run(bool watch) {
    world_.start();
    world_.use(current_.shared());
    loops_.start();
    admin_loops_.start();
    listener_->start();
    admin_listener_->start();
    print_table();
    log_.say(LogLevel::info, "serving",
             {{"listen", fmt::format("port {}", listener_->endpoints().front().port())},
              {"flows", std::to_string(current_.shared()->flows->set.flows.size())}});
    if (watch) watched_ = watch_files();

    std::thread draining;
    net::signal_set signals{signals_loop_, SIGTERM, SIGINT, SIGHUP};
    net::steady_timer timer{signals_loop_};
    std::function<void()> tick = [&] {
        timer.expires_after(seconds{1});
        timer.async_wait([&](const boost::system::error_code& cancelled) {
            if (cancelled) return;
            look_after_files(watch);
            tick();
        });
    };
    std::function<void()> wait = [&] {
        signals.async_wait([&](const boost::system::error_code& cancelled, int signal) {
            if (cancelled) return;
            if (signal == SIGHUP) {
                if (!draining_) reload();
            } else if (draining.joinable()) {
                std::_Exit(exit_fine);  // asked twice: at once
            } else {
                timer.cancel();
                draining = std::thread{[&] {
                    drain();
                    net::post(signals_loop_, [&] { signals.cancel(); });
                }};
            }
            wait();
        });
    };
    tick();
    wait();
    signals_loop_.run();
    draining.join();
    loops_.stop();
    world_.stop();
    admin_loops_.stop();
    return exit_fine;
}

}  // namespace

int serve(const ServeOptions& options) {
    config::Diagnostics findings;
    Texts texts;
    std::string problem;
    auto configuration = read_configuration(options.configuration, findings, texts);
    std::shared_ptr<const Snapshot> snapshot;
    if (configuration) {
        problem = prepare_files(*configuration);
        if (const auto error = why_no_store(configuration->settings.store);
            problem.empty() && error)
            problem = fmt::format("store: {}", error->why);
        if (problem.empty()) snapshot = build_snapshot(*configuration, findings, texts);
    }
    if (problem.empty() && !snapshot) {
        complain(findings, texts);
        return exit_findings;
    }
    if (!findings.empty()) complain(findings, texts);
    if (problem.empty()) {
        App app{options.configuration, std::move(*configuration), std::move(snapshot)};
        problem = app.open();
        if (problem.empty()) return app.run(options.watch);
    }
    fmt::print(stderr, "switchboard serve: {}\n", problem);
    return exit_environment;
}

}  // namespace server
