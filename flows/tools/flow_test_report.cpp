#include "flows/tools/flow_test.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

namespace json = boost::json;

std::string place(const std::string& file, const config::Span& span) {
    return fmt::format("{}:{}:{}", file, span.begin.line, span.begin.column);
}

void write_decisions(const TestFailure& failure, const ShownFiles& shown, std::string& out) {
    if (failure.led_here.empty()) {
        if (failure.stands.empty()) return;
        out += fmt::format("      the call: {}\n", failure.stands);
        return;
    }
    std::size_t width = 0;
    for (const Decision& decision : failure.led_here)
        width = std::max(width, decision.happened.size());
    out += "      what led here:\n";
    std::string before;
    for (const Decision& decision : failure.led_here) {
        const bool same = decision.happened == before;
        before = decision.happened;
        out += fmt::format("        {:{}}  {}: {}\n", same ? "" : decision.happened, width,
                           place(shown.folder + decision.file, decision.span), decision.text);
    }
    out += fmt::format("        now {}\n", failure.stands);
}

}  // namespace

std::string to_text(const FlowTest& test, const TestRun& run, std::string_view text,
                    const ShownFiles& shown) {
    std::string out;
    for (const TestFailure& failure : run.failures) {
        out += fmt::format("{}: failed: {}\n", place(shown.test_file, failure.span), test.name);
        out += config::excerpt(text, failure.span);
        out += fmt::format("      - expected {}\n", failure.expected);
        for (std::size_t i = 0; i < failure.actual.size(); ++i)
            out += fmt::format("      + {}{}\n", i == 0 ? "but " : "    ", failure.actual[i]);
        if (!failure.hint.empty()) out += fmt::format("      = {}\n", failure.hint);
        write_decisions(failure, shown, out);
        out += '\n';
    }
    return out;
}

std::string to_json(const FlowTest& test, const TestRun& run, const ShownFiles& shown) {
    json::array failures;
    for (const TestFailure& failure : run.failures) {
        json::array decisions;
        for (const Decision& decision : failure.led_here) {
            decisions.push_back(json::object{{"happened", decision.happened},
                                             {"file", shown.folder + decision.file},
                                             {"line", decision.span.begin.line},
                                             {"column", decision.span.begin.column},
                                             {"text", decision.text}});
        }
        json::array actual;
        for (const std::string& line : failure.actual)
            actual.push_back(json::string{line});
        failures.push_back(json::object{{"line", failure.span.begin.line},
                                        {"column", failure.span.begin.column},
                                        {"expected", failure.expected},
                                        {"actual", std::move(actual)},
                                        {"hint", failure.hint},
                                        {"stands", failure.stands},
                                        {"led_here", std::move(decisions)}});
    }
    json::array heard;
    for (const Heard& each : run.heard)
        heard.push_back(
            json::string{(each.called ? "the called one hears " : "") + in_words(each)});
    json::array effects;
    for (const PerformedEffect& each : run.effects)
        effects.push_back(
            json::string{fmt::format("{} {}", effect_name(each.effect), in_words(each))});
    json::array happened;
    for (const auto& turn : run.turns)
        happened.push_back(json::string{turn->happened});
    return json::serialize(json::object{{"file", shown.test_file},
                                        {"test", test.name},
                                        {"line", test.span.begin.line},
                                        {"passed", run.failures.empty()},
                                        {"failures", std::move(failures)},
                                        {"happened", std::move(happened)},
                                        {"heard", std::move(heard)},
                                        {"effects", std::move(effects)}});
}

}  // namespace flows
