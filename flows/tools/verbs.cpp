#include "flows/tools/verbs.hpp"

#include "flows/model/overloaded.hpp"

#include <fmt/format.h>

#include <charconv>

namespace flows {
namespace {

using std::chrono::seconds;

int whole(std::string_view text, int otherwise) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

seconds seconds_of(const twiml::Element& element, std::string_view name, int otherwise) {
    return seconds{whole(attribute_of(element, name), otherwise)};
}

// SSML that parts words without a blank between them.
bool parts_words(std::string_view name) { return name == "break" || name == "p" || name == "s"; }

void collect_words(const twiml::Element& element, std::string& words) {
    for (const twiml::Node& node : element.content) {
        if (const auto* text = std::get_if<std::string>(&node)) words += *text;
        if (const auto* inside = std::get_if<twiml::Element>(&node)) {
            if (parts_words(inside->name)) words += ' ';
            collect_words(*inside, words);
        }
    }
}

std::string told(const Asks& asks) {
    std::string what;
    if (asks.keys) {
        what = asks.digits == 0 ? std::string{"keys"}
                                : fmt::format("{} key{}", asks.digits, asks.digits == 1 ? "" : "s");
        if (!asks.finish_on.empty()) what += fmt::format(", {} ends", asks.finish_on);
    }
    if (asks.speech) what += what.empty() ? "speech" : " or speech";
    return "asks for " + what;
}

std::string told(const Dials& dials) {
    std::string whom;
    for (const Dialled& each : dials.whom) {
        if (!each.address.empty()) whom += (whom.empty() ? "" : ", ") + each.address;
    }
    return "dials " + whom;
}

std::string told(const InLine& line) { return "waits in line in " + line.queue; }

std::string told(const Ended& ended) {
    switch (ended.how) {
    case Ended::How::hung_up:
        return "the flow hung up";
    case Ended::How::ran_out:
        return "the call ended, for no verb was left";
    case Ended::How::rejected:
        return fmt::format("the call was rejected: {}", ended.why);
    case Ended::How::left:
        return "the caller hung up";
    case Ended::How::handed_on:
        return fmt::format("the call was handed on to {}", ended.why);
    case Ended::How::failed:
        return fmt::format("the call broke off: {}", ended.why);
    }
    return {};
}

}  // namespace

std::string attribute_of(const twiml::Element& element, std::string_view name,
                         std::string_view otherwise) {
    const std::string* value = element.find(name);
    return value != nullptr ? *value : std::string{otherwise};
}

std::string words_in(const twiml::Element& element) {
    std::string words;
    collect_words(element, words);
    const std::size_t begin = words.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) return {};
    return words.substr(begin, words.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<Heard> heard_of(const twiml::Element& verb) {
    Heard heard;
    if (verb.name == "Say") {
        heard.text = words_in(verb);
        heard.language = attribute_of(verb, "language");
        heard.voice = attribute_of(verb, "voice");
    } else if (verb.name == "Play") {
        heard.text = attribute_of(verb, "digits");
        heard.kind = heard.text.empty() ? Heard::Kind::audio : Heard::Kind::keys;
        if (heard.text.empty()) heard.text = words_in(verb);
    } else if (verb.name == "Pause") {
        heard.kind = Heard::Kind::pause;
        heard.length = seconds_of(verb, "length", 1);
    } else {
        return std::nullopt;
    }
    return heard;
}

Asks asked_by(const twiml::Element& gather) {
    const std::string input = attribute_of(gather, "input", "dtmf");
    return {.keys = input.find("dtmf") != std::string::npos,
            .speech = input.find("speech") != std::string::npos,
            .digits = whole(attribute_of(gather, "numDigits"), 0),
            .finish_on = attribute_of(gather, "finishOnKey", "#"),
            .timeout = seconds_of(gather, "timeout", 5),
            .language = attribute_of(gather, "language", "en-US"),
            .hints = attribute_of(gather, "hints")};
}

Dials dialled_by(const twiml::Element& dial) {
    Dials dials{.caller_id = attribute_of(dial, "callerId"),
                .timeout = seconds_of(dial, "timeout", 30)};
    for (const twiml::Node& node : dial.content) {
        if (const auto* number = std::get_if<std::string>(&node)) {
            dials.whom.push_back({"Number", *number, {}});
        } else if (const auto* noun = std::get_if<twiml::Element>(&node)) {
            dials.whom.push_back({noun->name, words_in(*noun), attribute_of(*noun, "url")});
        }
    }
    return dials;
}

Records recorded_by(const twiml::Element& record) {
    return {.at_most = seconds_of(record, "maxLength", 3600),
            .silence = seconds_of(record, "timeout", 5),
            .finish_on = attribute_of(record, "finishOnKey", "1234567890*#")};
}

std::string in_words(const Heard& heard) {
    switch (heard.kind) {
    case Heard::Kind::words:
        return fmt::format("{}{}\"{}\"", heard.language, heard.language.empty() ? "" : " ",
                           heard.text);
    case Heard::Kind::audio:
        return "plays " + heard.text;
    case Heard::Kind::pause:
        return fmt::format("silence of {} s", heard.length.count());
    case Heard::Kind::beep:
        return "a beep";
    case Heard::Kind::keys:
        return "sends the keys " + heard.text;
    }
    return {};
}

std::string in_words(const Waiting& waiting) {
    return std::visit(Overloaded{
                          [](const Records& records) {
                              return fmt::format("records up to {} s", records.at_most.count());
                          },
                          [](const Undecided& asked) {
                              return fmt::format("waits for {} {}", effect_name(asked.effect),
                                                 in_words(asked.effect));
                          },
                          [](const Stuck& stuck) { return fmt::format("<{}>", stuck.verb); },
                          [](const auto& other) { return told(other); },
                      },
                      waiting);
}

}  // namespace flows
