// A file of flow tests comes from whoever sent it: reading it never fails otherwise than by
// findings, and a test that was read plays to its end on the telephone, whatever it does.
#include "flows/load/loader.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/in_process.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

constexpr std::string_view tested = R"(flow: a
languages: {en-US: {}, es-MX: {}}
settings: {desk: phone}
vars: {account: digits(8), pin: secret digits(4), message: recording}
results: [served, lost]
hours: {shop: {timezone: America/New_York, open: {mon-fri: 09:00-17:00}}}
otherwise: bye
start: main
states:
  main:
    - if: open(shop)
      then: menu
      else: message
  menu:
    - menu:
        say: {en-US: "Press 1, 2 or 3, or say desk.", es-MX: "Oprima 1, 2 o 3."}
        choices:
          1: {speech: {en-US: [desk], es-MX: [mesa]}, go: desk}
          2: account
          3: {go: spanish}
        tries: 2
        otherwise: bye
  spanish: [{set: {language: es-MX}}, {go: menu}]
  account:
    - limit: {visits: 3, otherwise: bye}
    - gather: {say: {en-US: Account?, es-MX: ¿Cuenta?}, save: account, otherwise: bye}
    - gather: {say: {en-US: PIN?, es-MX: ¿Clave?}, save: pin, otherwise: bye}
    - result: served
    - go: menu
  desk:
    - dial:
        number: ["{{ settings.desk }}", "+12025550131"]
        order: one_by_one
        whisper: {en-US: A caller., es-MX: Una llamada.}
        screen: {en-US: Press a key., es-MX: Oprima una tecla.}
        on: {busy: message, no_answer: message, declined: message, failed: bye}
    - hangup
  message:
    - record: {max_length: 1m, save: message, on: {empty: bye}}
    - result: lost
    - go: bye
  bye: [{say: {en-US: Goodbye., es-MX: Adiós.}}, hangup]
)";

const flows::FlowSet& flow_set() {
    static const flows::FlowSet set = [] {
        const std::array files{config::Source{"a.yaml", std::string{tested}}};
        flows::Loaded loaded = flows::load_flows(files, {});
        if (!loaded.findings.empty()) std::abort();
        return std::move(loaded.set);
    }();
    return set;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const config::Source source{"a.test.yaml", {reinterpret_cast<const char*>(data), size}};
    config::Diagnostics findings;
    const auto file = flows::read_tests(source, flow_set(), false, findings);
    for (const config::Diagnostic& finding : findings) {
        if (finding.hint.empty() || finding.message.empty()) std::abort();
    }
    if (!file) {
        if (!config::has_errors(findings)) std::abort();
        return 0;
    }
    for (const flows::FlowTest& test : file->tests) {
        const flows::InProcess answers{
            {.flows = &flow_set(), .settings = &file->settings, .now = test.at}};
        const flows::TestRun run = flows::run_test(test, *file, {&flow_set(), answers, {}});
        for (const flows::TestFailure& failure : run.failures) {
            if (failure.expected.empty()) std::abort();
        }
    }
    return 0;
}
