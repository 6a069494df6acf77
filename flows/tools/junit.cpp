#include "flows/tools/junit.hpp"

#include "twiml/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace flows {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : twiml::xml_safe(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\n':
            out += "&#10;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

void write(const JunitCase& test, const std::string& flow, std::string& out) {
    out += fmt::format(R"(    <testcase name="{}" classname="{}" time="0")", escaped(test.name),
                       escaped(flow));
    if (test.failure.empty()) {
        out += "/>\n";
        return;
    }
    out += fmt::format(">\n      <failure message=\"{}\" type=\"failure\">{}</failure>\n"
                       "    </testcase>\n",
                       escaped(test.message), escaped(test.failure));
}

}  // namespace

std::string to_junit(const std::vector<JunitSuite>& suites, const std::string& timestamp,
                     const std::string& host) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    int id = 0;
    for (const JunitSuite& suite : suites) {
        const auto failures = std::ranges::count_if(
            suite.cases, [](const JunitCase& test) { return !test.failure.empty(); });
        out += fmt::format(R"(  <testsuite name="{}" package="{}" id="{}" timestamp="{}" )"
                           R"(hostname="{}" tests="{}" failures="{}" errors="0" time="0">)",
                           escaped(suite.name), escaped(suite.flow), id++, timestamp, escaped(host),
                           suite.cases.size(), failures);
        out += "\n    <properties/>\n";
        for (const JunitCase& test : suite.cases)
            write(test, suite.flow, out);
        out += "    <system-out/>\n    <system-err/>\n  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

}  // namespace flows
