#include "flows/load/outbound.hpp"

#include "flows/load/findings.hpp"
#include "twiml/ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace flows {
namespace {

std::string lower(std::string_view text) {
    std::string all{text};
    for (char& c : all) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return all;
}

std::string list(const std::vector<std::string>& words) {
    return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", "));
}

struct Authority {
    std::string host{};  // empty: there is none
    std::uint16_t port = 0;
};
// Of an http or https URL, or the beginning of one.
Authority authority_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    Authority found{.port = static_cast<std::uint16_t>(url.starts_with("https") ? 443 : 80)};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const auto bracket = url.starts_with('[') ? url.find(']') : std::string_view::npos;
    const auto colon = url.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view host = url.substr(0, colon);
    found.host = lower(bracket == std::string_view::npos ? host : host.substr(1, bracket - 1));
    if (colon != std::string_view::npos) {
        const std::string_view port = url.substr(colon + 1);
        std::from_chars(port.data(), port.data() + port.size(), found.port);
    }
    return found;
}

// The setting that a text begins with, or -1.
int setting_at_start(const Text& text) {
    const auto* insert = text.pieces.empty() ? nullptr : std::get_if<Insert>(&text.pieces.front());
    if (insert == nullptr || insert->value.top().operation != Operation::setting) return -1;
    return insert->value.top().index;
}

// The texts of a step that reach out, each with what it holds.
struct Reached {
    const Text* text = nullptr;
    enum class Kind { number, url } kind{};
};
std::vector<Reached> reached_by(const Step& step) {
    std::vector<Reached> all;
    if (const auto* http = std::get_if<Http>(&step.what)) {
        all.push_back({&http->url, Reached::Kind::url});
    } else if (const auto* callback = std::get_if<CallBack>(&step.what)) {
        all.push_back({&callback->number, Reached::Kind::number});
    } else if (const auto* dial = std::get_if<Dial>(&step.what)) {
        for (const DialNoun& noun : dial->nouns) {
            if (noun.kind == NounKind::number)
                all.push_back({&noun.address, Reached::Kind::number});
        }
    }
    return all;
}

class Outbound {
public:
    Outbound(const Flow& flow, const OutboundRules& rules, config::Diagnostics& findings)
        : flow_{flow}, rules_{rules}, findings_{findings} {}

    void check(const Step& step, const Reached& reached) {
        const Text& text = *reached.text;
        const bool is_number = reached.kind == Reached::Kind::number;
        const int setting = setting_at_start(text);
        if (setting < 0) {
            const auto* written =
                text.pieces.empty() ? nullptr : std::get_if<std::string>(&text.pieces.front());
            if (written == nullptr || (is_number && !text.is_constant())) return;
            return is_number ? number(step, text, *written, quoted(*written))
                             : host(step, text, *written, quoted(authority_of(*written).host));
        }
        if (is_number && text.pieces.size() > 1) return;
        const std::string& name = flow_.settings[static_cast<std::size_t>(setting)].name;
        const std::string* value = value_of(name);
        if (value == nullptr || !told_.insert(name).second) return;
        if (is_number) return number(step, text, *value, "the number of settings." + name);
        host(step, text, *value,
             fmt::format("the host of settings.{}, {},", name, quoted(authority_of(*value).host)));
    }

private:
    static std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

    const std::string* value_of(const std::string& setting) const {
        for (const std::string& flow : {flow_.name, std::string{"all"}}) {
            const auto of_flow = rules_.settings.find(flow);
            if (of_flow == rules_.settings.end()) continue;
            const auto known = of_flow->second.find(setting);
            if (known != of_flow->second.end()) return &known->second;
        }
        return nullptr;
    }

    void number(const Step& step, const Text& text, std::string_view number,
                const std::string& what) {
        if (!twiml::E164::parse(number) || rules_.dial.allows(number, false)) return;
        const bool denied = std::ranges::any_of(rules_.dial.deny, [&](const std::string& prefix) {
            return number.starts_with(prefix);
        });
        tell(finding("SB805", step.file, text.span, fmt::format("{} may not be dialled", what),
                     denied ? fmt::format("outbound.dial_deny of the configuration has {}",
                                          list(rules_.dial.deny))
                            : fmt::format("outbound.dial_prefixes of the configuration has {}",
                                          list(rules_.dial.allow))));
    }

    void host(const Step& step, const Text& text, std::string_view url, const std::string& what) {
        const Authority asked = authority_of(url);
        if (asked.host.empty() || !rules_.lists_host || rules_.lists_host(asked.host, asked.port))
            return;
        tell(finding("SB806", step.file, text.span, fmt::format("{} may not be asked", what),
                     fmt::format("outbound.allow_hosts of the configuration has {}; "
                                 "add it there",
                                 list(rules_.allow_hosts))));
    }

    void tell(config::Diagnostic found) {
        found.severity = rules_.severity;
        findings_.push_back(std::move(found));
    }

    const Flow& flow_;
    const OutboundRules& rules_;
    config::Diagnostics& findings_;
    std::set<std::string> told_{};
};

template <class Visit> void each_reached(const Flow& flow, Visit visit) {
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            for (const Reached& reached : reached_by(step))
                visit(step, reached);
        }
    }
}

}  // namespace

void check_outbound(const Flow& flow, const OutboundRules& rules, config::Diagnostics& findings) {
    Outbound outbound{flow, rules, findings};
    each_reached(flow,
                 [&](const Step& step, const Reached& reached) { outbound.check(step, reached); });
}

bool reaches_out(const Flow& flow) {
    bool any = false;
    each_reached(flow, [&](const Step& /*step*/, const Reached& reached) {
        const Text& text = *reached.text;
        any = any || setting_at_start(text) >= 0 || text.is_constant() ||
              (reached.kind == Reached::Kind::url &&
               std::holds_alternative<std::string>(text.pieces.front()));
    });
    return any;
}

}  // namespace flows
