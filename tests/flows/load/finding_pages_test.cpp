// Every finding has a page, and its examples do what the page says.
#include "flows/load/finding_pages.hpp"
#include "flows/load/findings.hpp"
#include "flows/load/loader.hpp"
#include "flows/tools/flow_test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Codes = std::vector<std::string>;

// What the operator asks for, where the page is about that: what its sentence says.
flows::LoadOptions options_for(std::string_view code) {
    flows::LoadOptions options{.today = std::chrono::sys_days{2026y / 11 / 24}};
    if (code == "SB306") options.house.repeat_for_ever = config::Severity::warning;
    if (code == "SB307") options.house.person_within = 3;
    if (code == "SB805" || code == "SB806")
        options.outbound =
            flows::OutboundRules{.lists_host = [](std::string_view host,
                                                  std::uint16_t) { return host == "crm.example"; },
                                 .allow_hosts = {"crm.example"},
                                 .dial = {{"+1"}, {}}};
    return options;
}

Codes found_in(std::string_view example, std::string_view code) {
    std::vector<config::Source> flow_files, test_files;
    for (config::Source& file : flows::files_of_example(example)) {
        const bool is_test = file.name.ends_with(".test.yaml");
        (is_test ? test_files : flow_files).push_back(std::move(file));
    }
    flows::Loaded loaded = flows::load_flows(flow_files, options_for(code));
    for (const config::Source& file : test_files)
        flows::read_tests(file, loaded.set, false, loaded.findings);
    Codes codes;
    for (const config::Diagnostic& finding : loaded.findings)
        codes.push_back(finding.code);
    return codes;
}

}  // namespace

TEST_CASE("every kind of finding has a page of its own, in order") {
    Codes kinds, pages;
    for (const flows::FindingKind& kind : flows::finding_kinds())
        kinds.emplace_back(kind.code);
    for (const flows::FindingPage& page : flows::finding_pages())
        pages.emplace_back(page.code);
    CHECK(pages == kinds);
}

TEST_CASE("each page says why in one sentence") {
    for (const flows::FindingPage& page : flows::finding_pages()) {
        INFO(page.code);
        CHECK(page.why.size() > 20);
        CHECK((page.why.ends_with('.') || page.why.ends_with('?')));
        CHECK(page.why.find('\n') == std::string_view::npos);
    }
}

TEST_CASE("each bad example makes its finding, and the good one none at all") {
    for (const flows::FindingPage& page : flows::finding_pages()) {
        INFO(page.code);
        const Codes bad = found_in(page.bad, page.code);
        CAPTURE(bad);
        CHECK(std::ranges::find(bad, page.code) != bad.end());
        CHECK(found_in(page.good, page.code) == Codes{});
    }
}

TEST_CASE("an example of several files is taken apart at its marks") {
    const auto files = flows::files_of_example("flow: a\n### b.yaml\nflow: b\nstart: s");
    REQUIRE(files.size() == 2);
    CHECK(files[0].name == "a.yaml");
    CHECK(files[0].text == "flow: a\n");
    CHECK(files[1].name == "b.yaml");
    CHECK(files[1].text == "flow: b\nstart: s\n");
}
