#include "flows/engine/text_rules.hpp"

#include "flows/engine/phone_number.hpp"
#include "twiml/voice_request.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace flows {
namespace {

bool is_special_rate(NumberKind kind) {
    switch (kind) {
    case NumberKind::premium:
    case NumberKind::shared_cost:
    case NumberKind::personal:
    case NumberKind::pager:
    case NumberKind::company:
    case NumberKind::voicemail:
        return true;
    case NumberKind::unknown:
    case NumberKind::fixed:
    case NumberKind::mobile:
    case NumberKind::fixed_or_mobile:
    case NumberKind::toll_free:
    case NumberKind::voip:
    case NumberKind::satellite:
        return false;
    }
    return false;
}

}  // namespace

std::string_view to_text(TextRefusal refusal) {
    static constexpr std::array<std::string_view, 8> names{
        "withheld",     "not_a_number", "short_number",   "impossible",
        "special_rate", "satellite",    "unknown_region", "country"};
    return names[static_cast<std::size_t>(refusal)];
}

std::optional<TextRefusal> text_refusal(std::string_view number,
                                        const std::vector<std::string>& countries) {
    // Recognised before anything parses a number: the words for "withheld" keyed on a telephone
    // would pass as numbers of some country.
    switch (twiml::parse_party(number).kind) {
    case twiml::Party::Kind::withheld:
        return TextRefusal::withheld;
    case twiml::Party::Kind::client:
    case twiml::Party::Kind::sip:
        return TextRefusal::not_a_number;
    case twiml::Party::Kind::short_code:
        return TextRefusal::short_number;
    case twiml::Party::Kind::number:
        break;
    }
    const std::optional<NumberFacts> facts = number_facts(number);
    if (!facts) return TextRefusal::impossible;
    if (facts->kind == NumberKind::satellite) return TextRefusal::satellite;
    if (is_special_rate(facts->kind)) return TextRefusal::special_rate;
    if (facts->region.empty()) return TextRefusal::unknown_region;
    if (std::ranges::find(countries, facts->region) == countries.end()) return TextRefusal::country;
    return std::nullopt;
}

std::vector<std::string> countries_of(std::string_view own_number) {
    const std::optional<NumberFacts> facts = number_facts(own_number);
    if (!facts || facts->region.empty()) return {};
    return {facts->region};
}

}  // namespace flows
