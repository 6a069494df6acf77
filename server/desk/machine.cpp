#include "server/desk/machine.hpp"

#include "server/http/http_date.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>

namespace server {
namespace {

using Standing = DeskFinding::Standing;
using std::chrono::days;
using std::chrono::seconds;

constexpr days renew_before{16};
constexpr seconds clocks_differ{10};

int year_of(DeskTime at) {
    return int{std::chrono::year_month_day{std::chrono::floor<days>(at)}.year()};
}

}  // namespace

DeskFindings judge_certificate(std::string_view public_url, const TlsFacts& facts, DeskTime now) {
    const std::string about{public_url};
    if (!facts.is_connected)
        return {{Standing::wrong, about, facts.failure,
                 "start it with `switchboard serve`, or lead this name and port to it"}};
    DeskFindings findings;
    const auto wrong = [&](std::string what, std::string mend) {
        findings.push_back({Standing::wrong, about, std::move(what), std::move(mend)});
    };
    const auto expires = std::chrono::floor<seconds>(facts.expires);
    const auto left = std::chrono::floor<days>(expires - now);
    if (!facts.names_host)
        wrong("the certificate is for another name",
              "have one made for this name: certbot certonly --webroot, and set tls.certificate");
    if (expires <= now) {
        wrong(fmt::format("the certificate expired on {:%Y-%m-%d}", expires),
              "certbot renew; `serve` reads the new one by itself");
    } else if (left < renew_before) {
        wrong(fmt::format("the certificate expires in {} days, on {:%Y-%m-%d}", left.count(),
                          expires),
              "certbot renew; `serve` reads the new one by itself");
    }
    if (facts.lacks_chain) {
        wrong(
            fmt::format("Twilio cannot follow the certificate to an authority: {}", facts.distrust),
            "let tls.certificate be the file with the whole chain: fullchain.pem");
    } else if (!facts.distrust.empty() && expires > now) {
        wrong(fmt::format("Twilio will not trust the certificate: {}", facts.distrust),
              "have one made by a public authority: certbot certonly --webroot");
    }
    if (findings.empty())
        findings.push_back({Standing::fine,
                            about,
                            fmt::format("{}, certificate good until {:%Y-%m-%d}, chain of {}",
                                        facts.version, expires, facts.chain),
                            {}});
    return findings;
}

DeskFinding judge_signed_request(std::string_view url, int status, std::string_view why) {
    const auto wrong = [&](std::string what, std::string mend) {
        return DeskFinding{Standing::wrong, std::string{url}, std::move(what), std::move(mend)};
    };
    switch (status) {
    case 200:
    case 204:
        return {
            Standing::fine, std::string{url}, "a request signed as Twilio signs is answered", {}};
    case 0:
        return wrong(fmt::format("a signed request gets no answer: {}", why),
                     "start it with `switchboard serve`, or lead this name and port to it");
    case 403:
        return wrong("the server refuses a signature made with this configuration's auth token",
                     "what runs has another public_url or another token: `switchboard reload`, and "
                     "see its log for the cause");
    case 404:
        return wrong("something answers there that does not know this flow",
                     "let the proxy in front pass the path on unchanged, or `switchboard reload`");
    case 502:
    case 503:
    case 504:
        return wrong(fmt::format("a signed request is answered {}: a proxy without a server behind "
                                 "it, or a server with too much to do",
                                 status),
                     "switchboard health");
    default:
        return wrong(fmt::format("a signed request is answered {}, and not 204", status),
                     "see what answers there: it is not this server, or not this version");
    }
}

DeskFinding judge_clock(std::string_view date, DeskTime now) {
    const auto there = http_date(date);
    if (!there)
        return {Standing::unknown, "clock", "Twilio's time could not be asked",
                "see that this machine reaches Twilio's API"};
    const seconds apart = now - *there;
    if (std::chrono::abs(apart) <= clocks_differ)
        return {Standing::fine, "clock", "this machine's clock is Twilio's", {}};
    return {Standing::wrong, "clock",
            fmt::format("this machine's clock is {} s {} Twilio's", std::chrono::abs(apart).count(),
                        apart.count() > 0 ? "before" : "behind"),
            "timedatectl set-ntp true"};
}

DeskFinding judge_time_zones(std::string_view first_line, DeskTime now) {
    constexpr std::string_view label = "# version ";
    int year = 0;
    const bool is_labelled = first_line.starts_with(label);
    const std::string_view version = is_labelled ? first_line.substr(label.size()) : first_line;
    const auto read = std::from_chars(version.data(), version.data() + version.size(), year);
    if (!is_labelled || read.ec != std::errc{})
        return {Standing::unknown, "time zones", "the version of the system's tzdata is not known",
                "apt-get install tzdata"};
    if (year < year_of(now) - 1)
        return {
            Standing::wrong, "time zones",
            fmt::format("tzdata {} is old: opening hours may be an hour off somewhere", version),
            "apt-get update && apt-get install tzdata, then restart `switchboard serve`"};
    return {Standing::fine, "time zones", fmt::format("tzdata {}", version), {}};
}

DeskFinding judge_phone_metadata(int knows_until) {
    if (knows_until == 0)
        return {Standing::note, "phone numbers",
                "libphonenumber knows no area code of the last years; numbers of new ones count "
                "as possible all the same",
                "build with a newer libphonenumber"};
    return {Standing::note,
            "phone numbers",
            fmt::format("libphonenumber knows area codes up to those of {}; numbers of newer ones "
                        "count as possible all the same",
                        knows_until),
            {}};
}

}  // namespace server
