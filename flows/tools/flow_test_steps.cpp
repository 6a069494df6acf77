#include "config/ascii.hpp"
#include "flows/tools/flow_test_reader.hpp"
#include "flows/tools/spoken_languages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows {
namespace {

constexpr std::array steps_there_are{
    "hears", "presses",         "enters",     "says",    "waits",   "hangs_up",
    "dials", "answers_whisper", "dial_ends",  "records", "queued",  "queue_ends",
    "later", "texts",           "calls_back", "ends",    "ends_in", "at"};

// 10:05, or to the second: 10:05:30.
std::optional<std::chrono::seconds> parse_time(std::string_view text) {
    std::chrono::seconds seconds{0};
    if (text.size() > 3 && std::ranges::count(text, ':') == 2) {
        const std::string_view written = text.substr(text.size() - 2);
        if (text[text.size() - 3] != ':' || !std::ranges::all_of(written, config::is_digit) ||
            written[0] > '5')
            return std::nullopt;
        seconds = std::chrono::seconds{(written[0] - '0') * 10 + (written[1] - '0')};
        text.remove_suffix(3);
    }
    const auto value = convert(text, Type{.kind = TypeKind::time});
    if (!value) return std::nullopt;
    return std::get<TimeOfDay>(*value).since_midnight + seconds;
}

class StepReader {
public:
    StepReader(const TestedFlow& tested, TestFindings& findings)
        : tested_{tested}, findings_{findings} {}

    std::optional<TestStep> read_step(const YamlNode& item) {
        static const YamlNode nothing;
        if (item.is_scalar() && !item.text.empty()) return step_of(item, nothing);
        if (!item.is_map() || item.entries.empty()) {
            findings_.report("SB106", item.span, "a step is its word, or a map of one key",
                             "write - waits or - presses: 1");
            return std::nullopt;
        }
        if (item.entries.size() > 1) {
            findings_.report(
                "SB108", item.entries[1].key.span, "a step is one key",
                fmt::format("write {} as a step of its own", item.entries[1].key.text));
            return std::nullopt;
        }
        return step_of(item.entries.front().key, item.entries.front().value);
    }

    std::optional<TestStep> step_of(const YamlNode& word, const YamlNode& value) {
        const std::string& name = word.text;
        if (std::ranges::count(steps_there_are, name) == 0) {
            findings_.report("SB902", word.span, fmt::format("tests have no step \"{}\"", name),
                             near_or(name, words_of(steps_there_are),
                                     "the steps are " + either(words_of(steps_there_are))));
            return std::nullopt;
        }
        const bool alone = name == "waits" || name == "hangs_up" || name == "ends";
        if (alone && !value.is_null()) {
            findings_.report("SB902", value.span, fmt::format("{} takes no value", name),
                             fmt::format("write - {}", name));
            return std::nullopt;
        }
        if (!alone && value.is_null()) {
            findings_.report("SB902", word.span, fmt::format("{} needs a value", name),
                             fmt::format("write - {}: ...", name));
            return std::nullopt;
        }
        auto what = what_of(name, word, value);
        if (!what) return std::nullopt;
        return TestStep{word.span, alone ? name : fmt::format("{}: {}", name, shown(value)),
                        std::move(*what)};
    }

private:
    static std::string shown(const YamlNode& value) {
        if (value.is_scalar()) return value.text;
        std::string text;
        for (const YamlNode& item : value.items)
            text += (text.empty() ? "" : ", ") + item.text;
        for (const auto& entry : value.entries)
            text +=
                fmt::format("{}{}: {}", text.empty() ? "" : ", ", entry.key.text, entry.value.text);
        return text;
    }

    std::optional<StepDone> what_of(std::string_view name, const YamlNode& word,
                                    const YamlNode& value) {
        if (name == "waits") return Waits{};
        if (name == "hangs_up") return HangsUp{};
        if (name == "ends") return FlowEnds{};
        if (name == "hears") return hears(value);
        if (name == "says") return says(value);
        if (name == "dials") return dials(value);
        if (name == "texts") return texts(value);
        if (name == "later") return later(value);
        const std::string* text = findings_.scalar(value, word.text, "SB902");
        if (text == nullptr) return std::nullopt;
        if (name == "presses" || name == "enters" || name == "answers_whisper") {
            if (text->find_first_not_of("0123456789*#") != std::string::npos) {
                findings_.report("SB902", value.span, fmt::format("\"{}\" are no keys", *text),
                                 "the keys are 0-9, * and #");
                return std::nullopt;
            }
            if (name == "answers_whisper") return AnswersWhisper{*text};
            return Presses{*text};
        }
        if (name == "dial_ends") {
            const auto outcome = parse_dial_outcome(*text);
            if (outcome) return DialEnds{*outcome};
            findings_.wrong_value(
                value, "a dial's outcome",
                {"completed", "busy", "no_answer", "declined", "failed", "canceled"});
            return std::nullopt;
        }
        if (name == "queued") return IsQueued{*text};
        if (name == "queue_ends") {
            const auto outcome = parse_queue_outcome(*text);
            if (outcome) return QueueEnds{*outcome};
            findings_.wrong_value(value, "a line's outcome",
                                  {"bridged", "left", "full", "timeout", "failed"});
            return std::nullopt;
        }
        if (name == "records") {
            const auto duration = parse_duration(*text);
            if (duration && duration->count() % 1000 == 0)
                return RecordsFor{std::chrono::floor<std::chrono::seconds>(*duration)};
            findings_.report("SB902", value.span, fmt::format("\"{}\" is no duration", *text),
                             "write whole seconds: 12s, or 0s where nothing is said");
            return std::nullopt;
        }
        if (name == "calls_back") return CallsBack{*text};
        if (name == "ends_in") return ends_in(value);
        if (const auto time = parse_time(*text)) return MovesClock{{}, time};
        if (const auto moment = read_moment(*text, tested_.zone, {})) return MovesClock{moment, {}};
        findings_.wrong_time(value);
        return std::nullopt;
    }

    // stored, or {transcribed: text}
    std::optional<StepDone> later(const YamlNode& value) {
        if (value.is_scalar() && value.text == "stored") return ToldLater{};
        const YamlNode* text =
            value.is_map() && value.entries.size() == 1 ? value.find("transcribed") : nullptr;
        if (text == nullptr) {
            findings_.report("SB902", value.is_map() ? head_of(value) : value.span,
                             "this is nothing that Twilio tells of a message",
                             "write later: stored, or later: {transcribed: text}");
            return std::nullopt;
        }
        if (text->is_quoted() && text->text.empty()) return ToldLater{std::string{}};
        const std::string* written = findings_.scalar(*text, "the transcription", "SB902");
        if (written == nullptr) return std::nullopt;
        return ToldLater{*written};
    }

    // {text, language} or {text, confidence}; the other one, or null. Nothing: it was told.
    struct TextAnd {
        std::string text{};
        const YamlNode* other = nullptr;
    };
    std::optional<TextAnd> text_and(const YamlNode& value, std::string_view word,
                                    const std::string& other) {
        TextAnd read;
        const YamlNode* text = &value;
        if (value.is_map()) {
            for (const auto& entry : value.entries) {
                if (entry.key.text == "text" || entry.key.text == other) continue;
                findings_.report(
                    "SB902", entry.key.span, fmt::format("{} has no \"{}\"", word, entry.key.text),
                    near_or(entry.key.text, {"text", other}, "its keys are text and " + other));
                return std::nullopt;
            }
            text = value.find("text");
            read.other = value.find(other);
            if (text == nullptr) {
                findings_.report("SB902", head_of(value), fmt::format("{} has no text", word),
                                 "write {text: ...}");
                return std::nullopt;
            }
        }
        const std::string* written = findings_.scalar(*text, word, "SB902");
        if (written == nullptr) return std::nullopt;
        read.text = *written;
        return read;
    }

    std::optional<StepDone> hears(const YamlNode& value) {
        const auto read = text_and(value, "hears", "language");
        if (!read) return std::nullopt;
        Hears hears{read->text, {}};
        if (read->other != nullptr) {
            const std::string* language = findings_.scalar(*read->other, "the language", "SB902");
            if (language == nullptr) return std::nullopt;
            hears.language = *language;
            const std::vector<std::string> spoken = languages_spoken(tested_.reached);
            if (std::ranges::count(spoken, *language) == 0) {
                findings_.report("SB901", read->other->span,
                                 fmt::format("the flow says nothing in \"{}\"", *language),
                                 near_or(*language, spoken, "it speaks " + either(spoken)));
                return std::nullopt;
            }
        }
        return hears;
    }

    std::optional<StepDone> says(const YamlNode& value) {
        const auto read = text_and(value, "says", "confidence");
        if (!read) return std::nullopt;
        Says says{read->text, 0.9};
        if (read->other == nullptr) return says;
        const auto number = Decimal::parse(read->other->text);
        const auto one = Decimal::from(1, 0);
        if (!number || *number < Decimal{} || *number > *one) {
            findings_.report("SB902", read->other->span,
                             fmt::format("the confidence cannot be \"{}\"", read->other->text),
                             "write a number from 0 to 1");
            return std::nullopt;
        }
        auto confidence = static_cast<double>(number->units());
        for (int i = 0; i < number->scale(); ++i)
            confidence /= 10;
        says.confidence = confidence;
        return says;
    }

    std::optional<StepDone> dials(const YamlNode& value) {
        RingsAt rings;
        const auto add = [&](const YamlNode& node) {
            const std::string* text = findings_.scalar(node, "whom it dials", "SB902");
            if (text != nullptr) rings.whom.push_back(*text);
            return text != nullptr;
        };
        if (!value.is_list()) {
            if (!add(value)) return std::nullopt;
            return rings;
        }
        for (const YamlNode& item : value.items) {
            if (!add(item)) return std::nullopt;
        }
        return rings;
    }

    // A number, or {to, text}.
    std::optional<StepDone> texts(const YamlNode& value) {
        Texts texts;
        if (!value.is_map()) {
            const std::string* to = findings_.scalar(value, "texts", "SB902");
            if (to == nullptr) return std::nullopt;
            texts.to = *to;
            return texts;
        }
        for (const auto& entry : value.entries) {
            const std::string& key = entry.key.text;
            if (key != "to" && key != "text") {
                findings_.report("SB902", entry.key.span, fmt::format("texts has no \"{}\"", key),
                                 near_or(key, {"to", "text"}, "its keys are to and text"));
                return std::nullopt;
            }
            const std::string* text = findings_.scalar(entry.value, "texts." + key, "SB902");
            if (text == nullptr) return std::nullopt;
            (key == "to" ? texts.to : texts.text) = *text;
        }
        return texts;
    }

    std::optional<StepDone> ends_in(const YamlNode& value) {
        const std::string_view text = value.text;
        const std::size_t slash = text.find('/');
        const bool named = slash != text.npos;
        EndsIn place{
            std::string{named ? text.substr(0, slash) : std::string_view{tested_.flow->name}},
            std::string{named ? text.substr(slash + 1) : text}};
        const Flow* flow = nullptr;
        std::vector<std::string> known;
        for (const Flow* reached : tested_.reached) {
            if (reached->name == place.flow) flow = reached;
            for (const State& state : reached->states)
                known.push_back(reached == tested_.flow ? state.name
                                                        : reached->name + '/' + state.name);
        }
        if (flow != nullptr && flow->find_state(place.state) >= 0) return place;
        findings_.report(
            "SB901", value.span, fmt::format("there is no state \"{}\"", text),
            near_or(text, known, "a state of a flow that this one reaches is flow/state"));
        return std::nullopt;
    }

    const TestedFlow& tested_;
    TestFindings& findings_;
};

}  // namespace

std::optional<TestStep> read_test_step(const YamlNode& item, const TestedFlow& tested,
                                       TestFindings& findings) {
    return StepReader{tested, findings}.read_step(item);
}

}  // namespace flows
