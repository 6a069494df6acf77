// What of a flow the tests have taken: states, outcomes of steps, choices of menus, languages.
#pragma once

#include "flows/model/flow.hpp"
#include "flows/tools/simulator.hpp"

#include <array>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace flows {

// The steps of many calls, put together. Each thread keeps its own.
class Taken {
public:
    void add(std::span<const std::shared_ptr<const PhoneTurn>> turns);
    void add(const Taken& other);

    bool state(std::string_view flow, std::string_view state) const;
    bool outcome(std::string_view flow, std::string_view state, std::string_view step,
                 std::string_view outcome) const;
    bool language(std::string_view flow, std::string_view tag) const;

private:
    std::set<std::tuple<std::string, std::string, std::string, std::string>> steps_{};
    std::set<std::pair<std::string, std::string>> states_{};
    std::set<std::pair<std::string, std::string>> languages_{};
};

struct Covered {
    enum class What : std::uint8_t { state, outcome, choice, language };
    What what = What::state;
    std::string text{};  // state "pay", outcome "busy" of dial in operator ...
    std::string file{};
    config::Span span{};
    bool taken = false;
};
inline constexpr std::array<std::string_view, 4> covered_kinds{"states", "outcomes", "choices",
                                                               "languages"};

struct FlowCoverage {
    std::string flow{};
    std::vector<Covered> items{};  // in the order of the file

    std::size_t taken() const;
    std::size_t taken(Covered::What what) const;
    std::size_t all(Covered::What what) const;
};

// Everything that can be taken in a flow. A key of `anywhere` is one choice, wherever it is
// pressed. An outcome that the step's options make impossible is none.
FlowCoverage coverage_of(const Flow& flow, const Taken& taken);

// Of all of them, 0 to 100, rounded down: 100 only where nothing is missing.
int percent(std::span<const FlowCoverage> coverage);

// A line a flow, then what is missing by place. `folder` stands in front of files.
std::string to_text(std::span<const FlowCoverage> coverage, std::string_view folder);
// {"coverage":[{"flow","states":[taken,all],...,"missing":[{"file","line","column","text"}]}],
//  "percent"}, one line.
std::string to_json(std::span<const FlowCoverage> coverage, std::string_view folder);

}  // namespace flows
