#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>

namespace server {
namespace {

int print(const ConfigurationOptions& options, bool json) {
    config::Diagnostics findings;
    Texts texts;
    std::vector<config::PrintedSetting> settings;
    const bool sound = print_configuration(options, settings, findings, texts);
    std::size_t widest = 0;
    std::size_t value = 0;
    for (const config::PrintedSetting& setting : settings) {
        widest = std::max(widest, setting.path.size());
        value = std::max(value, std::min<std::size_t>(setting.value.size(), 48));
    }
    for (const config::PrintedSetting& setting : settings) {
        if (json) {
            const boost::json::object line{
                {"setting", setting.path}, {"value", setting.value}, {"origin", setting.origin}};
            fmt::print("{}\n", boost::json::serialize(line));
        } else {
            fmt::print("{:<{}}  {:<{}}  {}\n", setting.path, widest, setting.value, value,
                       setting.origin);
        }
    }
    if (!findings.empty())
        fmt::print(stderr, "{}", write_findings(findings, texts, FindingsFormat::text, false));
    return sound ? exit_fine : exit_findings;
}

}  // namespace

std::function<int()> set_up_config_print(CLI::App& app) {
    app.require_subcommand(1);
    CLI::App* sub = app.add_subcommand("print", "Every setting, its value and where it comes from");
    auto options = add_configuration_options(*sub);
    auto json = std::make_shared<bool>(false);
    sub->add_flag("--json", *json, "One object a line");
    return [options, json] { return print(*options, *json); };
}

}  // namespace server
