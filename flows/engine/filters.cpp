#include "flows/engine/filters.hpp"

#include "config/utf8.hpp"

#include <unicode/brkiter.h>
#include <unicode/dtptngen.h>
#include <unicode/numberformatter.h>
#include <unicode/rbnf.h>
#include <unicode/smpdtfmt.h>
#include <unicode/ucurr.h>

#include <algorithm>
#include <map>
#include <memory>

namespace flows {
namespace {

using icu::number::LocalizedNumberFormatter;
using icu::number::NumberFormatter;
using icu::number::Precision;

constexpr int most_places = 9;  // of a Decimal

icu::StringPiece piece(std::string_view text) {
    return {text.data(), static_cast<std::int32_t>(text.size())};
}

// As ICU wrote it, with plain blanks: voices stumble over the others, and people compare texts.
std::string plain_blanks(const icu::UnicodeString& text) {
    icu::UnicodeString plain;
    for (std::int32_t i = 0; i < text.length(); ++i) {
        const char16_t c = text[i];
        if (c == u'\u200E' || c == u'\u200F') continue;
        plain.append(c == u'\u00A0' || c == u'\u202F' ? u' ' : c);
    }
    std::string out;
    plain.toUTF8String(out);
    return out;
}

struct Money {
    LocalizedNumberFormatter cents;  // with the currency's usual places
    LocalizedNumberFormatter whole;  // without, for amounts that have none (names only)
    bool by_name = false;
};

// ICU's formatters take tens of microseconds to make: each thread keeps those it has used. There
// are as many languages as the flows have.
class Speaker {
public:
    explicit Speaker(std::string_view language) {
        UErrorCode error = U_ZERO_ERROR;
        locale_ = icu::Locale::forLanguageTag(piece(language), error);
        if (U_FAILURE(error) != 0 || locale_.isBogus() != 0) locale_ = icu::Locale::getRoot();
        numbers_ =
            NumberFormatter::withLocale(locale_).precision(Precision::maxFraction(most_places));
    }

    std::string number(const Decimal& number) const { return formatted(numbers_, number); }

    std::string ordinal(const Decimal& number) {
        if (!ordinals_) {
            UErrorCode error = U_ZERO_ERROR;
            ordinals_ =
                std::make_unique<icu::RuleBasedNumberFormat>(icu::URBNF_ORDINAL, locale_, error);
            if (U_FAILURE(error) != 0) ordinals_.reset();
        }
        if (!ordinals_ || !number.is_whole()) return this->number(number);
        icu::UnicodeString text;
        icu::FieldPosition nowhere;
        UErrorCode error = U_ZERO_ERROR;
        ordinals_->format(number.units(), text, nowhere, error);
        return plain_blanks(text);
    }

    std::string money(const Decimal& amount, const std::string& currency) {
        auto found = money_.find(currency);
        if (found == money_.end()) found = money_.emplace(currency, make_money(currency)).first;
        const Money& by = found->second;
        return formatted(by.by_name && amount.is_whole() ? by.whole : by.cents, amount);
    }

    // `skeleton`: the fields wanted; the language orders and joins them.
    std::string calendar(const char16_t* skeleton, double milliseconds) {
        auto found = calendars_.find(skeleton);
        if (found == calendars_.end())
            found = calendars_.emplace(skeleton, make_calendar(skeleton)).first;
        if (!found->second) return {};
        icu::UnicodeString text;
        found->second->format(milliseconds, text);
        return plain_blanks(text);
    }

private:
    static std::string formatted(const LocalizedNumberFormatter& formatter, const Decimal& number) {
        UErrorCode error = U_ZERO_ERROR;
        const auto text = formatter.formatDecimal(piece(number.str()), error).toString(error);
        return U_FAILURE(error) != 0 ? number.str() : plain_blanks(text);
    }

    Money make_money(const std::string& currency) const {
        UErrorCode error = U_ZERO_ERROR;
        const icu::CurrencyUnit unit{piece(currency), error};
        const auto base = NumberFormatter::withLocale(locale_).unit(unit).precision(
            Precision::currency(UCURR_USAGE_STANDARD));
        // A sign with letters (USD, MX$, kr) is read out as letters or as another currency.
        std::int32_t length = 0;
        const auto* sign = ucurr_getName(unit.getISOCurrency(), locale_.getName(),
                                         UCURR_SYMBOL_NAME, nullptr, &length, &error);
        bool letters = U_FAILURE(error) != 0 || sign == nullptr;
        for (std::int32_t i = 0; !letters && i < length; ++i)
            letters = (sign[i] >= u'A' && sign[i] <= u'Z') || (sign[i] >= u'a' && sign[i] <= u'z');
        if (!letters) return {.cents = base, .whole = base};
        const auto named = base.unitWidth(UNUM_UNIT_WIDTH_FULL_NAME);
        return {.cents = named, .whole = named.precision(Precision::integer()), .by_name = true};
    }

    std::unique_ptr<icu::DateFormat> make_calendar(const icu::UnicodeString& skeleton) const {
        UErrorCode error = U_ZERO_ERROR;
        const std::unique_ptr<icu::DateTimePatternGenerator> patterns{
            icu::DateTimePatternGenerator::createInstance(locale_, error)};
        if (U_FAILURE(error) != 0) return nullptr;
        const auto pattern = patterns->getBestPattern(skeleton, error);
        auto format = std::make_unique<icu::SimpleDateFormat>(pattern, locale_, error);
        if (U_FAILURE(error) != 0) return nullptr;
        format->setTimeZone(*icu::TimeZone::getGMT());  // the moment is local already
        return format;
    }

    icu::Locale locale_;
    LocalizedNumberFormatter numbers_;
    std::unique_ptr<icu::RuleBasedNumberFormat> ordinals_{};
    std::map<std::string, Money> money_{};
    std::map<icu::UnicodeString, std::unique_ptr<icu::DateFormat>> calendars_{};
};

Speaker& speaker(std::string_view language) {
    thread_local std::map<std::string, Speaker, std::less<>> speakers;
    const auto found = speakers.find(language);
    if (found != speakers.end()) return found->second;
    return speakers.emplace(std::string{language}, Speaker{language}).first->second;
}

double milliseconds(const std::chrono::year_month_day& day, std::chrono::minutes time) {
    const auto since = std::chrono::sys_days{day}.time_since_epoch() + time;
    return static_cast<double>(std::chrono::milliseconds{since}.count());
}

std::string say_date(const std::chrono::year_month_day& day, std::string_view language) {
    return speaker(language).calendar(u"yMMMMd", milliseconds(day, {}));
}
std::string say_time(std::chrono::minutes time, std::string_view language) {
    return speaker(language).calendar(u"jmm", milliseconds(std::chrono::year_month_day{}, time));
}
std::string say_moment(const Moment& moment, std::string_view language) {
    return speaker(language).calendar(u"EEEEMMMMdjmm",
                                      milliseconds(moment.day, moment.since_midnight));
}

bool is_blank_or_mark(char32_t c) {
    return c <= U' ' || (c < 0x80 && !(c >= U'0' && c <= U'9') && !(c >= U'A' && c <= U'Z') &&
                         !(c >= U'a' && c <= U'z'));
}

// Letters and figures by themselves; signs between them (+1 202-555) are not read out.
std::vector<std::string> figures_of(std::string_view text) {
    std::vector<std::string> figures;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = config::character_at(text, i);
        if (!is_blank_or_mark(c.code)) figures.emplace_back(text.substr(i, c.bytes));
        i += c.bytes;
    }
    return figures;
}

std::string joined(const std::vector<std::string>& parts, std::size_t from = 0) {
    std::string out;
    for (std::size_t i = from; i < parts.size(); ++i) {
        if (i > from) out += ' ';
        out += parts[i];
    }
    return out;
}

std::string say_masked(std::string_view text) {
    const auto figures = figures_of(text);
    const std::size_t shown = std::min<std::size_t>(4, figures.size() / 2);
    return joined(figures, figures.size() - shown);
}

// Every character as a reader sees it (with its accents), blanks left out.
std::string say_spelled(const std::string& text) {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> characters{
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), error)};
    if (U_FAILURE(error) != 0) return joined(figures_of(text));
    const auto wide = icu::UnicodeString::fromUTF8(text);
    characters->setText(wide);
    std::string out;
    std::int32_t begin = characters->first();
    for (std::int32_t end = characters->next(); end != icu::BreakIterator::DONE;
         begin = end, end = characters->next()) {
        const auto character = wide.tempSubStringBetween(begin, end);
        if (character.length() == 1 && character[0] <= u' ') continue;
        if (!out.empty()) out += ' ';
        character.toUTF8String(out);
    }
    return out;
}

// In groups with a rest between them. North American numbers without their country code in groups
// of 3, 3 and 4; others in threes, the last of two to four.
std::string say_phone(std::string_view text) {
    const bool north_american = text.size() == 12 && text.starts_with("+1");
    const auto figures = figures_of(north_american ? text.substr(2) : text);
    std::string out;
    std::size_t in_group = 0;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const bool rest = in_group == 3 && figures.size() - i > 1;
        if (i > 0) out += rest ? ", " : " ";
        in_group = rest ? 1 : in_group + 1;
        out += figures[i];
    }
    return out;
}

std::optional<Decimal> amount_of(const Value& value) {
    if (const auto* number = std::get_if<Decimal>(&value)) return *number;
    if (const auto* digits = std::get_if<std::string>(&value)) return Decimal::parse(*digits);
    return std::nullopt;
}

}  // namespace

bool filter_accepts(Filter filter, const Type& type) {
    const auto one_of = [&](std::initializer_list<TypeKind> kinds) {
        return std::find(kinds.begin(), kinds.end(), type.kind) != kinds.end();
    };
    switch (filter) {
    case Filter::digits:
    case Filter::phone:
    case Filter::masked:
        return one_of({TypeKind::digits, TypeKind::phone, TypeKind::text, TypeKind::party});
    case Filter::spell:
        return one_of({TypeKind::text, TypeKind::digits, TypeKind::phone, TypeKind::one_of,
                       TypeKind::party, TypeKind::url});
    case Filter::number:
        return one_of({TypeKind::number, TypeKind::money, TypeKind::digits});
    case Filter::ordinal:
        return one_of({TypeKind::number, TypeKind::digits});
    case Filter::money:
        return one_of({TypeKind::money});
    case Filter::date:
        return one_of({TypeKind::date, TypeKind::moment});
    case Filter::time:
        return one_of({TypeKind::time, TypeKind::moment});
    case Filter::day_and_time:
        return one_of({TypeKind::moment});
    case Filter::otherwise:
        return true;
    }
    return false;
}

std::optional<std::string> say_as(const Value& value, const Type& type, Filter filter,
                                  std::string_view language) {
    if (!is_set(value)) return std::nullopt;
    const auto* text = std::get_if<std::string>(&value);
    const auto* moment = std::get_if<Moment>(&value);
    switch (filter) {
    case Filter::digits:
        if (text != nullptr) return joined(figures_of(*text));
        break;
    case Filter::phone:
        if (text != nullptr) return say_phone(*text);
        break;
    case Filter::masked:
        if (text != nullptr) return say_masked(*text);
        break;
    case Filter::spell:
        if (text != nullptr) return say_spelled(*text);
        break;
    case Filter::number:
        if (const auto amount = amount_of(value)) return speaker(language).number(*amount);
        break;
    case Filter::ordinal:
        if (const auto amount = amount_of(value)) return speaker(language).ordinal(*amount);
        break;
    case Filter::money:
        if (const auto* amount = std::get_if<Decimal>(&value))
            return speaker(language).money(*amount, type.currency);
        break;
    case Filter::date:
        if (const auto* date = std::get_if<Date>(&value)) return say_date(date->day, language);
        if (moment != nullptr) return say_date(moment->day, language);
        break;
    case Filter::time:
        if (const auto* time = std::get_if<TimeOfDay>(&value))
            return say_time(time->since_midnight, language);
        if (moment != nullptr) return say_time(moment->since_midnight, language);
        break;
    case Filter::day_and_time:
        if (moment != nullptr) return say_moment(*moment, language);
        break;
    case Filter::otherwise:
        return say_plain(value, type, language);
    }
    return std::nullopt;
}

std::string say_plain(const Value& value, const Type& type, std::string_view language) {
    if (const auto* number = std::get_if<Decimal>(&value))
        return type.kind == TypeKind::money ? speaker(language).money(*number, type.currency)
                                            : speaker(language).number(*number);
    if (const auto* date = std::get_if<Date>(&value)) return say_date(date->day, language);
    if (const auto* time = std::get_if<TimeOfDay>(&value))
        return say_time(time->since_midnight, language);
    if (const auto* moment = std::get_if<Moment>(&value)) return say_moment(*moment, language);
    return plain_text(value);
}

}  // namespace flows
