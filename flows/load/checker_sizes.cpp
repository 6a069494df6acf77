#include "flows/engine/call_state.hpp"
#include "flows/load/checker_parts.hpp"
#include "flows/load/checker_texts.hpp"
#include "flows/load/expression_parser.hpp"
#include "twiml/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace flows::check {
namespace {

// --- SB801: a document ---------------------------------------------------------------------------

// A callback URL: its path, a token of at most 2,000 characters, the connection overrides.
constexpr std::size_t url_bytes = 2'300;
constexpr std::size_t element_bytes = 120;  // a tag, its attributes apart from words, its end

std::size_t escaped_bytes(std::string_view text) {
    std::size_t bytes = 0;
    for (const char c : text) {
        switch (c) {
        case '&':
            bytes += 5;
            break;
        case '<':
        case '>':
            bytes += 4;
            break;
        case '"':
            bytes += 6;
            break;
        default:
            ++bytes;
        }
    }
    return bytes;
}

// What a value can take in a document: characters of up to four bytes, or escaped; a filter may say
// each digit as a word.
std::size_t most_bytes(const Insert& insert) {
    const Type& type = insert.value.type();
    constexpr std::size_t bytes_a_character = 6;
    constexpr std::size_t said_aloud = 400;
    switch (type.kind) {
    case TypeKind::text:
    case TypeKind::digits: {
        const auto characters = static_cast<std::size_t>(std::max(type.at_most, 1));
        return characters * bytes_a_character * (insert.filters.empty() ? 1 : 3);
    }
    case TypeKind::url:
        return 2'048;
    default:
        return said_aloud;
    }
}

std::size_t most_bytes(const Text& text) {
    std::size_t bytes = 0;
    for (const auto& piece : text.pieces) {
        if (const auto* constant = std::get_if<std::string>(&piece)) {
            bytes += escaped_bytes(*constant);
        } else {
            bytes += most_bytes(std::get<Insert>(piece));
        }
    }
    return bytes;
}

std::size_t most_bytes(const Words& words) {
    std::size_t most = 0;
    for (const auto& language : words.by_language) {
        std::size_t bytes = 0;
        for (const Word& word : language) {
            bytes += element_bytes;
            if (const auto* spoken = std::get_if<Spoken>(&word)) bytes += most_bytes(spoken->text);
            if (const auto* played = std::get_if<Played>(&word)) {
                bytes += most_bytes(played->source);
            }
        }
        most = std::max(most, bytes);
    }
    return most;
}

std::size_t most_bytes(const ExtraAttributes& extra) {
    std::size_t bytes = 0;
    for (const ExtraAttribute& attribute : extra) {
        bytes += attribute.name.size() + 4 + most_bytes(attribute.value);
    }
    return bytes;
}

std::size_t most_bytes(const Retry& retry) {
    std::size_t most = 0;
    for (const Words& words : retry.words)
        most = std::max(most, most_bytes(words));
    return most;
}

std::size_t hint_bytes(const std::vector<Choice>& choices) {
    std::map<std::size_t, std::size_t> by_language;
    std::size_t most = 0;
    for (const Choice& choice : choices) {
        for (std::size_t language = 0; language < choice.phrases.size(); ++language) {
            std::size_t& bytes = by_language[language];
            for (const std::string& phrase : choice.phrases[language]) {
                bytes += escaped_bytes(phrase) + 1;
            }
            most = std::max(most, bytes);
        }
    }
    return most;
}

template <class Question> std::size_t question_bytes(const Question& question) {
    const std::size_t retry = std::max(most_bytes(question.noinput), most_bytes(question.nomatch));
    return std::max(most_bytes(question.say), retry + most_bytes(question.again)) +
           most_bytes(question.extra) + 2 * (url_bytes + element_bytes);
}

// The most that one step can put into a document. Longer documents of several steps are no
// trouble: the engine goes on behind a redirect.
struct StepBytes {
    template <class Other> std::size_t operator()(const Other& /*step*/) const { return 0; }
    std::size_t operator()(const Say& say) const {
        // Twilio's `loop` is of one verb: several are written out.
        const std::size_t times = static_cast<std::size_t>(std::max(say.loop.value_or(1), 1));
        const bool is_one = std::ranges::all_of(
            say.words.by_language, [](const auto& words) { return words.size() <= 1; });
        return most_bytes(say.words) * (is_one ? 1 : times);
    }
    std::size_t operator()(const Play& play) const { return most_bytes(play.source); }
    std::size_t operator()(const Menu& menu) const {
        return question_bytes(menu) + hint_bytes(menu.choices);
    }
    std::size_t operator()(const Gather& gather) const {
        const std::size_t confirm = gather.confirm ? most_bytes(*gather.confirm) : 0;
        return std::max(question_bytes(gather),
                        confirm + 2 * (url_bytes + element_bytes) + most_bytes(gather.extra));
    }
    std::size_t operator()(const Dial& dial) const {
        std::size_t bytes = url_bytes + most_bytes(dial.extra);
        for (const DialNoun& noun : dial.nouns) {
            bytes +=
                element_bytes + url_bytes + most_bytes(noun.address) + most_bytes(dial.noun_extra);
        }
        const std::size_t whisper = dial.whisper ? most_bytes(*dial.whisper) : 0;
        const std::size_t screen = dial.screen ? most_bytes(*dial.screen) : 0;
        return std::max(bytes, whisper + screen + url_bytes + element_bytes);
    }
    std::size_t operator()(const Record& record) const {
        return 4 * (url_bytes + element_bytes) + most_bytes(record.extra);
    }
    std::size_t operator()(const Enqueue& enqueue) const {
        return 2 * (url_bytes + element_bytes) + most_bytes(enqueue.queue) +
               most_bytes(enqueue.extra);
    }
    std::size_t operator()(const Redirect& redirect) const { return most_bytes(redirect.url); }
    std::size_t operator()(const Twiml& twiml) const { return twiml.fragment.size(); }
};

void check_documents(const Flow& flow, config::Diagnostics& findings) {
    // Twilio takes 64 kB; the engine fills 60 of them with a step, for a redirect that goes on.
    constexpr std::size_t most = twiml::max_document_bytes - std::size_t{4} * 1024;
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            const std::size_t bytes = std::visit(StepBytes{}, step.what);
            if (bytes <= most) continue;
            report(
                findings, "SB801", step.file, step.span,
                fmt::format("this {} may take {} kB of TwiML; Twilio takes 64 kB, 60 of one step",
                            step_name(step.what), (bytes + 1023) / 1024),
                "say less in one step, or narrow the types of what is inserted");
        }
    }
}

// --- SB802: the call's state ---------------------------------------------------------------------

// Format, hour, awaiting, the four counters, the call's life and the counts of what follows.
constexpr int fixed_bytes = 24;
constexpr int fact_bytes = 82;          // one of the call's facts that is carried: cut at 80 bytes
constexpr int verification_bytes = 36;  // the sid of the code that was sent

int text_bytes(std::string_view text) { return static_cast<int>(text.size()) + 1; }

int frame_bytes(const Flow& flow) {
    int longest = 0;
    for (const State& state : flow.states) {
        int step = 1;
        for (const Step& at : state.steps)
            step = std::max(step, text_bytes(at.id));
        longest = std::max(longest, text_bytes(state.name) + step);
    }
    int bytes = text_bytes(flow.name) + longest + 2;
    const int index = flow.variables.size() > 127 ? 2 : 1;
    for (const Variable& variable : flow.variables)
        bytes += index + state_bytes(variable.type);
    return bytes;
}

// What the words on a called leg say of the call goes along to it.
int leg_bytes(const Flow& flow) {
    std::size_t most = 0;
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            const auto* dial = std::get_if<Dial>(&step.what);
            if (dial == nullptr || (!dial->whisper && !dial->screen)) continue;
            std::vector<CallFact> facts;
            for_each_text(step, [&](const TextUse& use) {
                if (use.use == Use::spoken) facts_read(*use.text, facts);
            });
            most = std::max(most, std::set<CallFact>(facts.begin(), facts.end()).size());
        }
    }
    return static_cast<int>(most) * fact_bytes;
}

// The line's four numbers, and once more the time in it. That who waits has one frame only is not
// counted on.
int line_bytes(const Flow& flow) {
    constexpr int number_bytes = 22;
    const auto waits_aloud = [](const Step& step) {
        const auto* enqueue = std::get_if<Enqueue>(&step.what);
        return enqueue != nullptr && enqueue->wait >= 0;
    };
    const bool has_line = std::ranges::any_of(flow.states, [&](const State& state) {
        return std::ranges::any_of(state.steps, waits_aloud);
    });
    return has_line ? 5 * number_bytes : 0;
}

// What silent states read of the call, and the recording they run for.
int later_bytes(const Flow& flow) {
    constexpr int sid_bytes = 35;
    int most = 0;
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            const auto* record = std::get_if<Record>(&step.what);
            if (record == nullptr) continue;
            for (const auto& later : {record->stored, record->transcribed}) {
                if (!later) continue;
                const int facts = static_cast<int>(later->facts.size()) * fact_bytes;
                most = std::max(most, facts + sid_bytes);
            }
        }
    }
    return most;
}

int candidate_bytes(const Flow& flow) {
    int most = 0;
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            const auto* gather = std::get_if<Gather>(&step.what);
            if (gather == nullptr || !gather->confirm) continue;
            const Type& type = flow.variables[static_cast<std::size_t>(gather->save)].type;
            most = std::max(most, state_bytes(type));
        }
    }
    return most;
}

int visits_bytes(const Flow& flow) {
    int bytes = 0;
    for (const State& state : flow.states) {
        if (state.counts_visits) bytes += text_bytes(flow.name) + text_bytes(state.name) + 3;
    }
    return bytes;
}

bool sends_codes(const Flow& flow) {
    return std::ranges::any_of(flow.states, [](const State& state) {
        return std::ranges::any_of(state.steps, [](const Step& step) {
            return std::holds_alternative<VerifyStart>(step.what);
        });
    });
}

// The deepest stack of flows by bytes, and what else a call through them carries.
class StateSize {
public:
    explicit StateSize(const FlowSet& set) : set_{set} {}

    struct Deepest {
        int frames = 0;            // bytes of all frames
        int candidate = 0;         // of the last one
        const Step* by = nullptr;  // the `do` that leads to it
        std::vector<std::string> flows{};
    };

    const Deepest& deepest(const Flow& flow) {
        const auto [entry, is_new] = known_.try_emplace(flow.name);
        if (!is_new) return entry->second;
        Deepest best{0,
                     std::max({candidate_bytes(flow) + line_bytes(flow), leg_bytes(flow),
                               later_bytes(flow)}),
                     nullptr,
                     {}};
        for (const State& state : flow.states) {
            for (const Step& step : state.steps) {
                const auto* called = std::get_if<Do>(&step.what);
                const Flow* callee = called != nullptr ? set_.find(called->flow) : nullptr;
                if (callee == nullptr || callee->name == flow.name) continue;
                const Deepest& below = deepest(*callee);
                if (below.frames + below.candidate <= best.frames + best.candidate) continue;
                best = {below.frames, below.candidate, &step, below.flows};
            }
        }
        best.frames += frame_bytes(flow);
        best.flows.insert(best.flows.begin(), flow.name);
        return known_[flow.name] = best;
    }

    int bytes(const Flow& flow) {
        const Deepest& at = deepest(flow);
        int bytes = fixed_bytes + at.frames + at.candidate;
        int language = 0;
        bool verifies = false;
        std::set<std::string> seen;
        std::vector<std::string> open{flow.name};
        while (!open.empty()) {
            const std::string name = std::move(open.back());
            open.pop_back();
            if (!seen.insert(name).second) continue;
            const Flow* reached = name == flow.name ? &flow : set_.find(name);
            if (reached == nullptr) continue;
            bytes += visits_bytes(*reached);
            verifies = verifies || sends_codes(*reached);
            for (const Language& spoken : reached->languages) {
                language = std::max(language, text_bytes(spoken.tag));
            }
            for (const std::string& called : reached->calls)
                open.push_back(called);
        }
        if (flow.reads_attestation) bytes += fact_bytes;
        if (flow.reads_answered_by) bytes += fact_bytes;
        if (verifies) bytes += verification_bytes;
        return bytes + language;
    }

private:
    const FlowSet& set_;
    std::map<std::string, Deepest, std::less<>> known_{};
};

void check_state_size(const Flow& flow, const FlowSet& set, config::Diagnostics& findings) {
    StateSize size{set};
    const int most = static_cast<int>(max_state_bytes);
    const int bytes = size.bytes(flow);
    if (bytes <= most) return;
    const auto& deepest = size.deepest(flow);
    if (deepest.by != nullptr) {
        const auto& called = std::get<Do>(deepest.by->what).flow;
        const Flow* callee = set.find(called);
        // A flow that is too large by itself is told there, not by each that calls it.
        if (callee != nullptr && size.bytes(*callee) > most) return;
    }
    const bool own = fixed_bytes + frame_bytes(flow) > most || deepest.by == nullptr;
    if (!own) {
        std::string chain;
        for (const std::string& name : deepest.flows) {
            chain += (chain.empty() ? "" : " \u2192 ") + name;
        }
        report(findings, "SB802", deepest.by->file, deepest.by->span,
               fmt::format("the state of a call may take {} bytes here, more than {}: {}", bytes,
                           most, chain),
               "call fewer flows inside each other, or narrow their variables' types");
        return;
    }
    const auto largest = std::ranges::max_element(
        flow.variables, {}, [](const Variable& variable) { return state_bytes(variable.type); });
    const bool any = largest != flow.variables.end();
    report(findings, "SB802", flow.file, any ? largest->span : config::Span{},
           fmt::format("the state of a call may take {} bytes, more than {}", bytes, most),
           any ? fmt::format("narrow types, text(80) for text, or keep fewer variables; \"{}\" "
                             "alone takes {} bytes",
                             largest->name, state_bytes(largest->type))
               : "shorten names of flows and states");
}

}  // namespace

void check_sizes(const Flow& flow, const FlowSet& set, config::Diagnostics& findings) {
    check_documents(flow, findings);
    check_state_size(flow, set, findings);
}

}  // namespace flows::check
