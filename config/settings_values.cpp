#include "config/ascii.hpp"
#include "config/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace config {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Decimal only: `010` is ten nowhere, and eight nowhere.
std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    if (!all_digits(text) || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
// The largest first, as they are shown.
constexpr std::array durations{Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000},
                               Unit{"ms", 1}};
constexpr std::array sizes{Unit{"MB", 1024L * 1024}, Unit{"KB", 1024}, Unit{"B", 1}};

template <std::size_t count>
std::optional<std::int64_t> with_unit(std::string_view text, const std::array<Unit, count>& units) {
    const auto unit_begin = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = static_cast<std::size_t>(unit_begin - text.begin());
    const std::string_view name = text.substr(digits);
    const auto number = number_of(text.substr(0, digits));
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
    if (!number || unit == units.end()) return std::nullopt;
    if (*number > std::numeric_limits<std::int64_t>::max() / unit->factor) return std::nullopt;
    return *number * unit->factor;
}

template <std::size_t count>
std::string shown(std::int64_t number, const std::array<Unit, count>& units) {
    for (const Unit& unit : units) {
        if (number != 0 && number % unit.factor == 0) {
            return fmt::format("{}{}", number / unit.factor, unit.name);
        }
    }
    return fmt::format("{}{}", number, units.back().name);
}

std::string show_number(const SettingRow& row, std::int64_t number) {
    if (row.type == SettingType::duration) return number == 0 ? "0s" : shown(number, durations);
    if (row.type == SettingType::size) return shown(number, sizes);
    return fmt::format("{}", number);
}

std::string show_bounds(const SettingRow& row) {
    return fmt::format("{} to {}", show_number(row, row.least), show_number(row, row.most));
}

bool is_ipv4(std::string_view text) {
    int parts = 0;
    while (parts < 4) {
        const std::string_view part = text.substr(0, text.find('.'));
        const auto number = part.size() <= 3 ? number_of(part) : std::nullopt;
        if (!number || *number > 255) return false;
        ++parts;
        if (part.size() == text.size()) return parts == 4;
        text.remove_prefix(part.size() + 1);
    }
    return false;
}

// RFC 4291, section 2.2, without zones: groups of hex digits, one `::`, perhaps an IPv4 at the end.
bool is_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap != std::string_view::npos && text.find("::", gap + 1) != std::string_view::npos) {
        return false;
    }
    const auto groups_of = [](std::string_view part, bool last) -> int {
        int groups = 0;
        while (!part.empty()) {
            const std::string_view group = part.substr(0, part.find(':'));
            if (group.size() == part.size() && last && is_ipv4(group)) return groups + 2;
            if (group.empty() || group.size() > 4 ||
                !std::all_of(group.begin(), group.end(), is_hex)) {
                return 100;
            }
            ++groups;
            if (group.size() == part.size()) return groups;
            part.remove_prefix(group.size() + 1);
            if (part.empty()) return 100;
        }
        return groups;
    };
    if (gap == std::string_view::npos) return groups_of(text, true) == 8;
    return groups_of(text.substr(0, gap), false) + groups_of(text.substr(gap + 2), true) <= 7;
}

bool is_port(std::string_view text) {
    const auto port = number_of(text);
    return port && *port <= 65535;
}

bool is_host_name(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    while (true) {
        const std::string_view label = text.substr(0, text.find('.'));
        const bool sound =
            !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
            std::all_of(label.begin(), label.end(),
                        [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
        if (!sound) return false;
        if (label.size() == text.size()) return true;
        text.remove_prefix(label.size() + 1);
    }
}

// A name or number, with an optional port: `crm.example`, `[::1]:8443`.
bool is_authority(std::string_view text, bool port_needed, bool name_allowed) {
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return false;
        host = text.substr(1, close - 1);
        const std::string_view rest = text.substr(close + 1);
        if (!is_ipv6(host) || (!rest.empty() && rest[0] != ':')) return false;
        has_port = !rest.empty();
        port = has_port ? rest.substr(1) : rest;
    } else {
        const std::size_t colon = text.find(':');
        has_port = colon != std::string_view::npos;
        host = text.substr(0, colon);
        port = has_port ? text.substr(colon + 1) : std::string_view{};
        if (!is_ipv4(host) && !(name_allowed && is_host_name(host))) return false;
    }
    return has_port ? is_port(port) : !port_needed;
}

std::string why_no_url(std::string_view text) {
    const std::size_t scheme = text.find("://");
    const std::string_view name = text.substr(0, scheme);
    if (scheme == std::string_view::npos || (name != "http" && name != "https")) {
        return "no URL that begins with https:// (or http://)";
    }
    const std::string_view rest = text.substr(scheme + 3);
    if (rest.find('@') != std::string_view::npos) return "a URL that holds a user or password";
    if (rest.find_first_of("?#") != std::string_view::npos) return "a URL with a query or fragment";
    if (!is_authority(rest.substr(0, rest.find('/')), false, true)) return "a URL without a host";
    const bool printable = std::all_of(rest.begin(), rest.end(),
                                       [](char c) { return c > ' ' && c < 0x7F && c != '"'; });
    return printable ? "" : "a URL with a character that must be percent-encoded";
}

bool is_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view host = text.substr(0, slash);
    const bool v4 = is_ipv4(host);
    if (!v4 && !is_ipv6(host)) return false;
    if (slash == std::string_view::npos) return true;
    const auto bits = number_of(text.substr(slash + 1));
    return bits && *bits <= (v4 ? 32 : 128);
}

// `crm.example`, `crm.example:8443`, `*.crm.example`, or addresses as 10.0.0.0/8.
bool is_host(std::string_view text) {
    if (text.find('/') != std::string_view::npos) return is_network(text);
    if (text.starts_with("*.")) text.remove_prefix(2);
    return is_authority(text, false, true);
}

std::string why_no_sid(std::string_view text, std::string_view prefix) {
    const bool sound = text.size() == 34 && text.starts_with(prefix) &&
                       std::all_of(text.begin() + 2, text.end(), is_hex);
    return sound ? "" : fmt::format("no {} and 32 hexadecimal digits", prefix);
}

bool is_phone(std::string_view text, std::size_t fewest) {
    return text.size() > fewest && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           all_digits(text.substr(1));
}

std::string why_no_store(std::string_view text) {
    if (text.starts_with("sqlite:") && text.size() > 7) return "";
    if (!text.starts_with("postgres://") && !text.starts_with("postgresql://")) {
        return "no store: write sqlite:FILE or postgres://user@host/database";
    }
    const std::string_view authority = text.substr(text.find("://") + 3);
    const std::size_t at = authority.substr(0, authority.find('/')).rfind('@');
    if (at != std::string_view::npos &&
        authority.substr(0, at).find(':') != std::string_view::npos) {
        return "a store with a password in it, and a secret does not belong in this file: leave "
               "it to the PGPASSFILE of PostgreSQL";
    }
    return "";
}

std::string why_not_in(const SettingRow& row, std::optional<std::int64_t> number,
                       std::string_view what, std::int64_t& result) {
    if (!number) return fmt::format("no {} ({})", what, show_bounds(row));
    if (*number < row.least || *number > row.most) {
        return fmt::format("out of range: {} to {}", show_number(row, row.least),
                           show_number(row, row.most));
    }
    result = *number;
    return "";
}

std::string why_no_choice(std::string_view words, std::string_view text) {
    for (std::string_view rest = words; !rest.empty();) {
        const std::string_view word = rest.substr(0, rest.find('|'));
        if (word == text) return "";
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
    std::string shown{words};
    for (std::size_t bar = 0; (bar = shown.find('|', bar)) != std::string::npos; bar += 2) {
        shown.replace(bar, 1, ", ");
    }
    return fmt::format("none of {}", shown);
}

}  // namespace

std::string check_value(const SettingRow& row, std::string_view text, SettingValue& value) {
    const auto unless = [&](bool sound, std::string_view why) {
        return sound ? std::string{} : std::string{why};
    };
    value.texts.emplace_back(text);
    switch (row.type) {
    case SettingType::text:
    case SettingType::path:
    case SettingType::secret:
    case SettingType::any_value:
        return unless(!text.empty(), "empty");
    case SettingType::address:
        return unless(is_authority(text, true, false),
                      "no address: write a number and a port, as 0.0.0.0:8443 or [::]:8443");
    case SettingType::network:
        return unless(is_network(text), "no address or network, as 10.0.0.0/8");
    case SettingType::url:
        while (value.texts.back().ends_with('/'))
            value.texts.back().pop_back();
        return why_no_url(text);
    case SettingType::store:
        return why_no_store(text);
    case SettingType::count:
        return why_not_in(row, number_of(text), "whole number", value.number);
    case SettingType::count_or_off:
        value.number = -1;
        if (text == "off") return "";
        return why_not_in(row, number_of(text), "whole number and not `off`", value.number);
    case SettingType::duration:
        return why_not_in(row, with_unit(text, durations),
                          "duration with its unit, as 500ms, 5s, 2m", value.number);
    case SettingType::size:
        return why_not_in(row, with_unit(text, sizes), "size with its unit, as 64KB", value.number);
    case SettingType::choice:
        return why_no_choice(row.range, text);
    case SettingType::account_sid:
        return why_no_sid(text, "AC");
    case SettingType::service_sid:
        return why_no_sid(text, "VA");
    case SettingType::messaging_sid:
        return why_no_sid(text, "MG");
    case SettingType::phone:
        return unless(is_phone(text, 7), "no telephone number as +12025550100");
    case SettingType::phone_prefix:
        return unless(is_phone(text, 1), "no beginning of a telephone number, as \"+1\"");
    case SettingType::host:
        return unless(is_host(text), "no host name, as crm.example, and no network");
    case SettingType::country:
        return unless(text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
                          text[1] <= 'Z',
                      "no country of two capital letters, as US");
    }
    return "";
}

std::string describe_type(const SettingRow& row) {
    auto name = [&]() -> std::string {
        switch (row.type) {
        case SettingType::text:
            return "text";
        case SettingType::address:
            return "address and port";
        case SettingType::network:
            return "address or network";
        case SettingType::url:
            return "http or https URL";
        case SettingType::path:
            return "path";
        case SettingType::store:
            return "`sqlite:FILE` or `postgres://user@host/database`";
        case SettingType::count:
            return show_bounds(row);
        case SettingType::count_or_off:
            return show_bounds(row) + ", or off";
        case SettingType::duration:
            return "duration, " + show_bounds(row);
        case SettingType::size:
            return "size, " + show_bounds(row);
        case SettingType::choice: {
            std::string words{row.range};
            for (std::size_t bar = 0; (bar = words.find('|', bar)) != std::string::npos;) {
                words.replace(bar, 1, ", ");
            }
            return words;
        }
        case SettingType::account_sid:
            return "AC and 32 hexadecimal digits";
        case SettingType::service_sid:
            return "VA and 32 hexadecimal digits";
        case SettingType::messaging_sid:
            return "MG and 32 hexadecimal digits";
        case SettingType::phone:
            return "E.164 number";
        case SettingType::phone_prefix:
            return "beginning of an E.164 number";
        case SettingType::host:
            return "host, host:port, *.domain or network";
        case SettingType::country:
            return "ISO 3166 country";
        case SettingType::secret:
            return "secret";
        case SettingType::any_value:
            return "text or secret";
        }
        return "";
    }();
    switch (row.shape) {
    case SettingShape::one:
        return name;
    case SettingShape::list:
        return "list: " + name;
    case SettingShape::one_or_list:
        return name + ", or a list";
    }
    return name;
}

}  // namespace config
