#include "flows/load/finding_pages.hpp"

namespace flows {

std::vector<FindingPage> finding_pages() {
    std::vector<FindingPage> all;
    for (const auto pages : {pages_of_reading(), pages_of_graph(), pages_of_values()})
        all.insert(all.end(), pages.begin(), pages.end());
    return all;
}

std::vector<config::Source> files_of_example(std::string_view example) {
    constexpr std::string_view mark = "### ";
    std::vector<config::Source> files{{"a.yaml", {}}};
    while (!example.empty()) {
        const std::size_t end = example.find('\n');
        const std::string_view line = example.substr(0, end);
        example.remove_prefix(end == example.npos ? example.size() : end + 1);
        if (line.starts_with(mark)) {
            files.push_back({std::string{line.substr(mark.size())}, {}});
        } else {
            files.back().text.append(line).append("\n");
        }
    }
    return files;
}

}  // namespace flows
