#include "tests/bench/webhooks.hpp"

#include "twiml/form.hpp"
#include "twiml/signature.hpp"

#include <fmt/format.h>

namespace bench {

std::string Caller::webhook(std::uint64_t call, std::string_view path,
                            std::string_view digits) const {
    const auto sid = fmt::format("CA{:032x}", call);
    const auto number = fmt::format("+1202555{:04}", 100 + call % 100);
    twiml::Params form;
    form.add("AccountSid", "AC00000000000000000000000000000000");
    form.add("ApiVersion", "2010-04-01");
    form.add("CallSid", sid);
    form.add("CallStatus", digits.empty() ? "ringing" : "in-progress");
    form.add("Called", "+12025550199");
    form.add("CalledCity", "WASHINGTON");
    form.add("CalledCountry", "US");
    form.add("CalledState", "DC");
    form.add("CalledZip", "20001");
    form.add("Caller", number);
    form.add("CallerCity", "WASHINGTON");
    form.add("CallerCountry", "US");
    form.add("CallerState", "DC");
    form.add("CallerZip", "20002");
    if (!digits.empty()) {
        form.add("Digits", digits);
        form.add("FinishedOnKey", "");
    }
    form.add("Direction", "inbound");
    form.add("From", number);
    form.add("FromCity", "WASHINGTON");
    form.add("FromCountry", "US");
    form.add("FromState", "DC");
    form.add("FromZip", "20002");
    form.add("To", "+12025550199");
    form.add("ToCity", "WASHINGTON");
    form.add("ToCountry", "US");
    form.add("ToState", "DC");
    form.add("ToZip", "20001");

    const auto body = twiml::encode_form(form.fields());
    // Voice webhooks over HTTPS are signed without the port (Twilio, "Validating requests").
    const std::string signed_base = base.substr(0, base.find(':', base.find("//") + 2));
    const auto signature = twiml::sign(signed_base + std::string{path}, form, token);
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        "X-Twilio-Signature: {}\r\nI-Twilio-Idempotency-Token: {}\r\nContent-Length: {}\r\n\r\n{}",
        path, std::string_view{base}.substr(base.find("//") + 2), signature, sid, body.size(),
        body);
}

std::optional<std::string> next_path(std::string_view twiml, std::string_view base) {
    constexpr std::string_view mark = " action=\"";
    const auto at = twiml.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    auto url = twiml.substr(at + mark.size());
    url = url.substr(0, url.find('"'));
    url = url.substr(0, url.find('#'));
    if (url.starts_with(base)) url.remove_prefix(base.size());
    if (!url.starts_with('/')) return std::nullopt;
    std::string path{url};
    for (std::size_t amp; (amp = path.find("&amp;")) != std::string::npos;)
        path.erase(amp + 1, 4);
    return path;
}

}  // namespace bench
