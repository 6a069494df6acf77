// Why a finding is one, with a bad and a good example; or what may come of a step.
#include "flows/load/finding_pages.hpp"
#include "flows/load/findings.hpp"
#include "flows/model/steps.hpp"
#include "server/commands/command.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace server {
namespace {

struct ExplainOptions {
    std::string what{};
    bool json = false;
};

std::string_view severity_word(config::Severity severity) {
    switch (severity) {
    case config::Severity::error:
        return "error";
    case config::Severity::warning:
        return "warning";
    case config::Severity::note:
        break;
    }
    return "note";
}

void print_example(std::string_view title, std::string_view example) {
    fmt::print("\n{}\n", title);
    while (!example.empty()) {
        const std::size_t end = std::min(example.find('\n'), example.size());
        fmt::print("    {}\n", example.substr(0, end));
        example.remove_prefix(std::min(end + 1, example.size()));
    }
}

int print_page(const flows::FindingPage& page, const flows::FindingKind& kind, bool json) {
    const std::string_view severity = severity_word(kind.severity);
    if (json) {
        const boost::json::object object{{"code", page.code},
                                         {"severity", severity},
                                         {"title", kind.title},
                                         {"why", page.why},
                                         {"bad", page.bad},
                                         {"good", page.good},
                                         {"may_be_allowed", kind.may_be_allowed}};
        fmt::print("{}\n", boost::json::serialize(object));
        return exit_fine;
    }
    fmt::print("{} {}: {}\n\n{}\n", severity, page.code, kind.title, page.why);
    print_example("bad:", page.bad);
    print_example("good:", page.good);
    if (kind.may_be_allowed)
        fmt::print("\nWhere it is meant so, say why there or on the line above: # allow {}: ...\n",
                   page.code);
    return exit_fine;
}

// One of each kind, with all that may come of it.
std::vector<flows::StepWhat> all_steps() {
    std::vector<flows::StepWhat> steps;
    const auto add = [&]<std::size_t... kinds>(std::index_sequence<kinds...>) {
        (steps.emplace_back(std::variant_alternative_t<kinds, flows::StepWhat>{}), ...);
    };
    add(std::make_index_sequence<std::variant_size_v<flows::StepWhat>>{});
    return steps;
}

int print_step(const flows::StepWhat& step, bool json) {
    const std::string_view name = flows::step_name(step);
    boost::json::array outcomes;
    for (const flows::Outcome& outcome : flows::outcomes_of(step))
        outcomes.push_back({{"name", outcome.name}, {"must_be_handled", outcome.must_be_handled}});
    if (json) {
        fmt::print("{}\n", boost::json::serialize(
                               boost::json::object{{"step", name},
                                                   {"waits_for_the_caller", flows::waits(step)},
                                                   {"is_heard", flows::speaks(step)},
                                                   {"leaves", flows::leaves(step)},
                                                   {"outcomes", outcomes}}));
        return exit_fine;
    }
    fmt::print("{}: {}{}{}\n", name, flows::waits(step) ? "the call rests until it is over; " : "",
               flows::speaks(step) ? "the caller hears it; " : "",
               flows::leaves(step) ? "nothing runs behind it" : "the next step follows");
    for (const flows::Outcome& outcome : flows::outcomes_of(step))
        fmt::print("  {:<10}  {}\n", outcome.name,
                   outcome.name == "otherwise" ? "must be written: where the call goes then"
                   : outcome.must_be_handled
                       ? "must be handled: in on, otherwise, or the flow's otherwise"
                       : "goes on with the next step unless on says otherwise");
    return exit_fine;
}

int run(const ExplainOptions& options) {
    std::string code = options.what;
    std::ranges::transform(code, code.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    const auto pages = flows::finding_pages();
    const auto page = std::ranges::find(pages, code, &flows::FindingPage::code);
    const flows::FindingKind* const kind = flows::find_finding_kind(code);
    if (page != pages.end() && kind != nullptr) return print_page(*page, *kind, options.json);
    const auto steps = all_steps();
    const auto step = std::ranges::find(steps, options.what, flows::step_name);
    if (step != steps.end()) return print_step(*step, options.json);
    std::string codes;
    for (const flows::FindingPage& each : pages)
        codes += fmt::format(" {}", each.code);
    fmt::print(stderr, "switchboard explain: \"{}\" is no finding of this build and no step:{}\n",
               options.what, codes);
    return exit_usage;
}

}  // namespace

std::function<int()> set_up_explain(CLI::App& app) {
    auto options = std::make_shared<ExplainOptions>();
    app.add_option("what", options->what, "A code that check prints, or the name of a step")
        ->required();
    app.add_flag("--json", options->json, "As one object");
    return [options] { return run(*options); };
}

}  // namespace server
