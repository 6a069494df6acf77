#include "config/ascii.hpp"
#include "flows/engine/turn.hpp"
#include "twiml/ids.hpp"

#include <algorithm>
#include <utility>

namespace flows {
namespace {

constexpr std::size_t max_nouns = 10;  // Twilio's bound

std::string_view name_of(NounKind kind) {
    switch (kind) {
    case NounKind::number:
        return "Number";
    case NounKind::client:
        return "Client";
    case NounKind::sip:
        return "Sip";
    }
    return {};
}

// --- facts of the call that the words on the called leg say

void facts_of(const Expression& expression, std::vector<CallFact>& facts) {
    for (const Expression::Node& node : expression.nodes) {
        if (node.operation == Operation::call_fact) facts.push_back(node.fact);
    }
}

void facts_of(const Text& text, std::vector<CallFact>& facts) {
    for (const auto& piece : text.pieces) {
        if (const auto* insert = std::get_if<Insert>(&piece)) facts_of(insert->value, facts);
    }
}

void facts_of(const Words& words, int language, std::vector<CallFact>& facts) {
    if (static_cast<std::size_t>(language) >= words.by_language.size()) return;
    for (const Word& word : words.in(static_cast<std::size_t>(language))) {
        if (const auto* spoken = std::get_if<Spoken>(&word)) facts_of(spoken->text, facts);
        if (const auto* played = std::get_if<Played>(&word)) facts_of(played->source, facts);
    }
}

// The state behind a noun's `url`: that webhook tells of the called leg, so what its words say of
// the call goes along.
CallState leg_state(const Turn& turn, const Dial& dial, Awaiting awaiting) {
    std::vector<CallFact> facts;
    if (dial.whisper) facts_of(*dial.whisper, turn.language, facts);
    if (dial.screen) facts_of(*dial.screen, turn.language, facts);
    CallState leg = turn.state;
    leg.awaiting = awaiting;
    carry(leg, facts, turn);
    return leg;
}

// --- <Dial>

bool is_number_allowed(std::string_view number, bool from_caller, const Turn& turn) {
    const DialRules* rules = turn.circumstances.dial_rules;
    return rules ? rules->allows(number, from_caller) : !from_caller;
}

// Of what callers supplied only a plain name at the designer's own host; a number there, which a
// gateway would dial, where it may be dialled.
bool is_sip_allowed(const DialNoun& noun, std::string_view address, const Turn& turn) {
    if (!noun.from_caller) return true;
    const auto* host = std::get_if<std::string>(&noun.address.pieces.back());
    const std::size_t at = address.find('@');
    if (at == address.npos || host == nullptr || host->find('@') == host->npos) return false;
    const std::size_t scheme = address.find(':') + 1;
    if (scheme >= at) return false;
    const std::string_view user = address.substr(scheme, at - scheme);
    const bool is_plain = std::ranges::all_of(user, [](char c) {
        return config::is_digit(c) || config::is_letter(c) ||
               std::string_view{"+-._"}.find(c) != std::string_view::npos;
    });
    return is_plain && address.find('@', at + 1) == address.npos &&
           (!twiml::E164::parse(user) || is_number_allowed(user, true, turn));
}

// The operator's rules are about numbers: who is called by a name has none.
bool is_allowed(const DialNoun& noun, const std::string& address, const Turn& turn) {
    if (address.empty()) return false;
    switch (noun.kind) {
    case NounKind::number:
        return twiml::E164::parse(address) && is_number_allowed(address, noun.from_caller, turn);
    case NounKind::sip:
        return is_sip_allowed(noun, address, turn);
    case NounKind::client:
        return true;
    }
    return false;
}

// Nothing for a target that may not be dialled, or has no value: as if it had failed.
std::optional<twiml::Element> noun_of(const DialNoun& noun, const Dial& dial, const Turn& turn) {
    auto address = write(noun.address, turn, Purpose::plain);
    if (!address || !is_allowed(noun, *address, turn)) return std::nullopt;
    twiml::Element element{.name = std::string{name_of(noun.kind)}};
    if (!put(element, dial.noun_extra, turn)) return std::nullopt;
    element.content.emplace_back(std::move(*address));
    return element;
}

Nodes nouns_of(Turn& turn, const Dial& dial) {
    Nodes nouns;
    if (!dial.one_by_one) {
        for (const DialNoun& noun : dial.nouns) {
            if (nouns.size() == max_nouns) break;
            if (auto element = noun_of(noun, dial, turn)) nouns.emplace_back(std::move(*element));
        }
        return nouns;
    }
    int& attempt = turn.state.attempt;
    for (; attempt < static_cast<int>(dial.nouns.size()); ++attempt) {
        const DialNoun& noun = dial.nouns[static_cast<std::size_t>(attempt)];
        if (auto element = noun_of(noun, dial, turn)) {
            nouns.emplace_back(std::move(*element));
            break;
        }
    }
    return nouns;
}

bool put_options(twiml::Element& element, const Dial& dial, const Turn& turn) {
    put(element, "answerOnBridge", "true");
    put(element, "timeout", std::to_string(dial.timeout.count()));
    if (dial.caller_id) {
        auto caller_id = write(*dial.caller_id, turn, Purpose::plain);
        if (!caller_id) return false;
        if (!caller_id->empty()) put(element, "callerId", std::move(*caller_id));
    }
    if (!dial.record.empty()) put(element, "record", dial.record);
    if (dial.time_limit) put(element, "timeLimit", std::to_string(dial.time_limit->count()));
    if (dial.hang_up_on_star) put(element, "hangupOnStar", "true");
    if (!dial.ring.empty()) put(element, "ringTone", dial.ring);
    return put(element, dial.extra, turn);
}

void place_calls(Turn& turn, const Step& step, const Dial& dial) {
    Nodes nouns = nouns_of(turn, dial);
    if (nouns.empty()) return follow(turn, step, "failed");
    twiml::Element verb{.name = "Dial"};
    if (!put_options(verb, dial, turn)) return fail(turn, step);
    verb.attributes.push_back({"action", hole(turn, EventName::dial)});
    if (dial.whisper || dial.screen) {
        const EventName event = dial.screen ? EventName::screen : EventName::whisper;
        const auto awaiting = dial.screen ? Awaiting::screen : Awaiting::whisper;
        turn.reply.states.push_back(leg_state(turn, dial, awaiting));
        const auto url = hole(turn, event, 1, Callback::Bound::parent_call);
        for (twiml::Node& noun : nouns) {
            std::get<twiml::Element>(noun).attributes.push_back({"url", url});
        }
    }
    verb.content = std::move(nouns);
    if (!add(turn, step, {std::move(verb)})) return;
    take(turn, step, {});
    rest(turn, Awaiting::dial);
}

std::string_view outcome_of(const DialEnded& ended, const Dial& dial) {
    switch (ended.status) {
    case twiml::DialStatus::completed:
    case twiml::DialStatus::answered:
        if (ended.bridged.value_or(true)) return "completed";
        return dial.screen ? "declined" : "no_answer";
    case twiml::DialStatus::busy:
        return "busy";
    case twiml::DialStatus::no_answer:
        return "no_answer";
    case twiml::DialStatus::failed:
        return "failed";
    case twiml::DialStatus::canceled:
        return "canceled";
    }
    return "failed";
}

// --- the called leg

void answer_screen(Turn& turn, const Event& event) {
    const auto* keyed = std::get_if<LegKeyed>(&event);
    if (keyed && !keyed->digits.empty()) return end_reply(turn);  // its end bridges
    hang_up(turn);
}

}  // namespace

void run(Turn& turn, const Step& step, const Dial& dial) {
    if (turn.gone) return nobody_left(turn);
    turn.state.attempt = 0;
    place_calls(turn, step, dial);
}

void dial_ended(Turn& turn, const Step& step, const Dial& dial, const Event& event) {
    const auto* ended = std::get_if<DialEnded>(&event);
    const std::string_view outcome = ended ? outcome_of(*ended, dial) : "failed";
    const bool is_last = turn.state.attempt + 1 >= static_cast<int>(dial.nouns.size());
    if (!dial.one_by_one || is_last || outcome == "completed" || turn.gone) {
        return follow(turn, step, outcome);
    }
    ++turn.state.attempt;
    place_calls(turn, step, dial);
}

void leg_answered(Turn& turn, const Dial& dial, Awaiting awaiting, const Event& event) {
    if (turn.gone) return nobody_left(turn);
    const bool screens = awaiting == Awaiting::screen && dial.screen;
    if (!std::holds_alternative<LegAnswered>(event)) {
        return screens ? answer_screen(turn, event) : end_reply(turn);
    }
    const View view = view_of(turn);
    Nodes& verbs = turn.reply.document.verbs;
    // Words that cannot be said are left out: the person called is on the line.
    if (Nodes words; dial.whisper && speak(words, *dial.whisper, turn, view)) {
        verbs = std::move(words);
    }
    if (!screens) return end_reply(turn);
    twiml::Element gather{.name = "Gather"};
    put(gather, "numDigits", "1");
    put(gather, "finishOnKey", "");  // any key will do
    gather.attributes.push_back(
        {"action", hole(turn, EventName::screened, 0, Callback::Bound::parent_call)});
    if (Nodes words; speak(words, *dial.screen, turn, view)) gather.content = std::move(words);
    verbs.emplace_back(std::move(gather));
    verbs.emplace_back(twiml::Element{.name = "Hangup"});
    rest(turn, Awaiting::screen);
}

}  // namespace flows
