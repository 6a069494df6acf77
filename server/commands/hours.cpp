// An operator's word on opening hours: open or closed until then, whatever the flow says.
#include "flows/load/loader.hpp"
#include "flows/tools/moments.hpp"
#include "server/clock.hpp"
#include "server/commands/command.hpp"
#include "server/commands/operator_store.hpp"
#include "server/flow_library.hpp"
#include "server/store/hours_overrides.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace server {
namespace {

struct HoursOptions {
    ConfigurationOptions configuration{};
    std::string flow{}, name{}, word{}, until{};
    bool json = false;
};

void print_change(const HoursOptions& options, const std::string& zone, const HoursChange& change) {
    const StoredHoursOverride& what = change.what;
    const std::string word = change.lifted ? "as written" : what.open ? "open" : "closed";
    if (options.json) {
        boost::json::object line{{"flow", what.flow},
                                 {"hours", what.name},
                                 {"word", word},
                                 {"by", what.by},
                                 {"at", flows::write_moment(what.at, zone)}};
        if (!change.lifted) line["until"] = flows::write_moment(what.until, zone);
        fmt::print("{}\n", boost::json::serialize(line));
        return;
    }
    fmt::print("{}  {} {}: {}{}, by {}\n", flows::write_moment(what.at, zone), what.flow, what.name,
               word,
               change.lifted ? "" : fmt::format(" until {}", flows::show_moment(what.until, zone)),
               what.by);
}

int tell_history(const HoursOptions& options, const std::string& zone, OperatorStore& store) {
    StoredHoursOverrides overrides{store.database()};
    const auto changes = store.wait(overrides.history(options.flow, options.name));
    if (changes.has_error()) return complain(exit_environment, "hours", changes.error().why);
    for (const HoursChange& change : *changes)
        print_change(options, zone, change);
    return exit_fine;
}

int lift(const HoursOptions& options, const std::string& zone, OperatorStore& store) {
    StoredHoursOverrides overrides{store.database()};
    const StoreTime at = store_now();
    const auto done = store.wait(overrides.lift(options.flow, options.name, operator_name(), at));
    if (done.has_error()) return complain(exit_environment, "hours", done.error().why);
    if (!*done) {
        complain(exit_findings, "hours", "they are as written already");
        return exit_findings;
    }
    const StoredHoursOverride what{
        .flow = options.flow, .name = options.name, .by = operator_name(), .at = at};
    print_change(options, zone, {.what = what, .lifted = true});
    return exit_fine;
}

int set(const HoursOptions& options, const std::string& zone, OperatorStore& store) {
    const StoreTime at = store_now();
    const auto until = flows::read_moment(options.until, zone, at);
    if (!until)
        return complain(exit_usage, "hours",
                        fmt::format("--until is a moment, 2026-11-24T15:00, or a time, 15:00, not "
                                    "\"{}\"",
                                    options.until));
    if (*until <= at)
        return complain(exit_usage, "hours",
                        fmt::format("{} is over", flows::show_moment(*until, zone)));
    const StoredHoursOverride what{.flow = options.flow,
                                   .name = options.name,
                                   .open = options.word == "open",
                                   .until = *until,
                                   .by = operator_name(),
                                   .at = at};
    StoredHoursOverrides overrides{store.database()};
    const auto done = store.wait(overrides.set(what));
    if (done.has_error()) return complain(exit_environment, "hours", done.error().why);
    print_change(options, zone, {.what = what});
    return exit_fine;
}

// The zone of the flow's hours of that name; or why there are none.
boost::system::result<std::string, std::string> zone_of(const HoursOptions& options,
                                                        const Configuration& configuration) {
    using Zone = boost::system::result<std::string, std::string>;
    const auto fail = [](std::string why) {
        return Zone{boost::system::in_place_error, std::move(why)};
    };
    config::Diagnostics ignored;
    const auto files = read_flow_files(configuration.flows, ignored);
    const flows::Loaded loaded = flows::load_flows(files, {});
    const flows::Flow* const flow = loaded.set.find(options.flow);
    if (flow == nullptr)
        return fail(
            fmt::format("no flow \"{}\" in {}", options.flow, configuration.flows.string()));
    const auto hours = std::ranges::find(flow->hours, options.name, &flows::Hours::name);
    if (hours != flow->hours.end()) return Zone{boost::system::in_place_value, hours->timezone};
    std::string names;
    for (const flows::Hours& one : flow->hours)
        names += (names.empty() ? "" : ", ") + one.name;
    return fail(fmt::format("the flow {} has no hours \"{}\"{}", options.flow, options.name,
                            names.empty() ? "" : "; it has " + names));
}

int run(const HoursOptions& options) {
    const bool sets = options.word == "open" || options.word == "closed";
    if (sets && options.until.empty())
        return complain(exit_usage, "hours",
                        "until when? --until 15:00, or --until 2026-11-24T15:00");
    OperatorStore::Opened store = OperatorStore::open(options.configuration);
    if (store.has_error()) return complain(exit_environment, "hours", store.error());
    const auto zone = zone_of(options, (*store)->configuration());
    if (zone.has_error()) return complain(exit_usage, "hours", zone.error());
    if (sets) return set(options, *zone, **store);
    if (options.word == "as_written") return lift(options, *zone, **store);
    return tell_history(options, *zone, **store);
}

}  // namespace

std::function<int()> set_up_hours(CLI::App& app) {
    auto options = std::make_shared<HoursOptions>();
    app.add_option("-c,--config", options->configuration.file,
                   "The configuration whose flows and store they are (default: switchboard.yaml)");
    app.add_option("flow", options->flow, "The flow")->required();
    app.add_option("name", options->name, "Its hours, as the flow names them")->required();
    app.add_option("word", options->word,
                   "open, closed, or as_written: what the flow says; without it all that was said")
        ->check(CLI::IsMember({"open", "closed", "as_written"}));
    app.add_option(
        "--until", options->until,
        "Until when: 15:00, 2026-11-24T15:00 in the zone of the hours, or with an offset");
    app.add_flag("--json", options->json, "One object a line");
    return [options] { return run(*options); };
}

}  // namespace server
