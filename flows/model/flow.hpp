// A flow as it runs: immutable once loaded, all names resolved, all expressions typed.
#pragma once

#include "flows/model/steps.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace flows {

struct Variable {
    std::string name{};
    Type type{};
    config::Span span{};
};

struct Language {
    std::string tag{};         // BCP 47
    std::string voice{};       // empty: Twilio's default
    ExtraAttributes speech{};  // of <Gather>: speechModel, speechTimeout ...; hints apart
    std::vector<std::string> hints{};
    config::Span span{};
};

// One range of opening hours of a weekday, in minutes since midnight; `to` beyond 24 h belongs to
// the day on which it begins (22:00-06:00 is 1320-1800).
struct OpenRange {
    int from = 0;
    int to = 0;
};
struct Holiday {
    std::chrono::year_month_day from{}, to{};
    std::vector<OpenRange> open{};  // empty: closed all day
};
struct Hours {
    std::string name{};
    std::string timezone{};            // IANA
    std::vector<OpenRange> week[7]{};  // Monday first
    std::vector<Holiday> holidays{};
    config::Span span{};
};

struct State {
    std::string name{};
    std::string about{};
    std::vector<Step> steps{};   // flat; the first runs first
    config::Span span{};         // of its name
    bool counts_visits = false;  // its visits are counted
};

struct Flow {
    std::string name{};
    std::string about{};
    std::string file{};                 // relative to the flows folder
    std::vector<Language> languages{};  // never empty; the first is the default
    std::vector<Variable> settings{};
    std::vector<Variable> variables{};  // `vars`; behind them `takes`, which are variables too
    std::vector<int> takes{};           // indices into variables, in written order
    std::vector<Variable> gives{};
    std::vector<std::string> ends{};
    std::vector<Hours> hours{};  // the first names the flow's time zone
    std::vector<std::string> results{};
    std::optional<Target> otherwise{};
    int start = 0;
    int hung_up = -1;  // the silent state that runs once the caller is gone
    std::vector<State> states{};
    std::vector<std::string> calls{};  // flows reached by `do` or a place, sorted, without itself
    std::vector<std::string> files{};  // own file, its libraries, those of all reachable flows:
                                       // what FlowVersion is hashed over; sorted
    bool reads_attestation = false, reads_answered_by = false;  // here or in a reachable flow

    int find_state(std::string_view state) const;  // -1 where there is none
    int find_language(std::string_view tag) const;
};

// All flows of a folder at one moment.
struct FlowSet {
    std::map<std::string, std::shared_ptr<const Flow>, std::less<>> flows{};
    const Flow* find(std::string_view name) const;
};

}  // namespace flows
