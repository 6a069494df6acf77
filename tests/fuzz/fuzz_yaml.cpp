// The YAML reader: any bytes give a tree or say why there is none, and every finding can be shown.
#include "config/yaml_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void walk(const config::Source& source, const config::YamlNode& node) {
    if (node.is_scalar()) (void)place_in_scalar(source, node, node.text.size());
    for (const config::YamlNode& item : node.items)
        walk(source, item);
    for (const config::YamlNode::Entry& entry : node.entries)
        walk(source, entry.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const config::Source source{"fuzz.yaml", std::string(data, data + size)};
    config::Diagnostics findings;
    const auto document = read_yaml(source, findings);
    if (document == nullptr && !has_errors(findings)) std::abort();
    for (const config::Diagnostic& finding : findings) {
        if (finding.hint.empty() || to_text(finding, source.text).empty()) std::abort();
    }
    if (document != nullptr && size < 4096) walk(source, document->root);
    return 0;
}
