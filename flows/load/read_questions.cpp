// say, play, pause; menu and gather; and what steps that wait have in common.
#include "flows/load/findings.hpp"
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

constexpr int most_tries = 20;

// Keys of questions as other languages name them: what stands behind them is read as ours.
constexpr std::array menu_words{
    Renamed{"options", "choices"}, Renamed{"default", "otherwise"}, Renamed{"else", "otherwise"},
    Renamed{"retries", "tries"},   Renamed{"attempts", "tries"},    Renamed{"max_tries", "tries"},
    Renamed{"invalid", "nomatch"}, Renamed{"no_match", "nomatch"},  Renamed{"no_input", "noinput"},
    Renamed{"prompt", "say"},      Renamed{"question", "say"}};
constexpr std::array gather_words{
    Renamed{"default", "otherwise"}, Renamed{"else", "otherwise"},   Renamed{"retries", "tries"},
    Renamed{"attempts", "tries"},    Renamed{"max_tries", "tries"},  Renamed{"invalid", "nomatch"},
    Renamed{"no_match", "nomatch"},  Renamed{"no_input", "noinput"}, Renamed{"prompt", "say"},
    Renamed{"question", "say"},      Renamed{"into", "save"},        Renamed{"variable", "save"},
    Renamed{"max_digits", "digits"}, Renamed{"length", "digits"}};

// Words for an attempt each, or {go: place}.
Retry read_retry(const Reader& reader, const YamlNode& node, std::string_view what) {
    Retry retry;
    if (node.is_map() && node.find_entry("go") != nullptr) {
        Fields fields{reader, node, node.span, what};
        if (const YamlNode* go = fields.find("go")) retry.go = read_place(reader, *go, what);
        fields.refuse_rest();
        return retry;
    }
    const auto read = [&](const YamlNode& words) {
        if (words.is_scalar() && reader.draft.states.contains(words.text)) {
            reader.report(
                "SB405", words.span,
                fmt::format("the caller hears the word {}, which is the name of a state",
                            quoted(words.text)),
                fmt::format("write {}: {{go: {}}} to go there; words begin with a capital letter",
                            what, words.text));
        }
        retry.words.push_back(read_words(reader, words, what));
    };
    if (node.is_list() && !node.items.empty()) {
        for (const YamlNode& item : node.items)
            read(item);
    } else {
        read(node);
    }
    return retry;
}

// What menu and gather share.
template <class Question>
void read_question(const Reader& reader, Fields& fields, Question& question) {
    if (const YamlNode* say = fields.require("say", "write the question")) {
        question.say = read_words(reader, *say, "the question");
        question.again = question.say;
    }
    if (const YamlNode* again = fields.find("again")) {
        question.again = read_words(reader, *again, "the short question");
    }
    if (const YamlNode* node = fields.find("noinput")) {
        question.noinput = read_retry(reader, *node, "noinput");
    }
    if (const YamlNode* node = fields.find("nomatch")) {
        question.nomatch = read_retry(reader, *node, "nomatch");
    }
    if (const YamlNode* node = fields.find("tries")) {
        question.tries = whole_number(reader, *node, "tries", 1, most_tries).value_or(3);
    }
    if (const YamlNode* node = fields.find("timeout")) {
        question.timeout =
            whole_seconds(reader, *node, "the timeout", "Gather", "timeout").value_or(seconds{5});
    }
}

// "8" or "4-6"
std::optional<std::pair<int, int>> parse_digits(std::string_view text) {
    const auto type = parse_type(fmt::format("digits({})", text));
    if (!type) return {};
    return std::pair{type->at_least, type->at_most};
}

// How many digits are asked for: as written, else by the variable's type.
void read_digits(const Reader& reader, Fields& fields, Gather& gather, const Type& type) {
    if (type.kind == TypeKind::digits) {
        gather.digits_at_least = type.at_least;
        gather.digits_at_most = type.at_most;
    }
    const YamlNode* node = fields.find("digits");
    if (node == nullptr) return;
    const std::string* text = scalar(reader, *node, "digits");
    if (text == nullptr) return;
    const auto range = parse_digits(*text);
    if (!range) {
        reader.report("SB106", node->span, fmt::format("digits cannot be {}", quoted(*text)),
                      "write a number such as 8, or a range such as 4-6");
        return;
    }
    if (!gather.dtmf) {
        reader.report("SB106", fields.key_span("digits"),
                      "this question is answered by speech, not by digits", "leave digits out");
        return;
    }
    const bool fits_type = type.kind != TypeKind::digits ||
                           (range->first >= type.at_least && range->second <= type.at_most);
    if (!fits_type) {
        reader.report("SB501", node->span,
                      fmt::format("{} digits do not fit into {}", *text, to_text(type)),
                      "leave digits out: the variable's type says how many");
        return;
    }
    gather.digits_at_least = range->first;
    gather.digits_at_most = range->second;
}

// dtmf, speech or both; by default what the type is given by.
void read_input(const Reader& reader, Fields& fields, Gather& gather, const Type& type) {
    const bool spoken = type.kind == TypeKind::text || type.kind == TypeKind::one_of;
    gather.dtmf = !spoken;
    gather.speech = spoken;
    const YamlNode* node = fields.find("input");
    if (node == nullptr) return;
    bool dtmf = false;
    bool speech = false;
    const auto take = [&](std::string_view word) {
        if (word == "both")
            dtmf = speech = true;
        else if (word == "dtmf")
            dtmf = true;
        else if (word == "speech")
            speech = true;
        else
            return false;
        return true;
    };
    bool known = true;
    if (node->is_list()) {
        for (const YamlNode& item : node->items)
            known = take(item.text) && known;
    } else if (node->text == "dtmf speech" || node->text == "speech dtmf") {
        known = take("both");
    } else {
        known = node->is_scalar() && take(node->text);
    }
    if (!known || (!dtmf && !speech)) {
        reader.report("SB106", node->span, "input is by keys, by speech, or both",
                      "write dtmf, speech, or [dtmf, speech]");
        return;
    }
    if (spoken && dtmf) {
        reader.report("SB106", node->span, fmt::format("{} cannot be keyed", to_text(type)),
                      "write input: speech, or ask for digits");
        return;
    }
    gather.dtmf = dtmf;
    gather.speech = speech;
}

bool can_be_gathered(const Type& type) {
    switch (type.kind) {
    case TypeKind::text:
    case TypeKind::one_of:
    case TypeKind::digits:
    case TypeKind::number:
    case TypeKind::phone:
        return true;
    default:
        return false;
    }
}

}  // namespace

namespace {

// Outcomes that a step has with other options.
struct Impossible {
    std::string_view step{}, outcome{}, why{}, hint{};
};
constexpr std::array impossible_outcomes{
    Impossible{"dial", "declined", "without a screen nobody can decline this call",
               "write screen, or leave declined out"},
    Impossible{"enqueue", "timeout", "without max_wait nobody waits too long",
               "write max_wait, or leave timeout out"}};

// Outcomes as other languages name them, for steps that have ours.
constexpr std::array other_outcomes{
    Renamed{"success", "ok"},        Renamed{"success", "filled"},
    Renamed{"ok", "filled"},         Renamed{"answered", "completed"},
    Renamed{"timeout", "no_answer"}, Renamed{"timeout", "slow"},
    Renamed{"timeout", "noinput"},   Renamed{"error", "failed"},
    Renamed{"invalid", "nomatch"},   Renamed{"404", "not_found"},
    Renamed{"401", "denied"},        Renamed{"403", "denied"}};

// The outcome among `possible` that is meant; empty: none of them.
std::string meant_outcome(const std::string& written, const std::vector<std::string>& possible) {
    const auto* other = std::ranges::find_if(other_outcomes, [&](const Renamed& one) {
        return one.theirs == written && std::ranges::count(possible, one.ours) != 0;
    });
    return other != other_outcomes.end() ? std::string{other->ours}
                                         : config::did_you_mean(written, possible);
}

const Impossible* why_impossible(std::string_view step, std::string_view outcome) {
    const auto* found = std::ranges::find_if(impossible_outcomes, [&](const Impossible& known) {
        return known.step == step && known.outcome == outcome;
    });
    return found == impossible_outcomes.end() ? nullptr : found;
}

}  // namespace

std::string the_step(const YamlNode::Entry& entry) {
    return fmt::format("the step {}", entry.key.text);
}

bool has_value(const Reader& reader, const YamlNode::Entry& entry, std::string_view example) {
    if (!entry.value.is_null()) return true;
    reader.report("SB107", entry.key.span, fmt::format("{} needs its value", the_step(entry)),
                  fmt::format("write {}", example));
    return false;
}

const YamlNode* options_of(const Reader& reader, const YamlNode::Entry& entry,
                           std::string_view example) {
    if (!has_value(reader, entry, example)) return nullptr;
    if (entry.value.is_map()) return &entry.value;
    // `set: name: value`: that a colon is too many is told already.
    const Span& span = entry.value.span;
    const bool is_told =
        std::ranges::any_of(reader.folder.findings, [&](const config::Diagnostic& found) {
            return found.code == "SB101" && found.file == reader.file() &&
                   span.begin < found.span.begin && found.span.begin < span.end;
        });
    if (is_told) return nullptr;
    reader.report("SB106", entry.value.span,
                  fmt::format("{} needs a map of options", the_step(entry)),
                  fmt::format("write {}", example));
    return nullptr;
}

void read_ways(const Reader& reader, Fields& fields, Step& step, const StepWhat& what,
               Retry* noinput, Retry* nomatch) {
    const auto possible = outcomes_of(what);
    const std::string_view name = step_name(what);
    std::vector<std::string> names;
    for (const Outcome& outcome : possible) {
        if (outcome.name != "otherwise") names.emplace_back(outcome.name);
    }
    const YamlNode* on = fields.find("on");
    if (on != nullptr && !on->is_map()) {
        reader.report("SB106", on->span, "on is a map from outcomes to places",
                      fmt::format("write {{{}: next}}", names.empty() ? "noinput" : names.back()));
        on = nullptr;
    }
    for (const YamlNode::Entry& entry :
         on != nullptr ? on->entries : std::vector<YamlNode::Entry>{}) {
        const std::string& outcome = entry.key.text;
        Retry* retry = outcome == "noinput" ? noinput : outcome == "nomatch" ? nomatch : nullptr;
        const auto place = [&] {
            const YamlNode& node = entry.value.is_null() ? entry.key : entry.value;
            return entry.value.is_null() ? std::optional<Target>{}
                                         : read_place(reader, node, outcome);
        }();
        if (entry.value.is_null()) {
            reader.report("SB106", entry.key.span, fmt::format("{} leads nowhere", outcome),
                          "write the state it goes to");
        }
        if (retry != nullptr) {
            if (retry->go || !retry->words.empty()) {
                reader.report("SB207", entry.key.span,
                              fmt::format("{} is written twice in this step", outcome),
                              "keep one of the two");
            } else {
                retry->go = place;
            }
            continue;
        }
        if (std::ranges::count(names, outcome) == 0) {
            const Impossible* impossible = why_impossible(name, outcome);
            std::vector<std::string> candidates = names;
            if (noinput != nullptr) candidates.insert(candidates.end(), {"noinput", "nomatch"});
            const std::string near = meant_outcome(outcome, candidates);
            reader.report(
                "SB304", entry.key.span,
                impossible != nullptr ? std::string{impossible->why}
                                      : fmt::format("{} never ends with {}", name, quoted(outcome)),
                impossible != nullptr    ? std::string{impossible->hint}
                : outcome == "otherwise" ? std::string{"write otherwise beside on, not inside it"}
                : near.empty()           ? "it ends with " + any_of(candidates)
                                         : meant(outcome, quoted(near)));
            keep_meant(outcome, place, candidates, step);
            continue;
        }
        if (place) step.on.push_back({outcome, *place});
    }
    if (const YamlNode* otherwise = fields.find("otherwise")) {
        step.otherwise = read_place(reader, *otherwise, "otherwise");
    }
    if (step.otherwise || fields.has("otherwise")) return;
    std::vector<std::string> unhandled;
    for (const Outcome& outcome : possible) {
        const bool named = std::ranges::any_of(
            step.on, [&](const OutcomeTarget& way) { return way.outcome == outcome.name; });
        const bool written = on != nullptr && on->find_entry(outcome.name) != nullptr;
        if (outcome.must_be_handled && outcome.name != "otherwise" && !named && !written) {
            unhandled.emplace_back(outcome.name);
        }
    }
    // Where the flow has one, checker_outcomes knows more.
    if (unhandled.empty() || reader.draft.otherwise_node != nullptr) return;
    reader.report("SB303", fields.owner(),
                  fmt::format("nothing says where the call goes when {} ends with {}", name,
                              any_of(unhandled)),
                  fmt::format("write on: {{{}: state}} or otherwise: state", unhandled.front()));
}

void keep_meant(const std::string& outcome, const std::optional<Target>& place,
                const std::vector<std::string>& possible, Step& step) {
    const std::string near = meant_outcome(outcome, possible);
    if (place) step.on.push_back({near.empty() ? outcome : near, *place});
}

void require_otherwise(const Reader& reader, Fields& fields, Step& step, PlaceRules rules) {
    if (const YamlNode* node =
            fields.require("otherwise", "write the state where the call goes then")) {
        step.otherwise = read_place(reader, *node, "otherwise", rules);
    } else {
        reader.draft.incomplete = true;
    }
    if (!step.otherwise) step.otherwise = Target{Target::Kind::state, {}, -1, fields.owner()};
}

std::optional<StepWhat> read_say(const Reader& reader, const YamlNode::Entry& entry,
                                 Step& /*step*/) {
    if (!has_value(reader, entry, "say: and what the caller is to hear")) return {};
    Say say;
    if (!entry.value.is_map() || entry.value.find_entry("words") == nullptr) {
        say.words = read_words(reader, entry.value, "this");
        return say;
    }
    Fields fields{reader, entry.value, entry.key.span, "the step say"};
    if (const YamlNode* words = fields.find("words"))
        say.words = read_words(reader, *words, "this");
    if (const YamlNode* loop = fields.find("loop")) {
        say.loop = whole_number(reader, *loop, "loop", 0, 1000);
    }
    fields.rest_into({}, {{"voice", "words: {text: ..., voice: ...}"},
                          {"language", "words: {text: ..., language: ...}"}});
    return say;
}

std::optional<StepWhat> read_play(const Reader& reader, const YamlNode::Entry& entry,
                                  Step& /*step*/) {
    if (!has_value(reader, entry, "play: audio/music.mp3")) return {};
    Play play;
    if (!entry.value.is_map()) {
        if (auto source = read_audio(reader, entry.value)) play.source = std::move(*source);
        return play;
    }
    Fields fields{reader, entry.value, entry.key.span, "the step play"};
    if (const YamlNode* digits = fields.find("digits")) {
        play.digits = attribute_value(reader, *digits, "digits", "Play", "digits").value_or("");
        if (fields.find("file") != nullptr) {
            reader.report("SB106", fields.key_span("file"), "play has a file or digits, not both",
                          "write two steps");
        }
    } else if (!fields.has("digits")) {
        if (const YamlNode* file = fields.require("file", "write the file or URL to play")) {
            if (auto source = read_audio(reader, *file)) play.source = std::move(*source);
        }
    }
    if (const YamlNode* loop = fields.find("loop")) {
        play.loop = whole_number(reader, *loop, "loop", 0, 1000);
    }
    fields.rest_into({}, {{"url", "file"}});
    return play;
}

std::optional<StepWhat> read_pause(const Reader& reader, const YamlNode::Entry& entry,
                                   Step& /*step*/) {
    if (!has_value(reader, entry, "pause: 1s")) return {};
    return Pause{
        whole_seconds(reader, entry.value, "the pause", "Pause", "length").value_or(seconds{1})};
}

std::optional<StepWhat> read_menu(const Reader& reader, const YamlNode::Entry& entry, Step& step) {
    const YamlNode* options =
        options_of(reader, entry, "menu: {say: ..., choices: {1: state}, otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step menu"};
    fields.expect({}, menu_words);
    Menu menu;
    read_question(reader, fields, menu);
    if (const YamlNode* node = fields.require("choices", "write {1: sales, 2: support}")) {
        menu.choices = read_choices(reader, *node, false);
    } else {
        reader.draft.incomplete = true;
    }
    bool anywhere = true;
    if (const YamlNode* node = fields.find("anywhere")) {
        anywhere = yes_or_no(reader, *node, "anywhere").value_or(true);
    }
    if (anywhere) merge_anywhere(reader, menu.choices);
    compare_choices(reader, menu.choices);
    menu.speech = std::ranges::any_of(menu.choices,
                                      [](const Choice& choice) { return !choice.phrases.empty(); });
    if (const YamlNode* node = fields.find("speech")) {
        menu.speech = yes_or_no(reader, *node, "speech").value_or(menu.speech);
    }
    require_otherwise(reader, fields, step, {});
    read_ways(reader, fields, step, menu, &menu.noinput, &menu.nomatch);
    fields.rest_into({{"Gather", &menu.extra}}, {{"input", "speech"},
                                                 {"num_digits", ""},
                                                 {"finish_on_key", ""},
                                                 {"language", ""},
                                                 {"action_on_empty_result", ""}});
    return menu;
}

std::optional<StepWhat> read_gather(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& step) {
    const YamlNode* options =
        options_of(reader, entry, "gather: {say: ..., save: variable, otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step gather"};
    fields.expect({}, gather_words);
    Gather gather;
    read_question(reader, fields, gather);
    if (const YamlNode* node = fields.require("save", "write the variable that takes the answer")) {
        gather.save = find_variable(reader, *node, "save");
    }
    Type type;
    if (gather.save >= 0) {
        type = reader.draft.flow.variables[static_cast<std::size_t>(gather.save)].type;
        if (!can_be_gathered(type)) {
            reader.report("SB106", fields.entry("save")->value.span,
                          fmt::format("a caller cannot be asked for {}", to_text(type)),
                          "gather fills text, one_of, digits, number and phone");
        }
        read_input(reader, fields, gather, type);
        read_digits(reader, fields, gather, type);
    } else {
        (void)fields.find("input");
        (void)fields.find("digits");
    }
    if (const YamlNode* node = fields.find("finish_on")) {
        gather.finish_on =
            attribute_value(reader, *node, "finish_on", "Gather", "finishOnKey").value_or("#");
    }
    if (const YamlNode* node = fields.find("must")) {
        gather.must = read_condition(reader, *node, "must", true);
    }
    if (const YamlNode* node = fields.find("confirm")) {
        if (gather.save >= 0 && type.secret) {
            reader.report("SB803", fields.key_span("confirm"), "a secret cannot be read back",
                          "leave confirm out");
        } else {
            gather.confirm = read_words(reader, *node, "the confirmation");
        }
    }
    require_otherwise(reader, fields, step, {});
    read_ways(reader, fields, step, gather, &gather.noinput, &gather.nomatch);
    fields.rest_into({{"Gather", &gather.extra}}, {{"num_digits", "digits"},
                                                   {"finish_on_key", "finish_on"},
                                                   {"language", ""},
                                                   {"action_on_empty_result", ""}});
    if (gather.save < 0) return {};
    return gather;
}

}  // namespace flows::load
