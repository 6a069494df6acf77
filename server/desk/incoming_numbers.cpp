#include "server/desk/incoming_numbers.hpp"

#include "server/effects/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

using Standing = DeskFinding::Standing;

bool says_true(const boost::json::object& object, std::string_view list, std::string_view name) {
    const auto* found = object.if_contains(list);
    if (found == nullptr || !found->is_object()) return false;
    const auto* value = found->get_object().if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

const std::string& field(const Pointing& points, std::string_view name) {
    static const std::string nothing;
    const auto found = points.find(name);
    return found == points.end() ? nothing : found->second;
}

std::string_view without_fragment(std::string_view url) { return url.substr(0, url.find('#')); }

// The public URL that it begins with, or null.
const std::string* base_of(std::string_view url, const std::vector<std::string>& bases) {
    const auto found = std::ranges::find_if(bases, [&](const std::string& base) {
        return url.starts_with(base) && url.substr(base.size()).starts_with('/');
    });
    return found == bases.end() ? nullptr : &*found;
}

bool is_same(std::string_view name, const std::string& is, const std::string& wanted) {
    if (!name.ends_with("_url") && name != "status_callback") return is == wanted;
    return without_fragment(is) == wanted;
}

}  // namespace

std::vector<IncomingNumber> read_incoming_numbers(const boost::json::value& page) {
    std::vector<IncomingNumber> numbers;
    if (!page.is_object()) return numbers;
    const auto* list = page.get_object().if_contains("incoming_phone_numbers");
    if (list == nullptr || !list->is_array()) return numbers;
    for (const boost::json::value& each : list->get_array()) {
        if (!each.is_object()) continue;
        const boost::json::object& object = each.get_object();
        IncomingNumber number;
        number.sid = text_of(object, "sid");
        number.number = text_of(object, "phone_number");
        number.trunk_sid = text_of(object, "trunk_sid");
        number.can_text =
            says_true(object, "capabilities", "sms") || says_true(object, "capabilities", "SMS");
        for (const PointingField& one : pointing_fields)
            number.points.emplace(one.in_answer, text_of(object, one.in_answer));
        if (!number.sid.empty()) numbers.push_back(std::move(number));
    }
    return numbers;
}

Pointing pointing_to(std::string_view base, std::string_view flow) {
    const std::string webhook = fmt::format("{}/voice/{}", base, flow);
    return {{"voice_url", webhook},
            {"voice_method", "POST"},
            {"voice_fallback_url", webhook + "/fallback"},
            {"voice_fallback_method", "POST"},
            {"status_callback", webhook + "/status"},
            {"status_callback_method", "POST"},
            {"voice_application_sid", ""},
            {"sms_url", fmt::format("{}/sms", base)},
            {"sms_method", "POST"},
            {"sms_application_sid", ""}};
}

std::vector<std::pair<std::string, std::string>> changes(const Pointing& from, const Pointing& to) {
    std::vector<std::pair<std::string, std::string>> form;
    for (const PointingField& one : pointing_fields) {
        if (field(from, one.in_answer) != field(to, one.in_answer))
            form.emplace_back(one.in_form, field(to, one.in_answer));
    }
    return form;
}

std::string shown_url(std::string_view url) {
    std::string shown{url.substr(0, url.find_first_of("?#"))};
    if (shown.size() < url.size()) shown += "?...";
    const std::size_t authority = shown.find("://");
    if (authority == shown.npos) return shown;
    const std::size_t host = authority + 3;
    const std::size_t user = shown.substr(0, shown.find('/', host)).rfind('@');
    if (user != shown.npos && user >= host) shown.replace(host, user - host, "...");
    return shown;
}

std::optional<std::string> flow_of(const IncomingNumber& number,
                                   const std::vector<std::string>& bases,
                                   const std::vector<std::string>& flows) {
    const std::string_view url = without_fragment(field(number.points, "voice_url"));
    const std::string* const base = base_of(url, bases);
    if (base == nullptr) return std::nullopt;
    const auto found = std::ranges::find_if(flows, [&](const std::string& flow) {
        return url == fmt::format("{}/voice/{}", *base, flow);
    });
    return found == flows.end() ? std::nullopt : std::optional{*found};
}

DeskFindings judge_number(const IncomingNumber& number, const std::vector<std::string>& bases,
                          const std::vector<std::string>& flows) {
    const std::string& voice = field(number.points, "voice_url");
    const std::string* const base = base_of(without_fragment(voice), bases);
    if (base == nullptr)
        return {
            {Standing::note,
             number.number,
             voice.empty() ? "its calls go nowhere" : "its calls go elsewhere: " + shown_url(voice),
             {}}};
    DeskFindings findings;
    const auto wrong = [&](std::string what, std::string mend) {
        findings.push_back({Standing::wrong, number.number, std::move(what), std::move(mend)});
    };
    const std::string set = fmt::format("switchboard numbers set {} --flow ", number.number);
    const auto flow = flow_of(number, bases, flows);
    if (!flow) {
        wrong(fmt::format("it points to {}, and there is no such flow", shown_url(voice)),
              set + "FLOW");
        return findings;
    }
    if (!number.trunk_sid.empty())
        wrong("it points here, but a SIP trunk has its calls",
              "take it off the trunk in Twilio's console, or leave it there and clear its URLs");
    for (const auto& [name, wanted] : pointing_to(*base, *flow)) {
        if (name.starts_with("sms_") && !number.can_text) continue;
        const std::string& is = field(number.points, name);
        if (is_same(name, is, wanted)) continue;
        const auto shown = std::ranges::find(pointing_fields, name, &PointingField::in_answer);
        wrong(fmt::format("{} is {}, and should be {}", shown->for_people,
                          is.empty() ? "empty" : shown_url(is), wanted.empty() ? "empty" : wanted),
              set + *flow);
    }
    if (findings.empty())
        findings.push_back({Standing::fine, number.number, "it calls " + *flow, {}});
    return findings;
}

}  // namespace server
