#include "flows/tools/transcript.hpp"

#include "twiml/form.hpp"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace flows {
namespace {

std::string heard_text(const Heard& heard) {
    switch (heard.kind) {
    case Heard::Kind::words:
    case Heard::Kind::keys:
        return heard.text;
    case Heard::Kind::audio:
        return twiml::percent_decode(heard.text);
    case Heard::Kind::pause:
    case Heard::Kind::beep:
        break;
    }
    return {};
}

}  // namespace

std::string folded(std::string_view text) {
    auto wide = icu::UnicodeString::fromUTF8(
        icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
    wide.foldCase();
    icu::UnicodeString single;
    bool blank = false;
    for (std::int32_t i = 0; i < wide.length();) {
        const UChar32 c = wide.char32At(i);
        i += U16_LENGTH(c);
        if (u_isUWhiteSpace(c) != 0) {
            blank = true;
            continue;
        }
        if (blank && !single.isEmpty()) single.append(UChar32{' '});
        blank = false;
        single.append(c);
    }
    std::string result;
    return single.toUTF8String(result);
}

Transcript::Transcript(std::span<const Heard> heard) {
    for (const Heard& each : heard) {
        const std::string part = folded(heard_text(each));
        if (part.empty()) continue;
        if (!text_.empty()) text_ += ' ';
        text_ += part;
        parts_.push_back({text_.size(), each.language});
    }
}

bool Transcript::is_in(std::size_t begin, std::size_t end, std::string_view language) const {
    for (const Part& part : parts_) {
        if (part.end <= begin) continue;
        if (part.language != language) return false;
        if (part.end >= end) return true;
    }
    return true;
}

std::optional<std::size_t> Transcript::find(std::string_view text, std::string_view language,
                                            std::size_t from) const {
    for (std::size_t at = from; at <= text_.size(); ++at) {
        at = text_.find(text, at);
        if (at == std::string::npos) return std::nullopt;
        if (language.empty() || is_in(at, at + text.size(), language)) return at + text.size();
    }
    return std::nullopt;
}

std::optional<std::string> Transcript::language_of(std::string_view text) const {
    const auto end = find(text, {}, 0);
    if (!end) return std::nullopt;
    for (const Part& part : parts_) {
        if (part.end >= *end) return part.language;
    }
    return std::nullopt;
}

}  // namespace flows
