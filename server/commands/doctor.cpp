// The operator's desk: looks at everything a call needs, from this machine outwards.
#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"
#include "server/desk/desk.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace server {
namespace {

using Standing = DeskFinding::Standing;

struct DoctorOptions {
    std::shared_ptr<ConfigurationOptions> configuration{};
    std::vector<std::string> only{};
    bool json = false;
};

std::string_view word_for(Standing standing) {
    switch (standing) {
    case Standing::fine:
        return "fine";
    case Standing::note:
        return "note";
    case Standing::wrong:
        return "wrong";
    case Standing::unknown:
        break;
    }
    return "unknown";
}

void print(std::string_view check, const DeskFinding& finding, bool json) {
    const std::string_view standing = word_for(finding.standing);
    if (json) {
        boost::json::object line{{"check", check},
                                 {"standing", standing},
                                 {"about", finding.about},
                                 {"what", finding.what}};
        if (!finding.mend.empty()) line["mend"] = finding.mend;
        fmt::print("{}\n", boost::json::serialize(line));
        return;
    }
    fmt::print("{:<7}  {}: {}: {}\n", standing, check, finding.about, finding.what);
    if (!finding.mend.empty()) fmt::print("         = {}\n", finding.mend);
}

bool is_wanted(const DoctorOptions& options, std::string_view check) {
    return options.only.empty() || std::ranges::find(options.only, check) != options.only.end();
}

// Without a sound configuration there is nothing further to look at.
int tell_configuration(const DoctorOptions& options, const config::Diagnostics& findings) {
    bool is_away = false;
    for (const config::Diagnostic& finding : findings) {
        is_away = is_away || finding.code == "SB208";
        print("configuration",
              {finding.severity == config::Severity::error ? Standing::wrong : Standing::note,
               fmt::format("{}:{}", finding.file, finding.span.begin.line),
               fmt::format("{}: {}", finding.code, finding.message), finding.hint},
              options.json);
    }
    return is_away ? exit_environment : exit_findings;
}

int run(const DoctorOptions& options) {
    config::Diagnostics findings;
    Texts texts;
    const auto configuration = read_configuration(*options.configuration, findings, texts);
    if (!configuration) return tell_configuration(options, findings);

    Desk desk{*configuration};
    bool any_wrong = false, any_unknown = false;
    for (const DeskCheck& check : desk_checks()) {
        if (!is_wanted(options, check.name)) continue;
        for (const DeskFinding& finding : check.look(desk)) {
            any_wrong = any_wrong || finding.standing == Standing::wrong;
            any_unknown = any_unknown || finding.standing == Standing::unknown;
            print(check.name, finding, options.json);
        }
        std::fflush(stdout);  // the next one may wait for the network
    }
    return any_wrong ? exit_findings : any_unknown ? exit_environment : exit_fine;
}

}  // namespace

std::function<int()> set_up_doctor(CLI::App& app) {
    auto options = std::make_shared<DoctorOptions>();
    options->configuration = add_configuration_options(app);
    std::vector<std::string> names;
    std::string all = "Only these:";
    for (const DeskCheck& check : desk_checks()) {
        names.emplace_back(check.name);
        all += fmt::format("\n{:<15}{}", check.name, check.what);
    }
    app.add_option("checks", options->only, all)->check(CLI::IsMember(names));
    app.add_flag("--json", options->json, "One object a line: check, standing, about, what, mend");
    return [options] { return run(*options); };
}

}  // namespace server
