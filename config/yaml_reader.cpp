#include "config/yaml_reader.hpp"

#include "config/utf8.hpp"
#include "config/yaml_text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <set>
#include <sstream>

namespace config {
namespace {

// Thrown through yaml-cpp to end a reading whose finding is already told.
struct Refused : std::exception {};

bool is_xml_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        if (!character.valid || !is_xml_character(character.code)) return false;
        at += character.bytes;
    }
    return true;
}

// yaml-cpp's events → our tree. Ends of nodes come from the scan: yaml-cpp tells only where they
// begin, of an empty value where the next one begins, and of a block map where its first key does.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(const ScannedYaml& scanned, const TextIndex& index, const std::string& file,
                const YamlBounds& bounds, Diagnostics& findings)
        : scanned_{scanned}, index_{index}, file_{file}, bounds_{bounds}, findings_{findings} {}

    YamlNode take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        const auto written = scanned_.scalar_ends.find(offset_of(mark));
        // yaml-cpp reads `null` and `~` as nothing; to us they are words like all others.
        if (written != scanned_.scalar_ends.end() && !is_empty_entry(offset_of(mark))) {
            const std::size_t length = written->second - written->first;
            return OnScalar(mark, "?", anchor, scanned_.text.substr(written->first, length));
        }
        std::size_t at = offset_of(mark);
        if (!open_.empty()) at = empty_place(open_.back());
        YamlNode node;
        node.span = index_.span(at, at);
        deliver(std::move(node), at, at);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        refuse_anchor(mark, 1);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse_anchor(mark, anchor);
        const std::size_t begin = offset_of(mark);
        const auto written = scanned_.scalar_ends.find(begin);
        const std::size_t end = written != scanned_.scalar_ends.end() ? written->second : begin + 1;
        const char first = begin < scanned_.text.size() ? scanned_.text[begin] : ' ';
        YamlNode node;
        node.kind = YamlNode::Kind::scalar;
        node.style = first == '"'                   ? YamlNode::Style::double_quoted
                     : first == '\''                ? YamlNode::Style::single_quoted
                     : first == '|' || first == '>' ? YamlNode::Style::block
                                                    : YamlNode::Style::plain;
        node.text = restored(value);
        node.span = index_.span(begin, end);
        const std::string_view form = std::string_view{scanned_.text}.substr(begin, end - begin);
        const bool repaired = !is_xml_text(form);
        if (node.style == YamlNode::Style::double_quoted && !repaired && !is_xml_text(value)) {
            report("SB112", node.span, "this text holds a character that XML forbids",
                   "remove the escape: it can be neither spoken nor sent");
        }
        deliver(std::move(node), begin, end);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(mark, anchor, YamlNode::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(mark, anchor, YamlNode::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        YamlNode node{};
        std::size_t begin = 0;
        std::size_t end = 0;  // of what was read of it so far
        bool has_key = false;
        bool drop_value = false;
        YamlNode key{};
        std::set<std::string, std::less<>> keys{};
    };

    static std::size_t offset_of(const YAML::Mark& mark) {
        return static_cast<std::size_t>(std::max(mark.pos, 0));
    }

    void report(std::string_view code, const Span& span, std::string message, std::string hint) {
        if (findings_.size() >= most_findings) throw Refused{};
        findings_.push_back({.code = std::string{code},
                             .message = std::move(message),
                             .hint = std::move(hint),
                             .file = file_,
                             .span = span});
    }

    // The scan has blanked out every anchor and alias it knows: this is the net below it.
    void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (anchor == YAML::NullAnchor) return;
        const std::size_t at = offset_of(mark);
        report("SB103", index_.span(at, at + 1), "anchors and aliases are not used here",
               "name what is shared, or quote the text");
        throw Refused{};
    }

    void count(std::size_t at) {
        if (++nodes_ <= bounds_.nodes) return;
        report("SB109", index_.span(at, at + 1),
               fmt::format("the file holds more than {} values", bounds_.nodes),
               "split it into several files");
        throw Refused{};
    }

    // The mark of an empty value is the next token's, which may be a key spelled `null`.
    bool is_empty_entry(std::size_t at) const {
        const std::size_t end = scanned_.scalar_ends.at(at);
        const std::string_view word = std::string_view{scanned_.text}.substr(at, end - at);
        return word != "~" && word != "null" && word != "Null" && word != "NULL";
    }

    std::size_t empty_place(const Open& owner) const {
        if (owner.node.is_map()) return owner.end;
        // Of a block list: behind the dash. Dashes of lists inside stand further right.
        const int column = index_.place(owner.begin).column;
        auto dash = std::lower_bound(scanned_.dashes.begin(), scanned_.dashes.end(),
                                     owner.node.items.empty() ? owner.begin : owner.end);
        for (; dash != scanned_.dashes.end(); ++dash) {
            if (index_.place(*dash).column == column) return *dash + 1;
        }
        return owner.end;
    }

    void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
        refuse_anchor(mark, anchor);
        const std::size_t begin = offset_of(mark);
        count(begin);
        if (open_.size() >= bounds_.depth) {
            report("SB109", index_.span(begin, begin + 1),
                   fmt::format("this is nested more than {} levels deep", bounds_.depth),
                   "give the inner parts names of their own");
            throw Refused{};
        }
        Open opened;
        opened.node.kind = kind;
        opened.begin = opened.end = begin;
        open_.push_back(std::move(opened));
        --nodes_;  // counted once, when it is delivered
    }

    void close() {
        Open closed = std::move(open_.back());
        open_.pop_back();
        const auto bracket = scanned_.bracket_ends.find(closed.begin);
        const bool in_brackets = closed.node.is_map() ? scanned_.text[closed.begin] == '{'
                                                      : scanned_.text[closed.begin] == '[';
        if (in_brackets && bracket != scanned_.bracket_ends.end()) closed.end = bracket->second;
        closed.node.span = index_.span(closed.begin, closed.end);
        deliver(std::move(closed.node), closed.begin, closed.end);
    }

    void deliver(YamlNode node, std::size_t begin, std::size_t end) {
        count(begin);
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& owner = open_.back();
        owner.end = std::max(owner.end, end);
        if (owner.node.is_list()) {
            owner.node.items.push_back(std::move(node));
        } else if (!owner.has_key) {
            take_key(owner, std::move(node));
        } else {
            owner.has_key = false;
            if (!owner.drop_value) {
                owner.node.entries.push_back({std::move(owner.key), std::move(node)});
            } else if (owner.key.is_scalar()) {
                join(owner, std::move(node));
            }
        }
    }

    // What stands behind a key that is written twice is meant in both places: what would follow
    // from its absence is no fault of its own.
    static void join(Open& owner, YamlNode second) {
        const auto first =
            std::find_if(owner.node.entries.begin(), owner.node.entries.end(),
                         [&](const YamlNode::Entry& e) { return e.key.text == owner.key.text; });
        if (first == owner.node.entries.end() || first->value.kind != second.kind) return;
        YamlNode& joined = first->value;
        for (YamlNode& item : second.items)
            joined.items.push_back(std::move(item));
        for (YamlNode::Entry& entry : second.entries) {
            if (joined.find_entry(entry.key.text) == nullptr)
                joined.entries.push_back(std::move(entry));
        }
    }

    void take_key(Open& owner, YamlNode key) {
        owner.has_key = true;
        owner.drop_value = true;
        if (!key.is_scalar()) {
            const bool empty = key.is_null();
            report("SB101", key.span,
                   empty ? "a key is missing before the colon" : "a list or map cannot be a key",
                   "write the key as one word");
        } else if (!owner.keys.insert(key.text).second) {
            const auto first =
                std::find_if(owner.node.entries.begin(), owner.node.entries.end(),
                             [&](const YamlNode::Entry& e) { return e.key.text == key.text; });
            const int line = first != owner.node.entries.end() ? first->key.span.begin.line
                                                               : key.span.begin.line;
            report("SB102", key.span, fmt::format("the key \"{}\" stands here twice", key.text),
                   fmt::format("the first is in line {}: remove one, or rename it", line));
        } else {
            owner.drop_value = false;
        }
        owner.key = std::move(key);
    }

    const ScannedYaml& scanned_;
    const TextIndex& index_;
    const std::string& file_;
    const YamlBounds& bounds_;
    Diagnostics& findings_;
    std::vector<Open> open_{};
    YamlNode root_{};
    std::size_t nodes_ = 0;
};

// SB112 and what else is wrong with the bytes alone. Few: one look at such a file tells it all.
bool are_bytes_sound(const Source& source, std::string_view text, const TextIndex& index,
                     Diagnostics& findings) {
    constexpr int most = 10;
    int told = 0;
    const auto report = [&](std::string_view code, std::size_t at, std::size_t bytes,
                            std::string message, std::string hint) {
        findings.push_back({.code = std::string{code},
                            .message = std::move(message),
                            .hint = std::move(hint),
                            .file = source.name,
                            .span = index.span(at, at + bytes)});
        ++told;
    };
    for (std::size_t at = 0; at < text.size() && told < most;) {
        const Character character = character_at(text, at);
        if (!character.valid) {
            report("SB112", at, 1,
                   fmt::format("the byte 0x{:02X} is not UTF-8",
                               static_cast<unsigned>(static_cast<unsigned char>(text[at]))),
                   "save the file as UTF-8");
            while (at < text.size() && !character_at(text, at).valid)
                ++at;
            continue;
        }
        if (!is_xml_character(character.code) || character.code == 0x7F) {
            report("SB112", at, character.bytes,
                   fmt::format("the character U+{:04X} is none that XML allows",
                               static_cast<unsigned>(character.code)),
                   "remove it: it can be neither spoken nor sent");
        } else if (character.code == '\r' && text.substr(at + 1, 1) != "\n") {
            report("SB101", at, 1, "a carriage return ends this line alone",
                   "save the file with line ends of Unix or Windows");
            return false;
        }
        at += character.bytes;
    }
    return told == 0;
}

void report_parse_error(const YAML::ParserException& error, const ScannedYaml& scanned,
                        const TextIndex& index, const Source& source, Diagnostics& findings,
                        std::size_t findings_before) {
    const std::size_t at = static_cast<std::size_t>(std::max(error.mark.pos, 0));
    const Place place = index.place(at);
    const bool told = (scanned.broken && at >= *scanned.broken) ||
                      std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(findings_before),
                                  findings.end(), [&](const Diagnostic& finding) {
                                      const int line = finding.span.begin.line;
                                      return line == place.line || line + 1 == place.line;
                                  });
    if (told) return;
    findings.push_back({.code = "SB101",
                        .message = fmt::format("this is not YAML: {}", error.msg),
                        .hint = "look at quotes, brackets, colons and indentation here and in the "
                                "line above",
                        .file = source.name,
                        .span = index.span(at, at + 1)});
}

bool is_repaired(const Diagnostic& finding) { return finding.code != "SB109"; }

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    const Entry* entry = find_entry(key);
    return entry != nullptr ? &entry->value : nullptr;
}

const YamlNode::Entry* YamlNode::find_entry(std::string_view key) const {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.key.text == key; });
    return found != entries.end() ? &*found : nullptr;
}

std::unique_ptr<YamlDocument> read_yaml(const Source& source, Diagnostics& findings,
                                        const YamlBounds& bounds) {
    const std::size_t before = findings.size();
    if (source.text.size() > bounds.bytes) {
        findings.push_back(
            {.code = "SB109",
             .message = fmt::format("the file is larger than {} bytes", bounds.bytes),
             .hint = "split it into several files",
             .file = source.name,
             .span = {{1, 1}, {1, 1}}});
        return nullptr;
    }
    std::string_view text = source.text;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const TextIndex index{text};
    if (!are_bytes_sound(source, text, index, findings)) return nullptr;

    ScannedYaml scanned = scan_yaml(text, index, source.name, bounds, findings);
    if (scanned.refused) return nullptr;

    auto document = std::make_unique<YamlDocument>();
    bool complete = scanned.faithful;
    Diagnostics told;  // by the parser; what stands behind a break may be the break's doing
    TreeBuilder builder{scanned, index, source.name, bounds, told};
    try {
        std::istringstream stream{scanned.text};
        YAML::Parser parser{stream};
        parser.HandleNextDocument(builder);
        document->root = builder.take_root();
        if (document->root.is_null() && document->root.span == Span{}) {
            document->root.span = index.span(text.size(), text.size());
        }
    } catch (const Refused&) {
        complete = false;
    } catch (const YAML::ParserException& error) {
        complete = false;
        report_parse_error(error, scanned, index, source, findings, before);
    } catch (const std::exception& error) {
        // Nothing that yaml-cpp throws beside its own is foreseen; a file must not end the program.
        complete = false;
        told.push_back({.code = "SB101",
                        .message = fmt::format("this is not YAML: {}", error.what()),
                        .hint = "write it in plain block style",
                        .file = source.name,
                        .span = {{1, 1}, {1, 1}}});
    }
    for (Diagnostic& finding : told) {
        complete = complete && is_repaired(finding);
        if (scanned.broken && finding.span.begin >= index.place(*scanned.broken)) continue;
        findings.push_back(std::move(finding));
    }
    if (!complete && findings.size() == before) {
        findings.push_back({.code = "SB101",
                            .message = "this is not YAML",
                            .hint = "look at quotes, brackets, colons and indentation",
                            .file = source.name,
                            .span = {{1, 1}, {1, 1}}});
    }
    if (!complete) return nullptr;
    document->comments = std::move(scanned.comments);
    return document;
}

}  // namespace config
