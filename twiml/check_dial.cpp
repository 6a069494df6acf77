// What may be dialled and how: the rules of <Dial>, its nouns and queues.
#include "twiml/check_rules.hpp"
#include "twiml/ids.hpp"
#include "twiml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace twiml {
namespace {

using namespace std::string_view_literals;

bool is_hole(std::string_view text) { return text.find("{}") != std::string_view::npos; }

// The digits of a number as people write it, or nothing. Twilio takes plain US numbers, also with
// the usual punctuation, though E.164 is what it advises.
std::string digits_of(std::string_view text) {
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9')
            digits += c;
        else if ((c != '+' || i != 0) && " -().\xa0"sv.find(c) == std::string_view::npos)
            return {};
    }
    return digits;
}

void check_number_text(const Checked& checked, const std::string& text, Findings& findings) {
    if (text.empty() || is_hole(text)) return;
    const std::string digits = digits_of(text);
    const bool possible = digits.size() >= 3 && digits.size() <= 15 &&
                          !(text.starts_with('+') && digits.starts_with('0'));
    if (!possible)
        findings.error(13223, place_of_text(checked),
                       fmt::format(R"("{}" is no telephone number)", text),
                       "write it as E.164: +12025550100");
    else if (!text.starts_with('+') && digits.size() != 10 &&
             (digits.size() != 11 || !digits.starts_with('1')))
        findings.warning(
            13223, place_of_text(checked),
            fmt::format(R"("{}" is no E.164 number, and is taken for one of the US)", text),
            "write it with + and its country code");
}

void check_caller_id(const Checked& checked, Findings& findings) {
    constexpr std::size_t longest = 255;
    const std::string* const id = checked.element.find("callerId");
    if (!id) return;
    const std::size_t at = place_of_attribute(checked, "callerId");
    if (id->size() > longest)
        findings.error(13248, at, fmt::format("callerId has {} characters", id->size()),
                       "give a number of your own as E.164");
    else if (std::ranges::any_of(*id, [](char c) { return static_cast<unsigned char>(c) <= ' '; }))
        findings.error(13214, at, fmt::format(R"(callerId "{}" holds blanks)", *id),
                       "give a number of your own as E.164, +12025550100");
    else if (id->empty())
        findings.warning(13214, at, "callerId is empty",
                         "leave it out, so that the caller's number is shown");
}

}  // namespace

void check_dial(const Checked& checked, Findings& findings) {
    constexpr std::size_t most_nouns = 10;
    std::size_t nouns = 0, conferences = 0;
    bool has_other = false, has_number = false, has_application = false, has_whatsapp = false;
    for (const Node& node : checked.element.content) {
        const auto* noun = std::get_if<Element>(&node);
        if (!noun) continue;
        ++nouns;
        conferences += noun->name == "Conference" ? 1U : 0U;
        has_number |= noun->name == "Number";
        has_application |= noun->name == "Application";
        has_whatsapp |= noun->name == "WhatsApp";
        has_other |= noun->name != "Conference" && noun->name != "Number";
    }
    const std::string text = trimmed(own_text(checked.element));
    if (nouns == 0 && text.empty())
        findings.error(13223, place_of(checked), "<Dial> names nobody to dial",
                       "put in <Number>, <Client>, <Sip> ...");
    else if (nouns != 0 && !text.empty())
        findings.error(12200, place_of_text(checked),
                       "<Dial> holds a number as text beside other elements",
                       "put the number into <Number>");
    else
        check_number_text(checked, text, findings);
    if (conferences > 1 || (conferences == 1 && has_number))
        findings.error(13000, place_of(checked),
                       conferences > 1 ? "<Dial> holds <Conference> twice"
                                       : "<Conference> stands beside <Number>",
                       "a conference is dialled alone");
    else if (conferences == 1 && has_other)
        findings.warning(13000, place_of(checked), "<Conference> stands beside other elements",
                         "a conference is dialled alone");
    if (has_application && nouns > 1)
        findings.error(13215, place_of(checked), "<Application> stands beside other elements",
                       "an application is dialled alone");
    if (nouns > most_nouns)
        findings.error(13215, place_of(checked),
                       fmt::format("<Dial> holds {} elements, more than {}", nouns, most_nouns),
                       "ring the first ten, and the rest from the action");
    const std::string* const caller = checked.element.find("callerId");
    if (has_whatsapp && (!caller || !caller->starts_with("whatsapp:")))
        findings.warning(13214, place_of(checked),
                         "<WhatsApp> needs a callerId of your own on WhatsApp",
                         R"(add callerId="whatsapp:+12025550100")");
    check_caller_id(checked, findings);
}

void check_phone_number(const Checked& checked, Findings& findings) {
    std::string text = trimmed(own_text(checked.element));
    if (checked.row.id == "WhatsApp" && text.starts_with("whatsapp:")) text.erase(0, 9);
    check_number_text(checked, text, findings);
}

void check_sip(const Checked& checked, Findings& findings) {
    const std::string text = trimmed(own_text(checked.element));
    const auto& content = checked.element.content;
    const bool has_children = std::ranges::any_of(
        content, [](const Node& node) { return std::holds_alternative<Element>(node); });
    if (text.empty()) {
        if (checked.row.id == "Sip" && !has_children)
            findings.error(13243, place_of(checked), "<Sip> names no SIP URI",
                           "write sip:user@host between <Sip> and </Sip>");
        return;
    }
    if (is_hole(text)) return;
    const std::size_t colon = text.find(':');
    std::string scheme = text.substr(0, colon);
    for (char& c : scheme)
        c = static_cast<char>(c | 0x20);
    const bool has_blanks =
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
    if (colon == std::string::npos || (scheme != "sip" && scheme != "sips") ||
        colon + 1 == text.size() || has_blanks)
        return findings.error(13243, place_of_text(checked),
                              fmt::format(R"("{}" is no SIP URI)", text), "write sip:user@host");
    const std::size_t question = text.find('?');
    if (question == std::string::npos) return;
    std::string_view headers = std::string_view{text}.substr(question + 1);
    static constexpr std::array named{"user-to-user"sv, "remote-party-id"sv,
                                      "p-preferred-identity"sv, "p-called-party-id"sv};
    while (!headers.empty()) {
        const std::string_view header = headers.substr(0, headers.find('&'));
        std::string name{header.substr(0, header.find('='))};
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!name.starts_with("x-") && std::ranges::find(named, name) == named.end())
            findings.error(13252, place_of_text(checked),
                           fmt::format(R"(the SIP header "{}" is not passed on)", name),
                           "begin its name with x-");
        headers.remove_prefix(std::min(header.size() + 1, headers.size()));
    }
}

void check_conference(const Checked& checked, Findings& findings) {
    const std::string* const label = checked.element.find("participantLabel");
    if (label && (label->find('/') != std::string::npos || CallSid::parse(*label)))
        findings.error(16023, place_of_attribute(checked, "participantLabel"),
                       fmt::format(R"(participantLabel "{}" is not allowed)", *label),
                       "take a word without / that is no call sid");
}

void check_queue_name(const Checked& checked, Findings& findings) {
    constexpr std::size_t longest = 64;
    const bool enqueues = checked.row.id == "Enqueue";
    const std::string name = trimmed(own_text(checked.element));
    const std::string_view selector = enqueues ? "workflowSid" : "reservationSid";
    const bool selected = std::ranges::any_of(
        checked.element.attributes, [&](const Attribute& a) { return a.name == selector; });
    if (name.empty() && !selected)
        findings.error(enqueues ? 14204 : 14212, place_of(checked),
                       fmt::format("<{}> names no queue", checked.row.name),
                       fmt::format("write its name between <{0}> and </{0}>", checked.row.name));
    const int code = enqueues ? 14205 : 14213;
    if (const std::size_t size = count_characters(name); size > longest)
        findings.error(
            code, place_of_text(checked),
            fmt::format("the queue's name has {} characters, more than {}", size, longest),
            "shorten it");
    else if (size == longest)
        findings.warning(code, place_of_text(checked),
                         "the queue's name has 64 characters; one of Twilio's pages allows 63",
                         "shorten it");
    for (const Node& node : checked.element.content) {
        const auto* task = std::get_if<Element>(&node);
        if (!task || task->name != "Task") continue;
        const std::string json = trimmed(own_text(*task));
        if (!json.empty() && !(json.starts_with('{') && json.ends_with('}')))
            findings.error(14221, place_of(checked), "the text of <Task> is no JSON object",
                           R"(write {"key": "value"})");
        if (!selected)
            findings.warning(14220, place_of(checked), "<Task> without workflowSid does nothing",
                             "name the workflow by workflowSid");
    }
}

}  // namespace twiml
