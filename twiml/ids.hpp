// Twilio's identifiers and numbers: parsed once at the edge, never mixed up after it.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace twiml {

// Two capital letters that name the kind, then 32 hexadecimal digits.
// Source: Twilio, "What is a String Identifier (SID)?".
template <char First, char Second> class Sid {
public:
    static std::optional<Sid> parse(std::string_view text) {
        if (text.size() != 34 || text[0] != First || text[1] != Second) return std::nullopt;
        for (char c : text.substr(2)) {
            const bool hex =
                (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!hex) return std::nullopt;
        }
        return Sid{std::string{text}};
    }
    const std::string& str() const { return text_; }
    auto operator<=>(const Sid&) const = default;

private:
    explicit Sid(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

using CallSid = Sid<'C', 'A'>;
using AccountSid = Sid<'A', 'C'>;
using RecordingSid = Sid<'R', 'E'>;
using ConferenceSid = Sid<'C', 'F'>;
using QueueSid = Sid<'Q', 'U'>;
using MessageSid = Sid<'S', 'M'>;
using MultimediaSid = Sid<'M', 'M'>;  // of a message that holds media

// A telephone number as E.164 writes it: '+', then 2 to 15 digits, the first not 0.
// Source: ITU-T E.164, 6.2.1.
class E164 {
public:
    static std::optional<E164> parse(std::string_view text);
    const std::string& str() const { return text_; }
    auto operator<=>(const E164&) const = default;

private:
    explicit E164(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

// The secret that Twilio signs webhooks with. It has no << and no ==, so that it is neither logged
// nor compared by accident. Never empty: an empty key would accept what anybody signs.
class AuthToken {
public:
    static std::optional<AuthToken> parse(std::string_view text);  // empty or with blanks: nothing
    std::string_view reveal() const { return text_; }
    friend bool operator==(const AuthToken&, const AuthToken&) = delete;

private:
    explicit AuthToken(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

}  // namespace twiml
