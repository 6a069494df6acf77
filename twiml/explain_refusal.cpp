#include "twiml/explain_refusal.hpp"

#include "twiml/spellings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace twiml {
namespace {

using namespace std::string_view_literals;

constexpr std::array usual_ports{":8443"sv, ":443"sv,  ":80"sv,   ":8080"sv,
                                 ":3000"sv, ":5000"sv, ":8000"sv, ":4040"sv};
constexpr std::array usual_prefixes{"/index.php"sv, "/api"sv, "/prod"sv,   "/dev"sv,
                                    "/stage"sv,     "/v1"sv,  "/twilio"sv, "/ivr"sv};

// Fields that often come empty, and what of a caller or a called number does.
constexpr std::array often_blank{
    "Digits"sv,     "FinishedOnKey"sv, "CallerName"sv,   "ForwardedFrom"sv, "FromCity"sv,
    "FromState"sv,  "FromZip"sv,       "ToCity"sv,       "ToState"sv,       "ToZip"sv,
    "CalledCity"sv, "CallerCity"sv,    "SpeechResult"sv, "StirVerstat"sv};
constexpr std::array sides{"From"sv, "To"sv, "Caller"sv, "Called"sv};
constexpr std::array facts{"City"sv, "State"sv, "Zip"sv, "Country"sv};

class Explainer {
public:
    Explainer(std::string_view signature, const SignedRequest& request,
              std::span<const AuthToken> tokens)
        : signature_{signature}, request_{request}, tokens_{tokens}, url_{take_apart(request.url)} {
    }

    Refusal explain(const RefusalClues& clues) const {
        if (auto found = shape()) return *found;
        if (auto found = other_body()) return *found;
        if (auto found = place(clues)) return *found;
        if (auto found = path()) return *found;
        if (auto found = query()) return *found;
        if (auto found = fields()) return *found;
        if (auto found = token()) return *found;
        return {"unknown", "the signature fits none of the usual causes",
                "most likely another account's auth token signed it, or the host of the public URL "
                "differs; compare both with the Twilio console"};
    }

private:
    using Found = std::optional<Refusal>;

    bool fits(const std::string& url, const Params* form) const {
        return signed_by(signature_, {.url = url, .form = form}, tokens_).has_value();
    }
    bool fits(const Url& url) const { return fits(url.text(), request_.form); }

    Found shape() const {
        if (signature_.empty())
            return Refusal{"no_signature", "the request has no X-Twilio-Signature, or an empty one",
                           "Twilio always sends one: something else asked, or a proxy dropped it"};
        const bool plain = std::ranges::all_of(signature_, [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                   c == '+' || c == '/' || c == '=';
        });
        if (signature_.size() != 28 || signature_.back() != '=' || !plain)
            return Refusal{"malformed_signature",
                           fmt::format("the signature of {} characters is no base64 of HMAC-SHA1",
                                       signature_.size()),
                           "it must be 28 characters of standard base64, as Twilio sends them: not "
                           "hexadecimal, not URL-safe, not cut off"};
        if (signed_by(signature_, request_, tokens_))
            return Refusal{"valid", "the signature is right", "nothing is to be done"};
        return {};
    }

    Found other_body() const {
        if (!request_.has_body || request_.form) return {};
        const bool has_hash = url_.query.find("bodySHA256=") != std::string::npos;
        if (!has_hash)
            return Refusal{"body_hash", "a body that is no form came without bodySHA256 in the URL",
                           "Twilio signs such bodies by a bodySHA256 parameter; without it nothing "
                           "protects the body, so that it is refused"};
        if (fits(url_.text(), nullptr))
            return Refusal{"body_changed",
                           "the URL is signed, but the body does not match its bodySHA256",
                           "look for what changes the body on its way: compare it byte by byte"};
        return {};
    }

    // Scheme, host and port.
    Found place(const RefusalClues& clues) const {
        Url other = url_;
        other.scheme = url_.scheme == "https" ? "http" : "https";
        if (fits(other))
            return Refusal{"scheme",
                           fmt::format("the signature fits {}, not {}", other.scheme, url_.scheme),
                           fmt::format("set public_url to {}://{}: TLS ends before this server, or "
                                       "Twilio is configured with the other scheme",
                                       other.scheme, url_.host)};
        for (const std::string& url : clues.other_urls)
            if (fits(url, request_.form))
                return Refusal{"public_url", fmt::format("the signature fits {}", url),
                               "set public_url to what Twilio was given: scheme, host and port"};
        if (auto found = port()) return found;
        if (const std::size_t at = request_.url.find('#'); at != std::string_view::npos)
            if (matches_raw(request_.url))
                return Refusal{"fragment", "the signature was made with the URL's fragment",
                               "Twilio never signs what stands behind #: leave it out"};
        if (request_.url.find('@') != std::string_view::npos && matches_raw(request_.url))
            return Refusal{"userinfo", "the signature was made with the URL's user and password",
                           "Twilio leaves them out before it signs"};
        return {};
    }

    Found port() const {
        const std::size_t colon = url_.host.rfind(':');
        const bool has_port =
            colon != std::string::npos && url_.host.find(']', colon) == std::string::npos;
        const std::string bare = has_port ? url_.host.substr(0, colon) : url_.host;
        for (const std::string_view scheme : {"https"sv, "http"sv}) {
            for (const std::string_view port : usual_ports) {
                Url other = url_;
                other.scheme = scheme;
                other.host = fmt::format("{}{}", bare, port);
                if (fits(other))
                    return Refusal{
                        "port", fmt::format("the signature fits {}://{}", scheme, other.host),
                        fmt::format("set public_url to {}://{}, or leave the port out in Twilio's "
                                    "configuration: a port is never guessed",
                                    scheme, other.host)};
            }
        }
        return {};
    }

    Found path() const {
        Url other = url_;
        if (other.path.ends_with('/'))
            other.path.pop_back();
        else
            other.path += '/';
        if (fits(other))
            return Refusal{
                "trailing_slash",
                fmt::format("the signature fits the path {}",
                            other.path.empty() ? R"("")" : other.path),
                "something adds or drops a slash at the end: give Twilio the URL exactly "
                "as it arrives here"};
        for (const std::string& spelled : rebuilt_paths(url_.path)) {
            other.path = spelled;
            if (spelled != url_.path && fits(other))
                return Refusal{"path_rebuilt",
                               fmt::format("the signature fits the path {}", spelled),
                               "something decodes, encodes or tidies the path on its way: pass the "
                               "bytes of the request line on unchanged"};
        }
        std::string_view rest = url_.path;
        for (int dropped = 0; dropped < 4 && rest.size() > 1; ++dropped) {
            rest.remove_prefix(1);
            rest.remove_prefix(std::min(rest.find('/'), rest.size()));
            other.path = rest;
            if (fits(other)) return prefix(other.path);
        }
        for (const std::string_view prefix_tried : usual_prefixes) {
            other.path = fmt::format("{}{}", prefix_tried, url_.path);
            if (fits(other)) return prefix(other.path);
        }
        return {};
    }

    static Refusal prefix(const std::string& signed_path) {
        return {"path_prefix", fmt::format("the signature fits the path {}", signed_path),
                "a gateway adds or strips a path prefix: put the prefix Twilio was given into "
                "public_url"};
    }

    Found query() const {
        Url other = url_;
        for (std::string& query : rebuilt_queries(url_.query)) {
            other.query = std::move(query);
            other.has_query = !other.query.empty();
            if (fits(other))
                return Refusal{"query_rebuilt",
                               fmt::format("the signature fits the query {}", other.query),
                               "a framework or proxy sorts, decodes or encodes the query: sign and "
                               "check the bytes as they stand on the request line"};
        }
        other.query.clear();
        for (const bool has_query : {false, true}) {
            other.has_query = has_query;
            if (fits(other))
                return Refusal{"query_dropped", "the signature fits the URL without its query",
                               "the query is part of what Twilio signs: something adds it behind "
                               "Twilio, or the signer drops it"};
        }
        Params appended;
        if (request_.form) copy(*request_.form, appended);
        Params in_url;
        in_url.decode(url_.query);
        copy(in_url, appended);
        Url bare = url_;
        bare.query.clear();
        bare.has_query = false;
        if (fits(url_.text(), &appended) || fits(bare.text(), &appended))
            return Refusal{
                "query_appended",
                "the signature was made with the query's fields appended like a body's",
                "only the fields of a form body are appended; the query stays in the URL"};
        return {};
    }

    static void copy(const Params& from, Params& to) {
        for (const Param& field : from)
            to.add(field.name, field.value);
    }

    Found fields() const {
        if (!request_.form) return {};
        if (request_.form->empty()) return blank_fields();
        if (fits(url_.text(), nullptr))
            return Refusal{"body_not_signed", "the signature covers the URL alone, not the form",
                           "every field of a form body is signed: the signer left the body out, or "
                           "took it for JSON"};
        if (auto found = blank_fields()) return found;
        Params trimmed, encoded;
        for (const Param& field : *request_.form) {
            trimmed.add(trim(field.name), trim(field.value));
            encoded.add(percent_encode(field.name), percent_encode(field.value));
        }
        if (fits(url_.text(), &trimmed))
            return Refusal{"trimmed_fields", "the signature was made with blanks trimmed off",
                           "white space is signed as it is: nothing may trim the fields"};
        if (fits(url_.text(), &encoded))
            return Refusal{"encoded_fields", "the signature was made with encoded values",
                           "the decoded values are signed"};
        return other_orders();
    }

    Found blank_fields() const {
        const std::string hint =
            "empty fields are signed too, by their names: nothing may drop them";
        Params without, with;
        for (const Param& field : *request_.form) {
            with.add(field.name, field.value);
            if (!field.value.empty()) without.add(field.name, field.value);
        }
        if (without.size() != request_.form->size() && fits(url_.text(), &without))
            return Refusal{"blank_fields", "the signature was made without the empty fields", hint};
        // Lost on the way: one of those that often come empty, or the facts of whole sides.
        for (const std::string_view name : often_blank) {
            Params restored;
            copy(*request_.form, restored);
            add_if_absent(name, restored);
            if (restored.size() != request_.form->size() && fits(url_.text(), &restored))
                return Refusal{"blank_fields", fmt::format("the empty field {} was lost", name),
                               hint};
        }
        // From; To; both; all four sides: each with every choice of facts.
        for (const unsigned sides_lost : {1U, 2U, 3U, 15U}) {
            for (unsigned facts_lost = 1; facts_lost < 16; ++facts_lost) {
                Params restored;
                copy(*request_.form, restored);
                for (std::size_t side = 0; side < sides.size(); ++side)
                    for (std::size_t fact = 0; fact < facts.size(); ++fact)
                        if ((sides_lost >> side & 1U) != 0 && (facts_lost >> fact & 1U) != 0)
                            add_if_absent(fmt::format("{}{}", sides[side], facts[fact]), restored);
                if (restored.size() != request_.form->size() && fits(url_.text(), &restored))
                    return Refusal{"blank_fields", "empty fields were lost on the way", hint};
            }
        }
        return {};
    }

    static void add_if_absent(std::string_view name, Params& fields) {
        if (!fields.find(name)) fields.add(name, "");
    }

    // Strings that other orders and other ideas of repeated names make.
    Found other_orders() const {
        std::vector<Param> sorted = request_.form->fields();
        std::string received = url_.text(), by_letter = received, firsts = received;
        for (const Param& field : sorted)
            received += fmt::format("{}{}", field.name, field.value);
        std::ranges::stable_sort(sorted, {}, &Param::name);
        std::string all = url_.text(), joined_values = all;
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            const bool repeats = i != 0 && sorted[i].name == sorted[i - 1].name;
            all += fmt::format("{}{}", sorted[i].name, sorted[i].value);
            if (!repeats) firsts += fmt::format("{}{}", sorted[i].name, sorted[i].value);
            joined_values += repeats ? fmt::format(",{}", sorted[i].value)
                                     : fmt::format("{}{}", sorted[i].name, sorted[i].value);
        }
        std::ranges::stable_sort(sorted, [](const Param& a, const Param& b) {
            return std::ranges::lexicographical_compare(a.name, b.name, {}, lower, lower);
        });
        for (const Param& field : sorted)
            by_letter += fmt::format("{}{}", field.name, field.value);
        for (const std::string& text : {all, firsts, joined_values})
            if (matches_raw(text))
                return Refusal{"repeated_fields",
                               "the signature was made with repeated fields treated otherwise",
                               "each different value of a repeated name is signed once, sorted, "
                               "behind its name"};
        for (const std::string& text : {received, by_letter})
            if (matches_raw(text))
                return Refusal{
                    "unsorted_fields", "the signature was made in another order of fields",
                    "fields are sorted by the bytes of their names: capitals come first"};
        return {};
    }

    static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

    bool matches_raw(std::string_view text) const {
        return std::ranges::any_of(tokens_, [&](const AuthToken& token) {
            return sign_text(text, token.reveal()) == signature_;
        });
    }

    Found token() const {
        const Params none;
        const std::string text =
            string_to_sign(request_.url, request_.form ? *request_.form : none);
        if (sign_text(text, "") == signature_)
            return Refusal{"token_empty", "the signature was made with an empty auth token",
                           "give the signer its auth token: with an empty one anybody could sign"};
        for (const AuthToken& token : tokens_) {
            std::string small{token.reveal()}, capital = small;
            for (char& c : small)
                c = lower(c);
            for (char& c : capital)
                if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            for (const std::string& other : {small, capital})
                if (sign_text(text, other) == signature_)
                    return Refusal{"token_case",
                                   "the signature was made with the auth token in other capitals",
                                   "copy the token from the Twilio console as it stands"};
            for (const std::string_view around : {"\n"sv, "\r\n"sv, " "sv, R"(")"sv, "'"sv}) {
                for (const std::string& other : {fmt::format("{}{}", token.reveal(), around),
                                                 fmt::format("{}{}", around, token.reveal()),
                                                 fmt::format("{0}{1}{0}", around, token.reveal())})
                    if (sign_text(text, other) == signature_)
                        return Refusal{"token_blank",
                                       "the signature was made with a blank or quotation mark "
                                       "around the auth token",
                                       "remove it where the signer reads its token"};
            }
        }
        return {};
    }

    std::string_view signature_;
    const SignedRequest& request_;
    std::span<const AuthToken> tokens_;
    Url url_;
};

}  // namespace

Refusal explain_refusal(std::string_view signature, const SignedRequest& request,
                        std::span<const AuthToken> tokens, const RefusalClues& clues) {
    return Explainer{signature, request, tokens}.explain(clues);
}

}  // namespace twiml
