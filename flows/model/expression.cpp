#include "flows/model/expression.hpp"

#include <array>
#include <span>

namespace flows {
namespace {

template <class Kind> struct Named {
    std::string_view name;
    Kind kind;
};
template <class Kind> Named(std::string_view, Kind) -> Named<Kind>;  // clang 14 needs it said

// In the order of their enums.
constexpr std::array facts{
    Named{"call.from", CallFact::from},
    Named{"call.to", CallFact::to},
    Named{"call.sid", CallFact::sid},
    Named{"call.direction", CallFact::direction},
    Named{"call.forwarded_from", CallFact::forwarded_from},
    Named{"call.caller_name", CallFact::caller_name},
    Named{"call.from_country", CallFact::from_country},
    Named{"call.from_state", CallFact::from_state},
    Named{"call.from_city", CallFact::from_city},
    Named{"call.from_zip", CallFact::from_zip},
    Named{"call.attestation", CallFact::attestation},
    Named{"call.withheld", CallFact::withheld},
    Named{"call.answered_by", CallFact::answered_by},
    Named{"queue.position", CallFact::queue_position},
    Named{"queue.size", CallFact::queue_size},
    Named{"queue.time", CallFact::queue_time},
    Named{"queue.average_time", CallFact::queue_average_time},
};
constexpr std::array functions{
    Named{"open", Function::open},           Named{"opens", Function::opens},
    Named{"closes", Function::closes},       Named{"known", Function::known},
    Named{"length", Function::length},       Named{"starts_with", Function::starts_with},
    Named{"ends_with", Function::ends_with}, Named{"contains", Function::contains},
    Named{"lower", Function::lower},         Named{"upper", Function::upper},
    Named{"number", Function::number},       Named{"hash_bucket", Function::hash_bucket},
};
constexpr std::array filters{
    Named{"digits", Filter::digits}, Named{"spell", Filter::spell},
    Named{"number", Filter::number}, Named{"ordinal", Filter::ordinal},
    Named{"money", Filter::money},   Named{"date", Filter::date},
    Named{"time", Filter::time},     Named{"day_and_time", Filter::day_and_time},
    Named{"phone", Filter::phone},   Named{"masked", Filter::masked},
    Named{"or", Filter::otherwise},
};

template <class Kind> std::string_view name_of(std::span<const Named<Kind>> table, Kind kind) {
    return table[static_cast<std::size_t>(kind)].name;
}
template <class Kind>
std::optional<Kind> kind_of(std::span<const Named<Kind>> table, std::string_view name) {
    for (const auto& row : table)
        if (row.name == name) return row.kind;
    return std::nullopt;
}
template <class Kind> std::vector<std::string> names_in(std::span<const Named<Kind>> table) {
    std::vector<std::string> names;
    names.reserve(table.size());
    for (const auto& row : table)
        names.emplace_back(row.name);
    return names;
}

Type one_of(std::vector<std::string> options) {
    return {.kind = TypeKind::one_of, .at_most = 0, .options = std::move(options)};
}

}  // namespace

std::string_view to_text(CallFact fact) { return name_of<CallFact>(facts, fact); }
std::optional<CallFact> parse_call_fact(std::string_view text) {
    return kind_of<CallFact>(facts, text);
}
std::vector<std::string> call_fact_names() { return names_in<CallFact>(facts); }

Type type_of(CallFact fact) {
    switch (fact) {
    case CallFact::from:
    case CallFact::to:
    case CallFact::forwarded_from:
        return {.kind = TypeKind::party, .at_most = 0};
    case CallFact::direction:
        return one_of({"inbound", "outbound-api", "outbound-dial"});
    case CallFact::attestation:
        return one_of({"a", "b", "c", "none"});
    case CallFact::withheld:
        return {.kind = TypeKind::boolean, .at_most = 0};
    case CallFact::answered_by:
        return one_of({"human", "machine_start", "machine_end_beep", "machine_end_silence",
                       "machine_end_other", "fax", "unknown"});
    case CallFact::queue_position:
    case CallFact::queue_size:
    case CallFact::queue_time:
    case CallFact::queue_average_time:
        return {.kind = TypeKind::number, .at_most = 0};
    case CallFact::sid:
    case CallFact::caller_name:
    case CallFact::from_country:
    case CallFact::from_state:
    case CallFact::from_city:
    case CallFact::from_zip:
        break;
    }
    return {};
}

std::string_view to_text(Function function) { return name_of<Function>(functions, function); }
std::optional<Function> parse_function(std::string_view name) {
    return kind_of<Function>(functions, name);
}
std::vector<std::string> function_names() { return names_in<Function>(functions); }

std::string_view to_text(Filter filter) { return name_of<Filter>(filters, filter); }
std::optional<Filter> parse_filter(std::string_view name) { return kind_of<Filter>(filters, name); }
std::vector<std::string> filter_names() { return names_in<Filter>(filters); }

}  // namespace flows
