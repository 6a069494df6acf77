// The `.test.yaml` beside a flow: a call as a list of steps, read and held against its flow, then
// played on a telephone (flows/tools/simulator) over the engine that serves. Pure: the caller
// brings texts, and threads where it wants them. Contract: "Flow tests" in flows/README.md.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/model/flow.hpp"
#include "flows/tools/simulator.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace flows {

// ── what is written ──

struct Hears {
    std::string text{};
    std::string language{};  // empty: any
};
struct Presses {
    std::string keys{};
};
struct Says {
    std::string text{};
    std::optional<double> confidence{};
};
struct Waits {};
struct HangsUp {};
struct RingsAt {  // `dials`
    std::vector<std::string> whom{};
};
struct AnswersWhisper {
    std::string keys{};
};
struct DialEnds {
    DialOutcome outcome{};
};
struct RecordsFor {
    std::chrono::seconds duration{};
};
struct Texts {
    std::string to{};    // empty: anybody
    std::string text{};  // a part of it; empty: any
};
struct CallsBack {
    std::string number{};
};
struct IsQueued {
    std::string queue{};
};
struct QueueEnds {
    QueueOutcome outcome{};
};
struct ToldLater {                             // Twilio tells of the last message
    std::optional<std::string> transcribed{};  // nothing: it is stored
};
struct FlowEnds {};
struct EndsIn {
    std::string flow{}, state{};
};
struct MovesClock {
    std::optional<Now> to{};                     // a moment
    std::optional<std::chrono::seconds> time{};  // or the next such time of day in the flow's zone
};
using StepDone = std::variant<Hears, Presses, Says, Waits, HangsUp, RingsAt, AnswersWhisper,
                              DialEnds, RecordsFor, Texts, CallsBack, IsQueued, QueueEnds,
                              ToldLater, FlowEnds, EndsIn, MovesClock>;

struct TestStep {
    config::Span span{};    // of its word
    std::string written{};  // "presses: 2"
    StepDone what{};
};

struct Never {
    enum class What : std::uint8_t { logs, says };
    What what = What::says;
    std::string text{};
    config::Span span{};
};

struct FlowTest {
    std::string name{};
    config::Span span{};  // of its name
    Now at{};
    Caller caller{};
    ScriptedAnswers scripted{};
    std::vector<TestStep> steps{};
    std::string result{};  // empty: any
    config::Span result_span{};
    std::vector<Never> never{};
};

struct TestFile {
    std::string file{};  // the source's name
    std::string flow{};
    std::string zone{};        // of the flow's first hours, else UTC
    SettingValues settings{};  // of the flow and those it reaches
    std::vector<FlowTest> tests{};
};

// Reads a file of tests. Findings: of YAML, SB105 SB106 SB107 SB108 SB207 of its keys, SB901 where
// it does not fit its flow, SB902 for steps and values that tests do not have; all of them at once.
// Nothing where there is an error. `incomplete`: flows are missing from `set` for faults of their
// own, so that a flow that is not there is no finding.
std::optional<TestFile> read_tests(const config::Source& source, const FlowSet& set,
                                   bool incomplete, config::Diagnostics& findings);

// ── what came of it ──

// A step that was taken, and where it stands.
struct Decision {
    std::string happened{};  // what led to the turn: "presses 2"
    std::string file{};
    config::Span span{};
    std::string text{};  // "menu in state main: 2"
};

struct TestFailure {
    config::Span span{};  // in the test file
    std::string expected{};
    std::vector<std::string> actual{};  // lines
    std::string hint{};                 // may be empty
    std::string stands{};               // "asks for 1 key or speech"
    std::vector<Decision> led_here{};   // the last decisions; the last is where the call stands
};

struct TestRun {
    std::vector<TestFailure> failures{};                    // none: it passed
    std::vector<std::shared_ptr<const PhoneTurn>> turns{};  // of a callback, too
    std::vector<Heard> heard{};
    std::vector<PerformedEffect> effects{};
};

struct TestWorld {
    const FlowSet* flows = nullptr;
    Transport transport{};
    Webhook webhook{};  // the origin; `target` is the prefix in front of /voice/{flow}
};

// Stops at the first step that does not come as written; then tells result and `never`.
TestRun run_test(const FlowTest& test, const TestFile& file, const TestWorld& world);

// For people: place, excerpt, expected and actual, what led there. `text` is the test file's.
// `shown` names files as people are shown them.
struct ShownFiles {
    std::string test_file{};
    std::string folder{};  // in front of a flow's file, with its slash
};
std::string to_text(const FlowTest& test, const TestRun& run, std::string_view text,
                    const ShownFiles& shown);
// One line: {"file","test","line","passed","failures":[{"line","column","expected","actual",
// "hint","stands","led_here":[{"happened","file","line","column","text"}]}],"happened":[...],
// "heard":[...],"effects":["sms to +12025550123: The link: sent"]}
std::string to_json(const FlowTest& test, const TestRun& run, const ShownFiles& shown);

}  // namespace flows
