#include "config/ascii.hpp"
#include "flows/engine/hours.hpp"
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

using config::is_digit;

constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int day_minutes = 24 * 60;

std::optional<int> parse_number(std::string_view text) {
    if (text.empty() || text.size() > 4 || !std::ranges::all_of(text, is_digit)) return {};
    int value = 0;
    for (const char c : text)
        value = value * 10 + (c - '0');
    return value;
}

// 9:00, 09:00, 24:00: minutes since midnight.
std::optional<int> parse_time(std::string_view text) {
    const auto colon = text.find(':');
    if (colon > 2 || text.size() != colon + 3) return {};
    const auto hour = parse_number(text.substr(0, colon));
    const auto minute = parse_number(text.substr(colon + 1));
    if (!hour || !minute || *minute > 59) return {};
    const int at = *hour * 60 + *minute;
    return at <= day_minutes ? std::optional{at} : std::nullopt;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What people write for a time: 9, 9am, 5 pm, 9:30pm, 17.30.
std::optional<int> parse_loose_time(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c != ' ') plain += c == '.' ? ':' : lower(c);
    }
    const bool is_pm = plain.ends_with("pm");
    const bool has_half = is_pm || plain.ends_with("am");
    if (has_half) plain.resize(plain.size() - 2);
    if (plain.find(':') == std::string::npos) plain += ":00";
    const auto time = parse_time(plain);
    if (!time || !has_half) return time;
    constexpr int noon = day_minutes / 2;
    if (*time < 60 || *time >= noon + 60) return {};
    return *time % noon + (is_pm ? noon : 0);
}

// "09:00-17:00" for "9am - 5pm"; empty where no range is meant.
std::string loose_range(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    const auto from = parse_loose_time(text.substr(0, dash));
    const auto to = parse_loose_time(text.substr(dash + 1));
    if (!from || !to) return {};
    return fmt::format("{:02}:{:02}-{:02}:{:02}", *from / 60, *from % 60, *to / 60, *to % 60);
}

// "mon-fri" for "Monday - Friday" or "weekdays"; empty where no days are meant.
std::string loose_days(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c != ' ') plain += lower(c);
    }
    if (plain == "weekdays" || plain == "weekday") return "mon-fri";
    if (plain == "weekend" || plain == "weekends") return "sat-sun";
    if (plain == "everyday" || plain == "always") return "daily";
    const auto day_of = [](std::string_view name) {
        constexpr std::array<std::string_view, 7> whole{
            "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"};
        const auto* found = std::ranges::find_if(
            whole, [&](std::string_view day) { return name.size() >= 3 && day.starts_with(name); });
        return found == whole.end() ? std::string{} : std::string{found->substr(0, 3)};
    };
    const auto dash = plain.find('-');
    std::string first = day_of(std::string_view{plain}.substr(0, dash));
    if (first.empty() || dash == std::string::npos) return first;
    const std::string last = day_of(std::string_view{plain}.substr(dash + 1));
    return last.empty() ? last : first + '-' + last;
}

// 2026-12-25
std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
    const auto year = parse_number(text.substr(0, 4));
    const auto month = parse_number(text.substr(5, 2));
    const auto day = parse_number(text.substr(8, 2));
    if (!year || !month || !day) return {};
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

class HoursReader {
public:
    HoursReader(Diagnostics& findings, const config::Source& source)
        : findings_{findings}, file_{source.name} {}

    std::optional<Hours> read(const YamlNode::Entry& entry) {
        hours_.name = entry.key.text;
        hours_.span = entry.key.span;
        if (!entry.value.is_map()) {
            report("SB106", entry.key.span,
                   fmt::format("the hours {} are a map", quoted(hours_.name)),
                   "write {timezone: America/New_York, open: {mon-fri: 09:00-17:00}}");
            return {};
        }
        for (const YamlNode::Entry& part : entry.value.entries)
            read_part(part);
        if (entry.value.find("timezone") == nullptr) missing(entry.key, "timezone");
        if (entry.value.find("open") == nullptr) missing(entry.key, "open");
        return std::move(hours_);
    }

private:
    // A range and where it is written: for overlaps.
    struct Placed {
        OpenRange range{};
        Span span{};
    };

    void report(std::string_view code, const Span& span, std::string message, std::string hint) {
        findings_.push_back(finding(code, file_, span, std::move(message), std::move(hint)));
    }

    void missing(const YamlNode& key, std::string_view part) {
        report("SB107", key.span, fmt::format("the hours {} need {}", quoted(key.text), part),
               part == "open" ? "write open: {mon-fri: 09:00-17:00}"
                              : "write timezone: America/New_York");
    }

    void read_part(const YamlNode::Entry& part) {
        if (part.key.text == "timezone") {
            read_zone(part);
        } else if (part.key.text == "open") {
            read_week(part);
        } else if (part.key.text == "closed") {
            read_closed(part);
        } else {
            report("SB105", part.key.span,
                   fmt::format("hours have no key {}", quoted(part.key.text)),
                   part.key.text == "holidays"
                       ? "write closed"
                       : hint_for(part.key.text, {"timezone", "open", "closed"},
                                  "they have timezone, open and closed"));
        }
    }

    void read_zone(const YamlNode::Entry& part) {
        if (!part.value.is_scalar()) {
            report("SB106", part.key.span, "the time zone is a name",
                   "write one such as America/New_York");
            return;
        }
        hours_.timezone = part.value.text;
        if (is_known_zone(hours_.timezone)) return;
        report("SB702", part.value.span, fmt::format("no time zone {}", quoted(hours_.timezone)),
               "write a name of the IANA database, such as America/New_York or Europe/Berlin");
        hours_.timezone = "UTC";
    }

    void read_week(const YamlNode::Entry& part) {
        if (!part.value.is_map()) {
            report("SB106", part.key.span, "open is a map from days to ranges",
                   "write {mon-fri: 09:00-17:00, sat: 10:00-14:00}");
            return;
        }
        std::array<std::vector<Placed>, 7> week;
        for (const YamlNode::Entry& entry : part.value.entries) {
            const auto [first, last] = parse_days(entry.key);
            const std::vector<Placed> ranges = read_ranges(entry.value, entry.key);
            for (int day = first; day <= last; ++day) {
                auto& open = week[static_cast<std::size_t>(day % 7)];
                open.insert(open.end(), ranges.begin(), ranges.end());
            }
        }
        for (std::size_t day = 0; day < 7; ++day) {
            std::vector<Placed> near = week[day];
            // What the day before leaves of its night.
            for (const Placed& open : week[(day + 6) % 7]) {
                if (open.range.to <= day_minutes) continue;
                near.push_back(
                    {{open.range.from - day_minutes, open.range.to - day_minutes}, open.span});
            }
            find_overlaps(near);
            for (const Placed& open : week[day])
                hours_.week[day].push_back(open.range);
            std::ranges::sort(hours_.week[day], {}, &OpenRange::from);
        }
    }

    // Indices of the first and last day; a range over Sunday goes beyond 6. Empty: {0, -1}.
    std::pair<int, int> parse_days(const YamlNode& key) {
        const std::string_view text = key.text;
        const auto day_of = [](std::string_view name) {
            const auto* found = std::ranges::find(days, name);
            return found == days.end() ? -1 : static_cast<int>(found - days.begin());
        };
        if (text == "daily") return {0, 6};
        const auto dash = text.find('-');
        const int first = day_of(text.substr(0, dash));
        int last = dash == std::string_view::npos ? first : day_of(text.substr(dash + 1));
        if (first < 0 || last < 0) {
            const std::string meant = loose_days(text);
            report("SB106", key.span, fmt::format("{} is no day", quoted(text)),
                   meant.empty() ? "write mon, tue, wed, thu, fri, sat, sun, mon-fri or daily"
                                 : "write " + meant);
            return {0, -1};
        }
        if (last < first) last += 7;
        return {first, last};
    }

    std::vector<Placed> read_ranges(const YamlNode& node, const YamlNode& key) {
        std::vector<Placed> ranges;
        if (node.is_list() && !node.items.empty()) {
            for (const YamlNode& item : node.items)
                read_range(item, key, ranges);
        } else {
            read_range(node, key, ranges);
        }
        return ranges;
    }

    void read_range(const YamlNode& node, const YamlNode& key, std::vector<Placed>& ranges) {
        const std::string_view text = node.text;
        const auto dash = text.find('-');
        std::optional<int> from;
        std::optional<int> to;
        if (node.is_scalar() && dash != std::string_view::npos) {
            from = parse_time(text.substr(0, dash));
            to = parse_time(text.substr(dash + 1));
        }
        if (!from || !to || *from == *to || *from == day_minutes) {
            const std::string meant = from && to ? std::string{} : loose_range(text);
            report("SB106", node.is_scalar() ? node.span : key.span,
                   node.is_scalar() ? fmt::format("{} is no range of hours", quoted(text))
                                    : fmt::format("{} has no range of hours", quoted(key.text)),
                   !meant.empty()     ? "write " + meant
                   : text == "closed" ? "leave the day out: what is not named is closed"
                                      : "write 09:00-17:30, or 22:00-06:00 for a night");
            return;
        }
        if (*to < *from) *to += day_minutes;
        ranges.push_back({{*from, *to}, node.span});
    }

    void find_overlaps(std::vector<Placed> ranges) {
        std::ranges::sort(ranges, {}, [](const Placed& placed) { return placed.range.from; });
        for (std::size_t i = 1; i < ranges.size(); ++i) {
            const Placed& before = ranges[i - 1];
            if (ranges[i].range.from >= before.range.to) continue;
            const Span& later = std::max(ranges[i].span, before.span);
            if (std::ranges::count(told_, later) != 0) continue;
            told_.push_back(later);
            report("SB701", later,
                   fmt::format("this range overlaps the one in line {}",
                               std::min(ranges[i].span, before.span).begin.line),
                   "let one end before the other begins, or write them as one");
        }
    }

    void read_closed(const YamlNode::Entry& part) {
        if (part.value.is_scalar()) return read_holiday(part.value, part.key);
        if (!part.value.is_list()) {
            report("SB106", part.key.span, "closed is a list of dates",
                   "write [2026-12-25, {from: 2026-12-31, to: 2027-01-01}]");
            return;
        }
        std::vector<Span> spans;  // of each of the holidays
        for (const YamlNode& item : part.value.items) {
            read_holiday(item, part.key);
            spans.resize(hours_.holidays.size(), item.span);
        }
        find_contradictions(spans);
    }

    // The last that names a day wins: one that lies within a later one, and says otherwise, is
    // never looked at.
    void find_contradictions(const std::vector<Span>& spans) {
        const auto both_ends = [](const OpenRange& range) {
            return std::pair{range.from, range.to};
        };
        for (std::size_t i = 0; i < spans.size(); ++i) {
            const Holiday& holiday = hours_.holidays[i];
            const auto says_otherwise = [&](const Holiday& later) {
                return later.from <= holiday.from && holiday.to <= later.to &&
                       !std::ranges::equal(later.open, holiday.open, {}, both_ends, both_ends);
            };
            const auto later = std::find_if(hours_.holidays.begin() + static_cast<long>(i) + 1,
                                            hours_.holidays.end(), says_otherwise);
            if (later == hours_.holidays.end()) continue;
            const bool same_days = later->from == holiday.from && later->to == holiday.to;
            report("SB701", spans[static_cast<std::size_t>(later - hours_.holidays.begin())],
                   fmt::format("this says otherwise of {} than line {}",
                               same_days ? "the same day" : "a day within it", spans[i].begin.line),
                   same_days
                       ? "keep one of the two"
                       : "the last that names a day counts: write the single day behind this");
        }
    }

    std::optional<std::chrono::year_month_day> read_date(const YamlNode& node) {
        const auto date = node.is_scalar() ? parse_date(node.text) : std::nullopt;
        if (!date) {
            report("SB106", node.span,
                   node.is_scalar() ? fmt::format("{} is no date", quoted(node.text))
                                    : std::string{"this is no date"},
                   "write it as 2026-12-25");
        }
        return date;
    }

    void read_holiday(const YamlNode& node, const YamlNode& key) {
        if (!node.is_map()) {
            if (const auto date = read_date(node)) hours_.holidays.push_back({*date, *date, {}});
            return;
        }
        const YamlNode* from = node.find("from");
        const YamlNode* to = node.find("to");
        const YamlNode* date = node.find("date");
        const YamlNode* open = node.find("open");
        const bool is_span = from != nullptr && to != nullptr && date == nullptr;
        const bool is_day = date != nullptr && from == nullptr && to == nullptr;
        for (const YamlNode::Entry& entry : node.entries) {
            const std::string& name = entry.key.text;
            if (name == "from" || name == "to" || name == "date" || name == "open") continue;
            report("SB105", entry.key.span, fmt::format("a holiday has no key {}", quoted(name)),
                   hint_for(name, {"from", "to", "date", "open"},
                            "it is a date, {from, to} or {date, open}"));
            return;
        }
        if (!is_span && !is_day) {
            report("SB107", node.span, "a holiday needs its day",
                   "write a date, {from: 2026-12-31, to: 2027-01-01} or {date: 2026-12-24, open: "
                   "09:00-12:00}");
            return;
        }
        Holiday holiday;
        const auto begin = read_date(is_day ? *date : *from);
        const auto end = is_day ? begin : read_date(*to);
        if (open != nullptr) {
            const std::vector<Placed> ranges = read_ranges(*open, key);
            find_overlaps(ranges);
            for (const Placed& placed : ranges)
                holiday.open.push_back(placed.range);
            std::ranges::sort(holiday.open, {}, &OpenRange::from);
        }
        if (!begin || !end) return;
        if (*end < *begin) {
            report("SB106", to->span, "these holidays end before they begin",
                   "write the earlier date first");
            return;
        }
        holiday.from = *begin;
        holiday.to = *end;
        hours_.holidays.push_back(std::move(holiday));
    }

    Diagnostics& findings_;
    std::string file_;
    Hours hours_{};
    std::vector<Span> told_{};
};

}  // namespace

std::optional<Hours> read_hours(Diagnostics& findings, const config::Source& source,
                                const YamlNode::Entry& entry) {
    return HoursReader{findings, source}.read(entry);
}

}  // namespace flows::load
