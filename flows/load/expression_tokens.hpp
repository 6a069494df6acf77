// The words of an expression, one at a time, with explanations for what people write instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flows {

struct Token {
    enum class Kind : std::uint8_t {
        name,    // a word: a variable, a function, `and`
        number,  // 12 or 12.5
        text,    // "..." ; `decoded` is what stands between the quotes
        symbol,  // == != < <= > >= + - * / ( ) [ ] , . |
        end,
        fault,  // none of these: `message` and `hint` say what is wrong
    };
    Kind kind = Kind::end;
    std::string_view raw{};  // as written; of `end` empty
    std::size_t begin = 0;   // byte offset
    std::string decoded{};
    std::string message{}, hint{};

    std::size_t end() const { return begin + raw.size(); }
    bool is(std::string_view symbol_or_word) const {
        return raw == symbol_or_word && (kind == Kind::symbol || kind == Kind::name);
    }
};

// The token that begins at or behind `offset` (blanks are skipped). Inside a text literal \" is a
// quote; every other backslash stands for itself, so that patterns read as they are.
Token next_token(std::string_view text, std::size_t offset);

// The offset of the `}}` that closes an insert whose inside begins at `offset`, text literals
// skipped; npos where there is none.
std::size_t find_closing_braces(std::string_view text, std::size_t offset);

}  // namespace flows
