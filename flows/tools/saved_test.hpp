// A call that was played, written down as a flow test (YAML) that passes as it stands; and put into
// the file of tests beside its flow. Pure. Format: "Flow tests" in flows/README.md.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/model/flow.hpp"
#include "flows/tools/played_call.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace flows {

// Values of settings, as text, by name.
using WrittenValues = std::map<std::string, std::string, std::less<>>;

// What a file of tests says of its flow and settings; nothing where it cannot be read as one.
struct TestFileHead {
    std::string flow{};
    WrittenValues settings{};
};
std::optional<TestFileHead> read_test_file_head(const config::Source& source);

// The call is played again, by `transport`, and what is heard is written down: with the settings
// and the clock of the tests.
struct CallToSave {
    std::string name{};  // empty: after what was done
    const Flow* flow = nullptr;
    CallBegins begins{};
    std::span<const Act> done{};
    Transport transport{};
};
// The item of a list of tests, "- name: ..." and on, not indented, with a line end; or why the call
// cannot be played so.
struct SavedTest {
    std::string name{};
    std::string yaml{};
};
std::variant<SavedTest, Misread> write_test(const CallToSave& call);

// A new file, with the settings that its tests need.
std::string new_test_file(const Flow& flow, const WrittenValues& settings, const SavedTest& test);

// The file with the test behind its last one; comments and everything else stay as they are. A name
// that a test there has already gets a number behind it. Or why it cannot be put there.
struct TestFileText {
    std::string name{};  // of the test
    std::string text{};
};
std::variant<TestFileText, Misread> with_test(const config::Source& source, SavedTest test);

}  // namespace flows
