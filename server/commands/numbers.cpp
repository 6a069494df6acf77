// Where the accounts' numbers point: seen, set, and set back.
#include "server/commands/command.hpp"
#include "server/commands/findings_output.hpp"
#include "server/desk/desk.hpp"
#include "server/desk/undo_file.hpp"
#include "twiml/ids.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace server {
namespace {

struct NumbersOptions {
    ConfigurationOptions configuration{};
    std::string number{}, flow{};
    bool json = false, dry_run = false;
};

int complain_of(const DeskFinding& finding) {
    const int code =
        finding.standing == DeskFinding::Standing::unknown ? exit_environment : exit_findings;
    return complain(code, "numbers",
                    fmt::format("{}: {}{}{}", finding.about, finding.what,
                                finding.mend.empty() ? "" : "\n  = ", finding.mend));
}

std::string shown(const PointingField& field, const std::string& value) {
    return field.in_answer.ends_with("_url") || field.in_answer == "status_callback"
               ? shown_url(value)
               : value;
}

const std::string& value_of(const Pointing& points, const PointingField& field) {
    static const std::string nothing;
    const auto found = points.find(field.in_answer);
    return found == points.end() ? nothing : found->second;
}

// Nothing: what stands in the way was told, and `code` is set.
std::optional<Configuration> configuration_of(const NumbersOptions& options, int& code) {
    config::Diagnostics findings;
    Texts texts;
    auto configuration = read_configuration(options.configuration, findings, texts);
    if (configuration) return configuration;
    fmt::print(stderr, "{}", write_findings(findings, texts, FindingsFormat::text, false));
    code = exit_environment;
    return std::nullopt;
}

void print_number(const IncomingNumber& number, const Desk& desk, bool json) {
    const auto flow = flow_of(number, desk.bases, desk.flows);
    if (json) {
        boost::json::object line{{"number", number.number}, {"sid", number.sid}};
        if (flow) line["flow"] = *flow;
        for (const PointingField& field : pointing_fields)
            line[field.in_answer] = shown(field, value_of(number.points, field));
        fmt::print("{}\n", boost::json::serialize(line));
        return;
    }
    const auto text = [&](std::string_view name) {
        const std::string url = shown_url(number.points.find(name)->second);
        return url.empty() ? std::string{"-"} : url;
    };
    fmt::print("{:<16}  {:<16}  {}  {}  {}  {}\n", number.number, flow.value_or("-"),
               text("voice_url"), text("voice_fallback_url"), text("status_callback"),
               text("sms_url"));
}

int list(const NumbersOptions& options) {
    int code = exit_fine;
    const auto configuration = configuration_of(options, code);
    if (!configuration) return code;
    Desk desk{*configuration};
    if (!options.json)
        fmt::print("{:<16}  {:<16}  voice  fallback  status callback  texts\n", "number", "flow");
    for (DeskAccount& account : desk.accounts) {
        const auto numbers = incoming_numbers(account);
        if (numbers.has_error()) return complain_of(numbers.error());
        for (const IncomingNumber& number : *numbers)
            print_number(number, desk, options.json);
    }
    return exit_fine;
}

// Before and after, of what changes.
void print_table(const IncomingNumber& number, const Pointing& to, bool json) {
    if (!json) fmt::print("{}\n", number.number);
    for (const PointingField& field : pointing_fields) {
        const std::string before = shown(field, value_of(number.points, field));
        const std::string after = shown(field, value_of(to, field));
        if (value_of(number.points, field) == value_of(to, field)) continue;
        if (json) {
            const boost::json::object line{{"number", number.number},
                                           {"field", field.in_answer},
                                           {"before", before},
                                           {"after", after}};
            fmt::print("{}\n", boost::json::serialize(line));
        } else {
            fmt::print("  {:<17}  {} -> {}\n", field.for_people, before.empty() ? "-" : before,
                       after.empty() ? "-" : after);
        }
    }
    std::fflush(stdout);
}

struct Found {
    DeskAccount* account = nullptr;
    IncomingNumber number{};
};

// The number in whichever account has it; `code` where none has.
std::optional<Found> find_number(const NumbersOptions& options, Desk& desk, int& code) {
    if (!twiml::E164::parse(options.number)) {
        code = complain(exit_usage, "numbers", "write the number as E.164: +12025550100");
        return std::nullopt;
    }
    for (DeskAccount& account : desk.accounts) {
        auto numbers = incoming_numbers(account, options.number);
        if (numbers.has_error()) {
            code = complain_of(numbers.error());
            return std::nullopt;
        }
        const auto found = std::ranges::find(*numbers, options.number, &IncomingNumber::number);
        if (found != numbers->end()) return Found{&account, std::move(*found)};
    }
    code = complain(exit_findings, "numbers",
                    fmt::format("{} is none of the accounts' numbers", options.number));
    return std::nullopt;
}

// Tells, and changes it unless that is a rehearsal. The exit code.
int change(const NumbersOptions& options, const Found& found, const Pointing& to,
           bool& may_have_changed) {
    may_have_changed = false;
    const auto form = changes(found.number.points, to);
    if (form.empty()) {
        complain(exit_fine, "numbers", fmt::format("{} points there already", found.number.number));
        return exit_fine;
    }
    print_table(found.number, to, options.json);
    if (options.dry_run) return exit_fine;
    TwilioDesk& rest = *found.account->rest;
    const DeskAnswer answer = rest.post(
        rest.account_url(fmt::format("IncomingPhoneNumbers/{}.json", found.number.sid)), form);
    may_have_changed = answer.is_accepted() || answer.verdict.outcome == RestOutcome::unknown;
    if (answer.is_accepted()) return exit_fine;
    return complain_of(judge_refusal(found.number.number, answer));
}

UndoFile undo_file(const Configuration& configuration) {
    return UndoFile{configuration.folder / "numbers.undo"};
}

int set(const NumbersOptions& options) {
    int code = exit_fine;
    const auto configuration = configuration_of(options, code);
    if (!configuration) return code;
    Desk desk{*configuration};
    if (desk.bases.empty()) return complain(exit_usage, "numbers", "no public_url is configured");
    if (std::ranges::find(desk.flows, options.flow) == desk.flows.end())
        return complain(exit_usage, "numbers",
                        fmt::format("no flow \"{}\"; there is {}", options.flow,
                                    desk.flows.empty()
                                        ? "none (switchboard check -c ...)"
                                        : fmt::format("{}", fmt::join(desk.flows, ", "))));
    const auto found = find_number(options, desk, code);
    if (!found) return code;
    if (!found->number.trunk_sid.empty())
        return complain(exit_findings, "numbers",
                        "a SIP trunk has its calls: take it off the trunk first");

    Pointing to = pointing_to(desk.bases.front(), options.flow);
    if (!found->number.can_text) {
        for (const char* const name : {"sms_url", "sms_method", "sms_application_sid"})
            to[name] = found->number.points.find(name)->second;
    }
    UndoFile undo = undo_file(*configuration);
    const bool is_recorded = !options.dry_run && !changes(found->number.points, to).empty();
    if (is_recorded) {
        const auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const std::string problem = undo.add({.at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", at),
                                              .number = found->number.number,
                                              .before = found->number.points});
        if (!problem.empty()) return complain(exit_environment, "numbers", problem);
    }
    bool may_have_changed = false;
    code = change(options, *found, to, may_have_changed);
    if (is_recorded && !may_have_changed) {
        const std::string problem = undo.drop_newest_of(found->number.number);
        if (!problem.empty()) return complain(exit_environment, "numbers", problem);
    }
    return code;
}

int undo(const NumbersOptions& options) {
    int code = exit_fine;
    const auto configuration = configuration_of(options, code);
    if (!configuration) return code;
    UndoFile file = undo_file(*configuration);
    const auto entry = file.newest_of(options.number);
    if (!entry)
        return complain(
            exit_findings, "numbers",
            fmt::format("nothing is kept of {} in {}", options.number, file.path().string()));
    Desk desk{*configuration};
    const auto found = find_number(options, desk, code);
    if (!found) return code;
    bool may_have_changed = false;
    code = change(options, *found, entry->before, may_have_changed);
    if (code != exit_fine || options.dry_run) return code;
    const std::string problem = file.drop_newest_of(options.number);
    return problem.empty() ? exit_fine : complain(exit_environment, "numbers", problem);
}

}  // namespace

std::function<int()> set_up_numbers(CLI::App& app) {
    auto options = std::make_shared<NumbersOptions>();
    auto chosen = std::make_shared<int (*)(const NumbersOptions&)>(nullptr);
    app.require_subcommand(1);
    const auto add = [&](const char* name, const char* summary,
                         int (*work)(const NumbersOptions&)) {
        CLI::App* const sub = app.add_subcommand(name, summary);
        sub->callback([chosen, work] { *chosen = work; });
        sub->add_option("-c,--config", options->configuration.file,
                        "The configuration whose accounts they are (default: switchboard.yaml)");
        sub->add_flag("--json", options->json, "One object a line");
        return sub;
    };
    add("list", "Each number and where it points", list);
    CLI::App* const setting = add("set", "Let a number's calls and texts come here", set);
    setting->add_option("--flow", options->flow, "The flow its calls begin in")->required();
    CLI::App* const undoing = add("undo", "Let it point where it did before the last set", undo);
    for (CLI::App* const sub : {setting, undoing}) {
        sub->add_option("number", options->number, "As E.164: +12025550100")->required();
        sub->add_flag("--dry-run", options->dry_run, "Show what would change, and change nothing");
    }
    return [options, chosen] { return (*chosen)(*options); };
}

}  // namespace server
