// The bytes inside a callback URL's token: read without harm, and only in their one form.
#include "flows/engine/call_state.hpp"
#include "tests/support/flow_builder.hpp"

#include <cstdlib>

namespace {

flows::FlowSet example_flows() {
    support::FlowBuilder flow{"acme"};
    for (const char* type : {"text", "digits(8)", "number", "money(USD)", "date", "time", "phone",
                             "bool", "url", "one_of(a, b)", "recording"}) {
        flow.variable(std::string{"v"} + std::to_string(flow.flow().variables.size()), type);
    }
    flows::Gather gather;
    gather.save = 1;
    flow.state("main", {support::step(gather), support::step(flows::Hangup{})});
    flow.state("other", {support::step(flows::Hangup{})});
    return support::set_of({flow.build()});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const flows::FlowSet flows = example_flows();
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto state = flows::decode(bytes, flows);
    if (!state) return 0;
    std::string again;
    flows::encode(*state, flows, again);
    // One state has one form; what an older build wrote is written in today's.
    if (again.front() == bytes.front() && again != bytes) std::abort();
    if (flows::decode(again, flows) != state) std::abort();
    return 0;
}
