#include "flows/tools/golden.hpp"

#include "flows/tools/heard.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

constexpr std::string_view test_mark = "==== ";
constexpr std::string_view turn_mark = "---- ";
constexpr std::string_view effect_mark = ">> ";

// The changed lines of a diff, with a few around them.
std::vector<std::string> changes(const std::vector<std::string>& lines) {
    constexpr std::ptrdiff_t around = 2;
    const auto count = static_cast<std::ptrdiff_t>(lines.size());
    std::vector<std::string> kept;
    std::ptrdiff_t shown = -1;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        const auto begin = lines.begin() + std::max<std::ptrdiff_t>(0, i - around);
        const auto end = lines.begin() + std::min(count, i + around + 1);
        const bool near = std::any_of(
            begin, end, [](const std::string& line) { return !line.starts_with("  "); });
        if (!near) continue;
        if (shown + 1 < i && shown >= 0) kept.emplace_back("...");
        shown = i;
        kept.push_back(lines[static_cast<std::size_t>(i)]);
    }
    return kept;
}

std::string effects_of(const TurnTrace& trace) {
    std::string lines;
    for (const PerformedEffect& each : trace.effects) {
        lines += fmt::format("{}{} {}\n", effect_mark, effect_name(each.effect), in_words(each));
        const auto* lookup = std::get_if<Lookup>(&each.effect);
        if (lookup != nullptr && lookup->body)
            lines += fmt::format("{}  {}\n", effect_mark, *lookup->body);
    }
    return lines;
}

}  // namespace

std::string golden_of(const TestRun& run) {
    std::string out;
    for (const auto& turn : run.turns) {
        const TapeResponse& response = turn->answer.response;
        if (response.status == 204) continue;
        const std::string_view target = turn->request.target;
        out += fmt::format("{}{}{}{}\n", turn_mark, turn->called ? "the called one: " : "",
                           turn->happened,
                           target.find('?') == target.npos
                               ? ""
                               : fmt::format(" ({})", target.substr(0, target.find('?'))));
        if (turn->answer.trace) out += effects_of(*turn->answer.trace);
        out += response.status == 200 ? comparable(response.body)
                                      : fmt::format("status {}\n", response.status);
        if (!out.ends_with('\n')) out += '\n';
    }
    return out;
}

std::string golden_name(std::string_view test_file) {
    constexpr std::string_view ending = ".yaml";
    if (test_file.ends_with(ending)) test_file.remove_suffix(ending.size());
    return std::string{test_file} + ".golden";
}

std::string print_golden(const Golden& golden, std::string_view test_file) {
    std::string out = fmt::format(
        "What {} is answered, step by step. Made by `switchboard test --update`.\n", test_file);
    for (const auto& [name, answers] : golden)
        out += fmt::format("\n{}{}\n{}", test_mark, name, answers);
    return out;
}

Golden parse_golden(std::string_view text) {
    Golden golden;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (line.starts_with(test_mark)) {
            golden.emplace_back(line.substr(test_mark.size()), "");
        } else if (!golden.empty() && !line.empty()) {
            golden.back().second += fmt::format("{}\n", line);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return golden;
}

const std::string* find_golden(const Golden& golden, std::string_view test) {
    const auto found =
        std::ranges::find_if(golden, [test](const auto& each) { return each.first == test; });
    return found == golden.end() ? nullptr : &found->second;
}

std::optional<TestFailure> compare_golden(const Golden& golden, const FlowTest& test,
                                          const TestRun& run) {
    const std::string now = golden_of(run);
    const std::string* before = find_golden(golden, test.name);
    if (before != nullptr && *before == now) return std::nullopt;
    TestFailure failure{.span = test.span, .expected = "the answers kept in "};
    failure.hint = "if it is meant so, run switchboard test --update";
    if (before == nullptr) {
        failure.actual.emplace_back("none are kept of this test");
    } else {
        failure.actual.emplace_back("it is answered otherwise:");
        for (std::string& line : changes(difference(*before, now)))
            failure.actual.push_back(std::move(line));
    }
    return failure;
}

}  // namespace flows
