// A tape comes from a file that somebody sent: reading it never fails otherwise than by findings,
// and what was read survives being printed and masked.
#include "flows/tools/tape.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto tape = flows::parse_tape("fuzz.jsonl", text);
    if (tape.has_error()) {
        if (tape.error().empty()) std::abort();
        return 0;
    }
    const auto again = flows::parse_tape("fuzz.jsonl", flows::print_tape(*tape));
    if (again.has_error() || !(*again == *tape)) std::abort();
    flows::Masker masker;
    for (const flows::Exchange& exchange : tape->exchanges) {
        if (masker.mask(exchange).request.form.size() > exchange.request.form.size()) std::abort();
    }
    return 0;
}
