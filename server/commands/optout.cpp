// Who wants no texts or calls: listed, added, removed, imported. Works on the store itself.
#include "flows/engine/phone_number.hpp"
#include "flows/tools/moments.hpp"
#include "server/clock.hpp"
#include "server/commands/command.hpp"
#include "server/commands/csv.hpp"
#include "server/commands/operator_store.hpp"
#include "server/desk/consent_list.hpp"
#include "server/store/consent.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <vector>

namespace server {
namespace {

constexpr std::array<std::string_view, 6> columns{"number", "channel", "scope",
                                                  "since",  "source",  "evidence"};

// `voice`: calls that we place. The others are asked before texts.
constexpr std::array<std::string_view, 3> channels{"sms", "whatsapp", "voice"};

struct OptOutOptions {
    ConfigurationOptions configuration{};
    std::string number{};
    std::string channel = "sms";
    std::string sender{};
    std::string file{};
    bool json = false;
    bool csv = false;
};

std::string moment(StoreTime at) { return flows::write_moment(at, "UTC"); }

std::array<std::string, 6> cells(const OptOut& row) {
    return {row.number.empty() ? std::string{"(sealed by another key)"} : row.number,
            row.channel,
            row.scope,
            moment(row.since),
            std::string{to_text(row.source)},
            row.evidence};
}

boost::json::object to_json(const OptOut& row) {
    boost::json::object object;
    const auto values = cells(row);
    for (std::size_t i = 0; i < columns.size(); ++i)
        object[columns[i]] = values[i];
    if (row.number.empty()) object["number"] = nullptr;
    return object;
}

// A line of any of the three forms; `what` stands in front where it is told.
void print_row(const OptOutOptions& options, const OptOut& row, std::string_view what = {}) {
    if (options.json) {
        boost::json::object object = to_json(row);
        if (!what.empty()) object["what"] = what;
        fmt::print("{}\n", boost::json::serialize(object));
        return;
    }
    const auto values = cells(row);
    if (options.csv) {
        std::vector<std::string> fields(values.begin(), values.end());
        if (!what.empty()) fields.emplace_back(what);
        fmt::print("{}", csv_line(fields));
        return;
    }
    fmt::print("{:<7}{:<16}  {:<8}  {:<20}  {:<9}  {}{}\n", what.empty() ? "" : what, values[0],
               values[1], values[3], values[4], values[5],
               row.scope.empty() ? "" : fmt::format("  only from {}", row.scope));
}

void print_head(const OptOutOptions& options, bool history) {
    if (!options.csv) return;
    std::vector<std::string> head(columns.begin(), columns.end());
    if (history) head.emplace_back("what");
    fmt::print("{}", csv_line(head));
}

int list_all(const OptOutOptions& options, OperatorStore& store) {
    constexpr std::int64_t page_rows = 500;
    Consent consent{store.database(), store.cipher()};
    print_head(options, false);
    std::string after;
    do {
        const Stored<Consent::Page> page = store.wait(consent.list(after, page_rows));
        if (page.has_error()) return complain(exit_environment, "optout", page.error().why);
        for (const OptOut& row : page->opt_outs)
            print_row(options, row);
        after = page->after;
    } while (!after.empty());
    return exit_fine;
}

int tell_consents(const OptOutOptions& options, OperatorStore& store) {
    Consent consent{store.database(), store.cipher()};
    const Stored<std::vector<ConsentEvent>> events = store.wait(consent.history(options.number));
    if (events.has_error()) return complain(exit_environment, "optout", events.error().why);
    print_head(options, true);
    for (const ConsentEvent& event : *events)
        print_row(options, event.what, event.out ? "out" : "in");
    return exit_fine;
}

ConsentChange change_of(const OptOutOptions& options) {
    return {.number = options.number,
            .channel = options.channel,
            .scope = options.sender,
            .source = ConsentSource::console,
            .evidence = operator_name(),
            .at = store_now()};
}

void tell(const OptOutOptions& options, std::string_view outcome) {
    if (options.json) {
        const boost::json::object line{
            {"number", options.number}, {"channel", options.channel}, {"outcome", outcome}};
        fmt::print("{}\n", boost::json::serialize(line));
    } else {
        fmt::print("{} {}: {}\n", options.number, options.channel, outcome);
    }
}

// Ours is what counts here; that others hear of it is as good as it goes.
int tell_others(OperatorStore& store, std::span<const OperatorConsent> changed) {
    const std::string why = tell_twilio(store.configuration().settings, changed);
    if (why.empty()) return exit_fine;
    return complain(exit_environment, "optout",
                    fmt::format("it is kept here, but Twilio's own list was not told: {}; say it "
                                "once more when Twilio can be reached",
                                why));
}
int tell_others(OperatorStore& store, const OptOutOptions& options, bool opts_out) {
    if (options.channel != "sms") return exit_fine;
    const OperatorConsent changed{options.number, options.sender, opts_out};
    return tell_others(store, std::span{&changed, 1});
}

int add(const OptOutOptions& options, OperatorStore& store) {
    Consent consent{store.database(), store.cipher()};
    const Stored<bool> is_new = store.wait(consent.opt_out(change_of(options)));
    if (is_new.has_error()) return complain(exit_environment, "optout", is_new.error().why);
    tell(options, *is_new ? "added" : "was there already");
    return tell_others(store, options, true);
}

int remove(const OptOutOptions& options, OperatorStore& store) {
    Consent consent{store.database(), store.cipher()};
    const Stored<OptedIn> done = store.wait(consent.opt_in(change_of(options)));
    if (done.has_error()) return complain(exit_environment, "optout", done.error().why);
    if (done->lifted == 0) {
        tell(options, done->still_blocked ? "still opted out for all senders" : "was not there");
        return exit_findings;
    }
    tell(options, done->still_blocked ? "removed, still opted out for all senders" : "removed");
    return done->still_blocked ? exit_fine : tell_others(store, options, false);
}

// Where each known column stands; nothing where the first row is no head.
std::optional<std::array<std::size_t, 6>> head_of(const CsvRow& row) {
    std::array<std::size_t, 6> places{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto found = std::ranges::find(row.fields, columns[i]);
        places[i] = static_cast<std::size_t>(found - row.fields.begin());
    }
    if (places[0] == row.fields.size()) return std::nullopt;
    return places;
}

// One row of a list. Empty, or why it cannot be taken.
std::string read_row(const CsvRow& row, const std::array<std::size_t, 6>& places,
                     ConsentChange& change) {
    const auto field = [&](std::size_t column) {
        const std::size_t place = places[column];
        return place < row.fields.size() ? row.fields[place] : std::string{};
    };
    change.number = field(0);
    if (!flows::number_facts(change.number))
        return fmt::format("\"{}\" is no number in E.164, +12025550123", change.number);
    if (const std::string channel = field(1); !channel.empty()) change.channel = channel;
    if (std::ranges::find(channels, change.channel) == channels.end())
        return fmt::format("the channel is sms, whatsapp or voice, not \"{}\"", change.channel);
    change.scope = field(2);
    if (const std::string since = field(3); !since.empty()) {
        const auto at = flows::read_moment(since, "UTC", change.at);
        if (!at) return fmt::format("since is a day or a moment, 2026-11-24, not \"{}\"", since);
        change.at = *at;
    }
    return {};
}

int import_list(const OptOutOptions& options, OperatorStore& store) {
    std::string text;
    if (options.file == "-") {
        text.assign(std::istreambuf_iterator<char>{std::cin}, {});
    } else {
        std::ifstream in{options.file, std::ios::binary};
        if (!in)
            return complain(exit_usage, "optout", fmt::format("{} cannot be read", options.file));
        text.assign(std::istreambuf_iterator<char>{in}, {});
    }
    const std::vector<CsvRow> rows = read_csv(text);
    const auto places = rows.empty() ? std::nullopt : head_of(rows.front());
    if (!places)
        return complain(exit_usage, "optout",
                        "the first line names the columns: number, and where there are "
                        "some channel, scope, since");

    Consent consent{store.database(), store.cipher()};
    const std::string evidence = operator_name();
    std::size_t added = 0, known = 0, refused = 0;
    std::vector<OperatorConsent> told;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        ConsentChange change{
            .source = ConsentSource::import, .evidence = evidence, .at = store_now()};
        const std::string why = read_row(rows[i], *places, change);
        if (!why.empty()) {
            ++refused;
            fmt::print(stderr, "{}:{}: {}\n", options.file, rows[i].line, why);
            continue;
        }
        if (change.channel == "sms") told.push_back({change.number, change.scope});
        const Stored<bool> is_new = store.wait(consent.opt_out(std::move(change)));
        if (is_new.has_error()) return complain(exit_environment, "optout", is_new.error().why);
        ++(*is_new ? added : known);
    }
    if (options.json) {
        const boost::json::object line{{"added", added}, {"known", known}, {"refused", refused}};
        fmt::print("{}\n", boost::json::serialize(line));
    } else {
        fmt::print("{} added, {} known already, {} refused\n", added, known, refused);
    }
    const int others = tell_others(store, told);
    return refused == 0 ? others : exit_findings;
}

using Work = int (*)(const OptOutOptions& options, OperatorStore& store);

int run(const OptOutOptions& options, Work work) {
    if (!options.number.empty() && !flows::number_facts(options.number))
        return complain(exit_usage, "optout",
                        fmt::format("\"{}\" is no number in E.164, +12025550123", options.number));
    OperatorStore::Opened store = OperatorStore::open(options.configuration);
    if (store.has_error()) return complain(exit_environment, "optout", store.error());
    return work(options, **store);
}

}  // namespace

std::function<int()> set_up_optout(CLI::App& app) {
    app.require_subcommand(1);
    auto options = std::make_shared<OptOutOptions>();
    auto work = std::make_shared<Work>(nullptr);
    const auto add_command = [&](const char* name, const char* summary, Work does) {
        CLI::App* sub = app.add_subcommand(name, summary);
        sub->add_option("-c,--config", options->configuration.file,
                        "The configuration whose store it is (default: switchboard.yaml)");
        sub->add_flag("--json", options->json, "One object a line");
        sub->callback([work, does] { *work = does; });
        return sub;
    };
    CLI::App* list = add_command("list", "Who wants no texts", list_all);
    list->add_option("number", options->number, "All that happened to this number, oldest first");
    list->add_flag("--csv", options->csv, "As import takes it");
    list->callback([work, options] { *work = options->number.empty() ? list_all : tell_consents; });
    for (CLI::App* sub : {add_command("add", "Send no texts to this number any more", add),
                          add_command("remove", "Send texts to it again", remove)}) {
        sub->add_option("number", options->number, "In E.164: +12025550123")->required();
        sub->add_option("--channel", options->channel,
                        "sms, whatsapp, or voice: the calls we place (sms)")
            ->check(CLI::IsMember({"sms", "whatsapp", "voice"}));
        sub->add_option("--from", options->sender, "From this sender alone; else from all");
    }
    CLI::App* import = add_command(
        "import", "Add those of a CSV file: number, channel, scope, since", import_list);
    import->add_option("file", options->file, "- is stdin")->required();
    return [options, work] { return run(*options, *work); };
}

}  // namespace server
