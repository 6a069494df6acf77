#include "flows/engine/phone_number.hpp"

#include <phonenumbers/phonenumberutil.h>

namespace flows {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

std::string region_of(const PhoneNumberUtil& numbers, std::string_view country) {
    const std::string region{country};
    return numbers.GetCountryCodeForRegion(region) != 0 ? region : "US";
}

bool is_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Possible within its area only (seven digits in the US) is no E.164 number.
bool is_possible(const PhoneNumberUtil& numbers, const PhoneNumber& number) {
    return numbers.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE;
}

NumberKind kind_of(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
    case PhoneNumberUtil::FIXED_LINE:
        return NumberKind::fixed;
    case PhoneNumberUtil::MOBILE:
        return NumberKind::mobile;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
        return NumberKind::fixed_or_mobile;
    case PhoneNumberUtil::TOLL_FREE:
        return NumberKind::toll_free;
    case PhoneNumberUtil::PREMIUM_RATE:
        return NumberKind::premium;
    case PhoneNumberUtil::SHARED_COST:
        return NumberKind::shared_cost;
    case PhoneNumberUtil::VOIP:
        return NumberKind::voip;
    case PhoneNumberUtil::PERSONAL_NUMBER:
        return NumberKind::personal;
    case PhoneNumberUtil::PAGER:
        return NumberKind::pager;
    case PhoneNumberUtil::UAN:
        return NumberKind::company;
    case PhoneNumberUtil::VOICEMAIL:
        return NumberKind::voicemail;
    case PhoneNumberUtil::UNKNOWN:
        return NumberKind::unknown;
    }
    return NumberKind::unknown;
}

// Source: ITU-T, "List of ITU-T Recommendation E.164 assigned country codes".
bool is_satellite(int country_code) {
    return country_code == 870 || (country_code >= 881 && country_code <= 883);
}

// Could `national`, ten digits of +1 that the metadata does not know, stand in a new area code?
// Those whose last two digits are alike serve other purposes, and N9X is kept for a longer plan.
// Source: NANPA, "Area codes"; ATIS-0300051.
bool may_be_new_area_code(std::string_view national) {
    return national.size() == 10 && national[0] >= '2' && national[1] != '9' &&
           national[1] != national[2] && national[3] >= '2';
}

}  // namespace

std::optional<std::string> phone_from_keys(std::string_view keys, std::string_view country) {
    constexpr std::size_t longest = 20;  // 15 digits and an exit code
    if (keys.empty() || keys.size() > longest) return std::nullopt;
    if (!is_digits(keys.substr(keys.front() == '+' ? 1 : 0))) return std::nullopt;

    const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (numbers.Parse(std::string{keys}, region_of(numbers, country), &number) !=
        PhoneNumberUtil::NO_PARSING_ERROR)
        return std::nullopt;
    if (!is_possible(numbers, number)) return std::nullopt;
    std::string e164;
    numbers.Format(number, PhoneNumberUtil::E164, &e164);
    return e164;
}

std::optional<NumberFacts> number_facts(std::string_view e164) {
    constexpr std::size_t longest = 16;  // + and 15 digits
    if (!e164.starts_with('+') || e164.size() > longest || !is_digits(e164.substr(1)))
        return std::nullopt;
    const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (numbers.Parse(std::string{e164}, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
        !is_possible(numbers, number))
        return std::nullopt;

    NumberFacts facts;
    facts.is_valid = numbers.IsValidNumber(number);
    facts.kind = is_satellite(number.country_code()) ? NumberKind::satellite
                                                     : kind_of(numbers.GetNumberType(number));
    numbers.GetRegionCodeForNumber(number, &facts.region);
    // "ZZ" is unknown, "001" the codes that belong to no country.
    if (facts.region == "ZZ" || facts.region == "001") facts.region.clear();
    if (number.country_code() == 1 && facts.region.empty() && may_be_new_area_code(e164.substr(2)))
        facts.region = "US";
    return facts;
}

std::string_view number_block(std::string_view e164) {
    constexpr std::size_t block_digits = 4;
    return e164.size() > block_digits + 1 ? e164.substr(0, e164.size() - block_digits)
                                          : std::string_view{};
}

}  // namespace flows
