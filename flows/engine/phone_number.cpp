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

}  // namespace

std::optional<std::string> phone_from_keys(std::string_view keys, std::string_view country) {
    constexpr std::size_t longest = 20;  // 15 digits and an exit code
    if (keys.empty() || keys.size() > longest) return std::nullopt;
    const auto digits = keys.substr(keys.front() == '+' ? 1 : 0);
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;

    const PhoneNumberUtil& numbers = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (numbers.Parse(std::string{keys}, region_of(numbers, country), &number) !=
        PhoneNumberUtil::NO_PARSING_ERROR)
        return std::nullopt;
    // Possible within its area only (seven digits in the US) is no E.164 number.
    if (numbers.IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE)
        return std::nullopt;
    std::string e164;
    numbers.Format(number, PhoneNumberUtil::E164, &e164);
    return e164;
}

}  // namespace flows
