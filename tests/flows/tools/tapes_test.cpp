// Calls that Twilio made, played against the example flows: the main job on real input. The
// recorded answers are golden; `switchboard replay --update` rewrites them.
#include "flows/tools/replayer.hpp"
#include "tests/flows/tools/examples_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

TEST_CASE("the example flows have no findings") {
    const examples::World world;
    for (const config::Diagnostic& finding : world.loaded.findings) {
        INFO(config::to_text(finding, {}));
        CHECK(finding.severity == config::Severity::note);
    }
    CHECK(world.loaded.set.flows.size() == 13);
}

TEST_CASE("every tape is answered as it was recorded") {
    const examples::World world;
    std::vector<std::filesystem::path> tapes;
    for (const auto& entry : std::filesystem::directory_iterator{SOURCE_DIR "/tests/tapes"}) {
        if (entry.path().extension() == ".jsonl") tapes.push_back(entry.path());
    }
    std::sort(tapes.begin(), tapes.end());
    REQUIRE(tapes.size() >= 21);
    for (const auto& path : tapes) {
        const auto tape = flows::parse_tape(path.filename().string(), examples::text_of(path));
        REQUIRE(tape.has_value());
        const flows::ReplayReport report = flows::replay(*tape, world.answerer());
        INFO(flows::to_text(report));
        CHECK(report.differences() == 0);
    }
}

TEST_CASE("a tape's answers are recorded, so that a change is seen") {
    for (const auto& entry : std::filesystem::directory_iterator{SOURCE_DIR "/tests/tapes"}) {
        if (entry.path().extension() != ".jsonl") continue;
        const auto tape =
            flows::parse_tape(entry.path().filename().string(), examples::text_of(entry.path()));
        REQUIRE(tape.has_value());
        INFO(tape->name);
        CHECK(std::any_of(tape->exchanges.begin(), tape->exchanges.end(),
                          [](const flows::Exchange& exchange) {
                              return exchange.response && !exchange.response->body.empty();
                          }));
    }
}
