// Every finding explained: why it is one, a bad example that makes it and a good one that does not.
// One table, which `switchboard explain` prints and a test holds to what the check says.
#pragma once

#include "config/source.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace flows {

struct FindingPage {
    std::string_view code;
    std::string_view why;  // one sentence
    // A file a.yaml; what stands behind a line "### name" is a further file of that name.
    std::string_view bad;
    std::string_view good;
};

// In order of their codes: one for each kind of finding.
std::vector<FindingPage> finding_pages();

// The files of an example.
std::vector<config::Source> files_of_example(std::string_view example);

// The parts of the table.
std::span<const FindingPage> pages_of_reading();
std::span<const FindingPage> pages_of_graph();
std::span<const FindingPage> pages_of_values();

}  // namespace flows
