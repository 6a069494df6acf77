#include "server/turn/stored_versions.hpp"

#include "server/awaitable.hpp"
#include "server/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_retry{250}, longest_retry{10'000};

StoredFlow stored(const std::string& name, const flows::Flow& flow, const LoadedFlows& all) {
    StoredFlow result{.flow = name};
    for (const config::Source& file : all.files) {
        if (std::binary_search(flow.files.begin(), flow.files.end(), file.name))
            result.files.push_back({file.name, file.text});
    }
    return result;
}

}  // namespace

net::awaitable<std::shared_ptr<const LoadedFlows>> StoredVersions::fetch(FlowVersion version) {
    auto found = co_await versions_.get(version);
    if (found.has_error()) {
        log_.say(LogLevel::warning, "a flow's version could not be read",
                 {{"version", to_hex(version)}, {"why", found.error().why}});
        co_return nullptr;
    }
    if (!*found) co_return nullptr;
    std::vector<config::Source> files;
    for (const StoredFlow::File& file : (*found)->files) {
        config::Source source;
        source.name = file.name;
        source.text = file.text;
        files.push_back(std::move(source));
    }
    config::Diagnostics findings;
    auto loaded = load_flows(files, current_.shared()->flows->written, findings);
    // The digest of what was read has to be the one that was asked for.
    if (loaded->find(version) == nullptr) {
        log_.say(LogLevel::error, "a flow's version in the store does not load here",
                 {{"version", to_hex(version)}, {"flow", (*found)->flow}});
        co_return nullptr;
    }
    co_return loaded;
}

// All at once, so that the store writes them to the disk together.
net::awaitable<bool> StoredVersions::put_all(std::shared_ptr<const LoadedFlows> flows) {
    const auto executor = co_await net::this_coro::executor;
    struct Left {
        explicit Left(const net::any_io_executor& on)
            : done{on, net::steady_timer::time_point::max()} {}
        net::steady_timer done;
        std::size_t count = 1;
        bool failed = false;
        void one_less() {
            if (--count == 0) done.cancel();
        }
    };
    auto left = std::make_shared<Left>(executor);
    for (const auto& [name, version] : flows->versions) {
        const flows::Flow* const flow = flows->find(version);
        if (flow == nullptr) continue;
        StoredFlow what = stored(name, *flow, *flows);
        ++left->count;
        auto put = versions_.put(version, std::move(what), store_now());
        net::co_spawn(executor, std::move(put),
                      [left](const std::exception_ptr& failure, const Stored<void>& done) {
                          left->failed = left->failed || failure || done.has_error();
                          left->one_less();
                      });
    }
    if (--left->count > 0) co_await left->done.async_wait(quietly);
    co_return !left->failed;
}

net::awaitable<void> StoredVersions::keep(std::shared_ptr<const LoadedFlows> flows) {
    newest_ = flows;
    net::steady_timer timer{co_await net::this_coro::executor};
    milliseconds pause = first_retry;
    while (newest_ == flows) {
        const bool kept = co_await put_all(flows);
        if (kept) co_return;
        timer.expires_after(pause);
        co_await timer.async_wait(quietly);
        pause = std::min(pause * 2, longest_retry);
    }
}

net::awaitable<void> StoredVersions::refresh(std::shared_ptr<const LoadedFlows> flows) {
    std::vector<FlowVersion> used;
    for (const auto& [name, version] : flows->versions)
        used.push_back(version);
    const auto touched = co_await versions_.touch(std::move(used), store_now());
    if (touched.has_error()) co_return;  // nothing goes while nobody could say what is in use
    const auto forgotten = co_await versions_.forget(store_now() - std::chrono::hours{token_hours});
    if (forgotten.has_error()) co_return;
}

}  // namespace server
