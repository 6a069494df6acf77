#include "config/ascii.hpp"
#include "flows/tools/tape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows {
namespace {

using config::is_digit;

bool is_token_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '=' || c == '%' || c == '~';
}

constexpr std::string_view ellipsis = "\u2026";

// Fields that carry proof of who somebody is: they open doors, or identify, and answer nothing.
constexpr std::array<std::string_view, 4> secrets{"CallToken", "StirPassportToken", "SipPassword",
                                                  "PaymentToken"};
constexpr std::array<std::string_view, 4> secret_headers{"x-twilio-signature", "authorization",
                                                         "cookie", "proxy-authorization"};
constexpr std::array<std::string_view, 4> entered{"Digits", "SpeechResult", "StableSpeechResult",
                                                  "UnstableSpeechResult"};
// What people say: numbers stand there as they are spoken, without + and country code.
constexpr std::array<std::string_view, 4> spoken{"SpeechResult", "StableSpeechResult",
                                                 "UnstableSpeechResult", "TranscriptionText"};

template <class List> bool is_in(const List& list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
}

// The digits of a number as E.164 writes it, '+' or its escape in front, that begins at `at`; empty
// where none does.
std::string_view number_at(std::string_view text, std::size_t at) {
    std::string_view rest = text.substr(at);
    if (rest.starts_with("%2B") || rest.starts_with("%2b")) {
        rest.remove_prefix(3);
    } else if (rest.starts_with('+')) {
        rest.remove_prefix(1);
    } else {
        return {};
    }
    const auto digits =
        static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
    return digits >= 7 && digits <= 15 ? rest.substr(0, digits) : std::string_view{};
}

constexpr std::string_view between = " .-(),";  // the digits of a number that is spelled

// Digits from `at` on, with at most two blanks or the like between them; at most one more than
// `wanted`, which says that there are too many.
std::string digits_spelled_at(std::string_view text, std::size_t at, std::size_t wanted) {
    std::string digits;
    for (std::size_t gap = 0; at < text.size() && gap <= 2 && digits.size() <= wanted; ++at) {
        if (is_digit(text[at])) {
            digits += text[at];
            gap = 0;
        } else if (between.find(text[at]) != std::string_view::npos) {
            ++gap;
        } else {
            break;
        }
    }
    return digits;
}

// What was keyed as it stands in the query of a GET: as many zeros, so that a tape still plays.
std::string without_entered(std::string url) {
    for (const std::string_view name : entered) {
        std::size_t at = url.find(name);
        for (; at != std::string::npos; at = url.find(name, at + 1)) {
            const bool begins = at > 0 && (url[at - 1] == '?' || url[at - 1] == '&');
            const std::size_t value = at + name.size() + 1;
            if (!begins || value > url.size() || url[value - 1] != '=') continue;
            const std::size_t end = std::min(url.find_first_of("&#", value), url.size());
            if (name != "Digits") {
                url.erase(value, end - value);
            } else {
                for (std::size_t i = value; i < end; ++i)
                    if (is_digit(url[i])) url[i] = '0';
            }
        }
    }
    return url;
}

// Where `digits` stand in `text` one by one, with blanks, dots, dashes or brackets between them.
// The end is empty where they do not.
std::size_t spelled_at(std::string_view text, std::size_t at, std::string_view digits) {
    std::size_t index = 0;
    std::size_t gap = 0;
    while (at < text.size() && index < digits.size()) {
        if (text[at] == digits[index]) {
            ++index;
            gap = 0;
        } else if (index == 0 || between.find(text[at]) == std::string_view::npos || ++gap > 2) {
            return 0;
        }
        ++at;
    }
    const bool goes_on = at < text.size() && is_digit(text[at]);
    return index == digits.size() && !goes_on ? at : 0;
}

}  // namespace

std::string without_tokens(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = text.substr(at).starts_with("s=") && at > 0 &&
                            (text[at - 1] == '?' || text[at - 1] == '&' || text[at - 1] == ';');
        if (!begins) {
            result += text[at++];
            continue;
        }
        result += "s=";
        at += 2;
        std::size_t end = at;
        while (end < text.size() && is_token_character(text[end]))
            ++end;
        const bool is_masked = text.substr(at).starts_with(ellipsis);
        if (end > at || is_masked) result += ellipsis;
        at = is_masked ? at + ellipsis.size() : end;
    }
    return result;
}

Exchange without_secrets(const Exchange& exchange) {
    Exchange kept{
        exchange.at, {exchange.request.method, {}, {}, {}}, exchange.response, exchange.note};
    kept.request.target = without_tokens(exchange.request.target);
    for (const auto& [name, value] : exchange.request.headers) {
        if (!is_in(secret_headers, name)) kept.request.headers.emplace_back(name, value);
    }
    for (const auto& [name, value] : exchange.request.form) {
        if (!is_in(secrets, name)) kept.request.form.emplace_back(name, without_tokens(value));
    }
    if (kept.response) kept.response->body = without_tokens(kept.response->body);
    return kept;
}

const std::string& Masker::mask_of(const std::string& number) {
    const auto found = numbers_.find(number);
    if (found != numbers_.end()) return found->second;
    // +1 202 555 01xx is never assigned; from the hundredth number on the area codes 303, 404 ...
    // are used with the same exchange.
    constexpr std::array areas{"202", "303", "404", "505", "606", "707", "808", "909"};
    const std::size_t index = numbers_.size();
    std::string masked =
        fmt::format("1{}55501{:02}", areas[(index / 100) % areas.size()], index % 100);
    return numbers_.emplace(number, std::move(masked)).first->second;
}

void Masker::learn(const Exchange& exchange) {
    const auto learn_from = [&](std::string_view text) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            const std::string_view number = number_at(text, at);
            if (!number.empty()) mask_of(std::string{number});
        }
    };
    for (const auto& [name, value] : exchange.request.form) {
        learn_from(value);
        if (is_in(spoken, name)) learn_spoken(value);
    }
    learn_from(exchange.request.target);
    if (exchange.response) learn_from(exchange.response->body);
}

// With or without the country code, and longer ones too: of cards, say. Fewer digits are no whole
// number, but an order's or an account's.
void Masker::learn_spoken(std::string_view text) {
    constexpr std::size_t national = 10, longest = 19;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_digit(text[at]) || (at > 0 && is_digit(text[at - 1]))) continue;
        const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
        for (const std::string& digits :
             {std::string{text.substr(at, end - at)}, digits_spelled_at(text, at, longest)}) {
            if (digits.size() < national || digits.size() > longest) continue;
            mask_of(digits.size() == national ? "1" + digits : digits);
        }
    }
}

// Appends the masked form of what begins at `at`, and returns where it ends; 0 where no known
// number is spelled there.
std::size_t Masker::mask_spelled(std::string_view text, std::size_t at, std::string& out) const {
    if (!is_digit(text[at])) return 0;
    constexpr std::size_t national = 10;
    const bool behind_digit = at > 0 && is_digit(text[at - 1]);
    for (const auto& [number, masked] : numbers_) {
        for (const std::size_t length : {number.size(), national}) {
            if (length > number.size() || length < national || behind_digit) continue;
            const std::string_view digits = std::string_view{number}.substr(number.size() - length);
            const std::size_t end = spelled_at(text, at, digits);
            if (end == 0) continue;
            // A mask is eleven digits; of a longer number the first ones repeat it.
            std::size_t index = masked.size() - std::min(length, masked.size());
            for (std::size_t i = at; i < end; ++i) {
                out += is_digit(text[i]) ? masked[index++ % masked.size()] : text[i];
            }
            return end;
        }
    }
    return 0;
}

// One pass, so that what is masked already is not masked again.
std::string Masker::mask_text(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view number = number_at(text, at);
        if (!number.empty()) {
            const auto digits = static_cast<std::size_t>(number.data() - text.data());
            result += text.substr(at, digits - at);
            result += mask_of(std::string{number});
            at = digits + number.size();
        } else if (const std::size_t end = mask_spelled(text, at, result); end != 0) {
            at = end;
        } else {
            result += text[at++];
        }
    }
    return result;
}

Exchange Masker::mask(const Exchange& exchange, Input input) {
    learn(exchange);
    Exchange kept = without_secrets(exchange);
    kept.request.target = mask_text(kept.request.target);
    for (auto& [name, text] : kept.request.form) {
        text = mask_text(text);
        if (name == "CallerName" && !text.empty()) text = "CALLER";
        if (input == Input::secret && name == "ErrorUrl") text = without_entered(std::move(text));
        if (input == Input::secret && is_in(entered, name)) {
            // As many as there were, so that the tape still plays.
            for (char& c : text) {
                if (is_digit(c)) c = '0';
            }
            if (name != "Digits") text.clear();
        }
    }
    if (kept.response) kept.response->body = mask_text(kept.response->body);
    return kept;
}

}  // namespace flows
