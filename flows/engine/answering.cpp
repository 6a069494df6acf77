#include "flows/engine/turn.hpp"

#include <array>
#include <utility>

namespace flows {
namespace {

// Said when something on our side went wrong. Languages without a row hear English.
struct Apology {
    std::string_view language;  // primary subtag
    std::string_view text;
};
constexpr std::array apologies{
    Apology{"en", "We are sorry, something went wrong."},
    Apology{"ar", "عذرًا، حدث خطأ ما."},
    Apology{"ca", "Ho sentim, alguna cosa ha anat malament."},
    Apology{"cs", "Omlouváme se, něco se nepovedlo."},
    Apology{"da", "Vi beklager, der gik noget galt."},
    Apology{"de", "Es tut uns leid, etwas ist schiefgegangen."},
    Apology{"el", "Λυπούμαστε, κάτι πήγε στραβά."},
    Apology{"es", "Lo sentimos, algo salió mal."},
    Apology{"fi", "Pahoittelemme, jokin meni vikaan."},
    Apology{"fr", "Nous sommes désolés, une erreur est survenue."},
    Apology{"he", "אנו מצטערים, משהו השתבש."},
    Apology{"hi", "हमें खेद है, कुछ गड़बड़ हो गई।"},
    Apology{"hu", "Elnézést kérünk, valami hiba történt."},
    Apology{"it", "Siamo spiacenti, qualcosa è andato storto."},
    Apology{"ja", "申し訳ございません。問題が発生しました。"},
    Apology{"ko", "죄송합니다. 문제가 발생했습니다."},
    Apology{"nb", "Vi beklager, noe gikk galt."},
    Apology{"nl", "Het spijt ons, er is iets misgegaan."},
    Apology{"pl", "Przepraszamy, coś poszło nie tak."},
    Apology{"pt", "Pedimos desculpa, algo correu mal."},
    Apology{"ro", "Ne pare rău, ceva nu a mers bine."},
    Apology{"ru", "Извините, что-то пошло не так."},
    Apology{"sv", "Vi beklagar, något gick fel."},
    Apology{"tr", "Üzgünüz, bir şeyler ters gitti."},
    Apology{"uk", "Вибачте, щось пішло не так."},
    Apology{"zh", "很抱歉，出了点问题。"},
};

const Apology& apology_in(std::string_view tag) {
    const std::string_view primary = tag.substr(0, tag.find('-'));
    for (const Apology& apology : apologies) {
        if (apology.language == primary) return apology;
    }
    return apologies.front();
}

// Length of the UTF-8 sequence that begins `text`, or 0 where none does.
std::size_t sequence_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0xC2   ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
    }
    return length;
}

// What a character of ASCII takes at most: markup is escaped. 0: the byte is none.
constexpr std::array<std::uint8_t, 256> ascii_bytes = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned c = 0; c < 0x80; ++c)
        table[c] = c < 0x20 || std::string_view{"&<>\"'"}.find(static_cast<char>(c)) !=
                                   std::string_view::npos
                       ? 6
                       : 1;
    return table;
}();

// Of text or an attribute: a byte that is no UTF-8 becomes U+FFFD.
std::size_t escaped_bytes(std::string_view text) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::size_t taken = ascii_bytes[static_cast<unsigned char>(text[i])];
        if (taken == 0) {
            const std::size_t length = sequence_length(text.substr(i));
            taken = length == 0 ? 3 : length;
            i += std::max<std::size_t>(length, 1) - 1;
        }
        bytes += taken;
    }
    return bytes;
}

std::size_t rendered_bytes(const twiml::Element& element) {
    std::size_t bytes = 2 * element.name.size() + 5;  // <Say></Say>
    for (const twiml::Attribute& attribute : element.attributes) {
        const auto* text = std::get_if<std::string>(&attribute.value);
        bytes += attribute.name.size() + 4 + (text ? escaped_bytes(*text) : hole_bytes);
    }
    for (const twiml::Node& node : element.content)
        bytes += flows::rendered_bytes(node);
    return bytes;
}

void reply_with(Turn& turn) {
    turn.next.what = std::move(turn.reply);
    turn.done = true;
}

}  // namespace

std::size_t rendered_bytes(const twiml::Node& node) {
    if (const auto* text = std::get_if<std::string>(&node)) return escaped_bytes(*text);
    if (const auto* element = std::get_if<twiml::Element>(&node)) return rendered_bytes(*element);
    return hole_bytes;
}

twiml::UrlHole hole(Turn& turn, EventName event, int state, Callback::Bound bound) {
    if (is_in_line(turn)) event = EventName::waiting;
    turn.reply.callbacks.push_back({event, state, bound});
    return {static_cast<int>(turn.reply.callbacks.size()) - 1, false};
}

twiml::Node redirect_to(twiml::UrlHole hole) {
    twiml::Element redirect{.name = "Redirect"};
    redirect.content.emplace_back(hole);
    return redirect;
}

bool add(Turn& turn, const Step& step, Nodes verbs) {
    std::size_t bytes = 0;
    for (const twiml::Node& verb : verbs)
        bytes += rendered_bytes(verb);
    const bool is_first = turn.reply.document.verbs.empty();
    if (bytes > step_bound) {
        turn.reply.callbacks.clear();
        turn.reply.states.clear();
        fail(turn, step);
        return false;
    }
    if (!is_first && turn.bytes + bytes > document_goal) {
        turn.reply.callbacks.clear();
        turn.reply.states.clear();
        turn.reply.document.verbs.push_back(redirect_to(hole(turn, EventName::go)));
        rest(turn, Awaiting::nothing);
        return false;
    }
    turn.bytes += bytes;
    if (is_first) {
        turn.reply.document.verbs = std::move(verbs);
    } else {
        for (twiml::Node& verb : verbs)
            turn.reply.document.verbs.push_back(std::move(verb));
    }
    return true;
}

void rest(Turn& turn, Awaiting awaiting) {
    turn.state.awaiting = awaiting;
    turn.reply.states.insert(turn.reply.states.begin(), std::move(turn.state));
    reply_with(turn);
}

void end_reply(Turn& turn) {
    const bool is_kept = turn.root.hung_up >= 0 && turn.state.aside == Aside::nothing;
    if (is_kept) turn.reply.states.insert(turn.reply.states.begin(), std::move(turn.state));
    reply_with(turn);
}

void nobody_left(Turn& turn) {
    Rest rest;
    if (turn.root.hung_up >= 0 && turn.state.aside == Aside::nothing) {
        rest.ended = std::move(turn.state);
    }
    turn.next.what = std::move(rest);
    turn.done = true;
}

void hang_up(Turn& turn) {
    if (turn.gone) return nobody_left(turn);
    turn.reply.document.verbs.emplace_back(twiml::Element{.name = "Hangup"});
    end_reply(turn);
}

void leave_line(Turn& turn) {
    if (turn.gone) return nobody_left(turn);
    turn.reply.document.verbs.emplace_back(twiml::Element{.name = "Leave"});
    end_reply(turn);
}

void say_sorry(Turn& turn) {
    const Apology& apology = apology_in(turn.state.language);
    twiml::Element say{.name = "Say"};
    for (const Flow* flow : {turn.flow, &turn.root}) {
        const int language = flow ? flow->find_language(turn.state.language) : -1;
        if (language < 0) continue;
        const std::string& voice = flow->languages[static_cast<std::size_t>(language)].voice;
        if (!voice.empty()) say.attributes.push_back({"voice", voice});
        break;
    }
    // A language that has no row is answered in English, by a voice that speaks English.
    const bool speaks_it = turn.state.language.starts_with(apology.language);
    if (!speaks_it) say.attributes.clear();
    say.attributes.push_back({"language", speaks_it ? turn.state.language : std::string{"en-US"}});
    say.content.emplace_back(std::string{apology.text});
    twiml::Node verb{std::move(say)};
    turn.bytes += rendered_bytes(verb);
    turn.reply.document.verbs.push_back(std::move(verb));
}

void apologise(Turn& turn) {
    if (turn.gone) return nobody_left(turn);
    if (is_in_line(turn)) return leave_line(turn);
    say_sorry(turn);
    hang_up(turn);
}

}  // namespace flows
