#include "twiml/signature.hpp"

#include "twiml/characters.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cassert>
#include <compare>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

namespace twiml {
namespace {

constexpr std::size_t digest_bytes = 20;
constexpr std::size_t signature_chars = 28;
using Digest = std::array<unsigned char, digest_bytes>;

// A URL cut where the variants differ: `start` + [`port`] + `rest`. Nothing is decoded or tidied.
struct UrlPieces {
    std::string_view scheme{};  // "https"
    std::string_view before{};  // "https://", or empty where there is no authority
    std::string_view host{};    // without userinfo; an IPv6 address keeps its brackets
    std::string_view port{};    // ":8443", or empty
    std::string_view rest{};    // path and query, no fragment
};

constexpr Characters ends_authority{"/?"};

UrlPieces cut(std::string_view url) {
    UrlPieces pieces;
    url = url.substr(0, url.find('#'));
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) {
        pieces.rest = url;
        return pieces;
    }
    pieces.scheme = url.substr(0, colon);
    pieces.before = url.substr(0, colon + 3);
    url.remove_prefix(colon + 3);
    std::string_view authority = url.substr(0, ends_authority.find_in(url));
    pieces.rest = url.substr(authority.size());
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
        authority.remove_prefix(at + 1);
    const std::size_t bracket = authority.rfind(']');
    const std::size_t port = authority.rfind(':');
    const bool has_port =
        port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket);
    pieces.host = has_port ? authority.substr(0, port) : authority;
    if (has_port) pieces.port = authority.substr(port);
    return pieces;
}

// The ports under which `url` may have been signed, the likeliest first: voice over HTTPS is signed
// without a port, over HTTP with it. A port that is not in the URL is never invented, but for the
// scheme's own. Source: Twilio, "Security: validating requests", and its helper libraries.
struct Ports {
    std::array<std::string_view, 2> tried{};
};

Ports ports_of(const UrlPieces& url) {
    if (url.port.empty()) {
        if (url.scheme == "https") return {{"", ":443"}};
        if (url.scheme == "http") return {{"", ":80"}};
        return {{"", ""}};
    }
    if (url.scheme == "http") return {{url.port, ""}};
    return {{"", url.port}};
}

struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

void demand(bool worked) {
    if (!worked) throw std::runtime_error("OpenSSL refused HMAC-SHA1");
}

// HMAC-SHA1 contexts whose key is set, one for each token in use on this thread: to begin anew
// without a key costs half of what setting it costs. A handful of accounts stays; a long list
// of them takes turns.
class Macs {
public:
    // A context keyed by `token`, at the beginning of a message.
    EVP_MAC_CTX* begin(const AuthToken& token) {
        for (Keyed& keyed : kept_) {
            if (keyed.key != token.reveal()) continue;
            demand(EVP_MAC_init(keyed.context.get(), nullptr, 0, nullptr) == 1);
            return keyed.context.get();
        }
        Keyed& slot = kept_[next_++ % kept_.size()];
        if (!slot.context) slot.context = make();
        const std::string_view key = token.reveal();
        slot.key = key;
        demand(EVP_MAC_init(slot.context.get(), reinterpret_cast<const unsigned char*>(key.data()),
                            key.size(), nullptr) == 1);
        return slot.context.get();
    }

    static MacContext make() {
        const std::unique_ptr<EVP_MAC, FreeMac> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
        demand(hmac != nullptr);
        MacContext context{EVP_MAC_CTX_new(hmac.get())};
        demand(context != nullptr);
        std::string digest = "SHA1";
        const std::array parameters{OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0),
                                    OSSL_PARAM_construct_end()};
        demand(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
        return context;
    }

private:
    struct Keyed {
        std::string key{};  // never empty once used: an AuthToken is not
        MacContext context{};
    };

    std::array<Keyed, 16> kept_{};
    std::size_t next_ = 0;
};

void update(EVP_MAC_CTX* context, std::string_view bytes) {
    if (bytes.empty()) return;
    demand(EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(bytes.data()),
                          bytes.size()) == 1);
}

Digest finish(EVP_MAC_CTX* context) {
    Digest digest{};
    std::size_t size = 0;
    demand(EVP_MAC_final(context, digest.data(), &size, digest.size()) == 1);
    return digest;
}

// A field with the first bytes of its name as a number, which decides most comparisons.
struct Sortable {
    std::uint64_t start = 0;
    Param field{};

    Sortable(const Param& param) : field{param} {
        std::array<unsigned char, 8> bytes{};
        param.name.copy(reinterpret_cast<char*>(bytes.data()), bytes.size());
        for (const unsigned char byte : bytes)
            start = start << 8 | byte;
    }
    std::strong_ordering operator<=>(const Sortable& other) const {
        if (start != other.start) return start <=> other.start;
        if (const auto order = field.name <=> other.field.name; order != 0) return order;
        return field.value <=> other.field.value;
    }
    bool operator==(const Sortable& other) const { return (*this <=> other) == 0; }
};

// What one thread needs again and again, kept so that a check allocates nothing.
struct Workspace {
    Macs macs{};
    std::vector<Sortable> sorted{};
    std::string url{};
    std::string fields{};
};

Workspace& workspace() {
    thread_local Workspace kept;
    return kept;
}

Digest digest_of(const UrlPieces& url, std::string_view port, std::string_view fields,
                 const AuthToken& token) {
    EVP_MAC_CTX* const context = workspace().macs.begin(token);
    std::string& text = workspace().url;
    text.assign(url.before).append(url.host).append(port).append(url.rest);
    update(context, text);
    update(context, fields);
    return finish(context);
}

// Every name with each of its values, sorted by byte, equal pairs once.
void append_fields(const Params& form, std::string& out) {
    std::vector<Sortable>& sorted = workspace().sorted;
    sorted.assign(form.begin(), form.end());
    if (!std::ranges::is_sorted(sorted)) std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::size_t at = out.size();
    std::size_t size = at;
    for (const auto& [start, field] : sorted)
        size += field.name.size() + field.value.size();
    out.resize(size);
    for (const auto& [start, field] : sorted) {
        at += field.name.copy(out.data() + at, field.name.size());
        at += field.value.copy(out.data() + at, field.value.size());
    }
}

std::string to_base64(const Digest& digest) {
    std::array<unsigned char, signature_chars + 1> text{};
    const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)};
}

int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

// Strict: 27 characters of the standard alphabet and one '=', the two spare bits zero.
std::optional<Digest> from_base64(std::string_view text) {
    if (text.size() != signature_chars || text.back() != '=') return std::nullopt;
    Digest digest{};
    unsigned bits = 0;
    std::size_t written = 0;
    int held = 0;
    for (const char c : text.substr(0, signature_chars - 1)) {
        const int value = base64_value(c);
        if (value < 0) return std::nullopt;
        bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            digest[written++] = static_cast<unsigned char>(bits >> held & 0xff);
        }
    }
    if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
    return digest;
}

// The value of the query's first bodySHA256, as it is written.
std::optional<std::string_view> body_hash(std::string_view rest) {
    constexpr std::string_view name = "bodySHA256=";
    const std::size_t question = rest.find('?');
    if (question == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(question + 1);
    for (;;) {
        const std::string_view piece = rest.substr(0, rest.find('&'));
        if (piece.starts_with(name)) return piece.substr(name.size());
        if (piece.size() == rest.size()) return std::nullopt;
        rest.remove_prefix(piece.size() + 1);
    }
}

bool body_matches(std::string_view body, std::string_view hash) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, 32> digest{};
    demand(EVP_Digest(body.data(), body.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
           1);
    std::array<char, 64> text{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    return hash.size() == text.size() && CRYPTO_memcmp(hash.data(), text.data(), text.size()) == 0;
}

}  // namespace

std::string sign(std::string_view url, const Params& form, const AuthToken& token) {
    const UrlPieces pieces = cut(url);
    std::string& fields = workspace().fields;
    fields.clear();
    append_fields(form, fields);
    return to_base64(digest_of(pieces, pieces.port, fields, token));
}

std::string sign_text(std::string_view text, std::string_view key) {
    const MacContext context = Macs::make();
    // OpenSSL takes a null pointer for "keep the key", so that an empty key needs an address.
    const char* const bytes = key.empty() ? "" : key.data();
    demand(EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(bytes), key.size(),
                        nullptr) == 1);
    update(context.get(), text);
    return to_base64(finish(context.get()));
}

std::string string_to_sign(std::string_view url, const Params& form) {
    const UrlPieces pieces = cut(url);
    std::string text;
    for (const std::string_view piece : {pieces.before, pieces.host, pieces.port, pieces.rest})
        text += piece;
    append_fields(form, text);
    return text;
}

std::optional<std::size_t> signed_by(std::string_view signature, const SignedRequest& request,
                                     std::span<const AuthToken> tokens) {
    const std::optional<Digest> given = from_base64(signature);
    if (!given) return std::nullopt;
    const UrlPieces pieces = cut(request.url);
    if (request.has_body && !request.form) {
        const auto hash = body_hash(pieces.rest);
        if (!hash || !body_matches(request.body, *hash)) return std::nullopt;
    }
    std::string& fields = workspace().fields;
    fields.clear();
    if (request.form) append_fields(*request.form, fields);
    const auto& [ports] = ports_of(pieces);
    for (const std::string_view port : ports) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const Digest expected = digest_of(pieces, port, fields, tokens[i]);
            if (CRYPTO_memcmp(expected.data(), given->data(), expected.size()) == 0) return i;
        }
    }
    return std::nullopt;
}

}  // namespace twiml
