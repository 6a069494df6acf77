#include "server/turn/sealed_state.hpp"

#include "twiml/base64url.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <new>
#include <span>

namespace server {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t version_bytes = 16;
constexpr std::string_view purpose = "switchboard state 1";  // what the keys are for

struct Free {
    void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
    void operator()(EVP_MAC_CTX* p) const { EVP_MAC_CTX_free(p); }
    void operator()(EVP_MAC* p) const { EVP_MAC_free(p); }
    void operator()(EVP_KDF* p) const { EVP_KDF_free(p); }
    void operator()(EVP_KDF_CTX* p) const { EVP_KDF_CTX_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
};
template <class T> using Owned = std::unique_ptr<T, Free>;

// OpenSSL fails here only when memory runs out or it was built without AES or SHA-256.
void must(bool ok) {
    if (!ok) throw std::bad_alloc{};
}

unsigned char* as_bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }
const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Key schedules cost more than a whole token: each thread keeps those of the keys it met last.
struct Contexts {
    std::uint64_t id = 0;
    Owned<EVP_CIPHER_CTX> encrypt{EVP_CIPHER_CTX_new()};
    Owned<EVP_CIPHER_CTX> decrypt{EVP_CIPHER_CTX_new()};
    Owned<EVP_MAC_CTX> mac{};

    explicit Contexts(const StateKey::Parts& key) : id{key.id} {
        must(encrypt && decrypt);
        must(EVP_EncryptInit_ex(encrypt.get(), EVP_aes_256_gcm(), nullptr, key.cipher.data(),
                                nullptr) == 1);
        must(EVP_DecryptInit_ex(decrypt.get(), EVP_aes_256_gcm(), nullptr, key.cipher.data(),
                                nullptr) == 1);
        const Owned<EVP_MAC> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
        must(hmac != nullptr);
        mac.reset(EVP_MAC_CTX_new(hmac.get()));
        must(mac != nullptr);
        char digest[] = "SHA256";
        const OSSL_PARAM params[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        must(EVP_MAC_init(mac.get(), key.nonce.data(), key.nonce.size(), params) == 1);
    }
};

Contexts& contexts_of(const StateKey::Parts& key) {
    constexpr std::size_t kept = 16;
    thread_local std::vector<std::unique_ptr<Contexts>> all;
    for (const auto& each : all) {
        if (each->id == key.id) return *each;
    }
    if (all.size() == kept) all.erase(all.begin());
    all.push_back(std::make_unique<Contexts>(key));
    return *all.back();
}

std::string_view view(const FlowVersion& version) {
    return {reinterpret_cast<const char*>(version.bytes.data()), version.bytes.size()};
}

// Length-prefixed, so that no shift of a border yields the same bytes.
void append_piece(std::string_view piece, std::string& out) {
    const auto size = static_cast<std::uint32_t>(piece.size());
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(size >> shift & 0xff));
    out += piece;
}

// The same with a shorter length: an everyday reply then is two blocks of SHA-256.
void append_short(std::string_view piece, std::string& out) {
    assert(piece.size() < 0x10000);
    out.push_back(static_cast<char>(piece.size() >> 8));
    out.push_back(static_cast<char>(piece.size() & 0xff));
    out += piece;
}

const std::string& associated_data(const Binding& binding) {
    thread_local std::string data;
    data.clear();
    append_short(binding.path, data);
    append_short(binding.sid, data);
    return data;
}

using Nonce = std::array<unsigned char, nonce_bytes>;

// The nonce of the first token; the others count on from it.
Nonce derive_nonce(Contexts& contexts, const FlowVersion& version,
                   std::span<const Sealing> sealings) {
    thread_local std::string data;
    data.assign(view(version));
    const Sealing* before = nullptr;
    for (const Sealing& each : sealings) {
        // What repeats, as it does within a reply, is only said to.
        const bool same_sid = before && before->binding.sid == each.binding.sid;
        const bool same_state = before && before->state == each.state;
        data.push_back(static_cast<char>((same_sid ? 1 : 0) | (same_state ? 2 : 0)));
        append_short(each.binding.path, data);
        if (!same_sid) append_short(each.binding.sid, data);
        if (!same_state) append_short(each.state, data);
        before = &each;
    }
    std::array<unsigned char, 32> mac{};
    std::size_t size = 0;
    must(EVP_MAC_init(contexts.mac.get(), nullptr, 0, nullptr) == 1 &&
         EVP_MAC_update(contexts.mac.get(), as_bytes(data), data.size()) == 1 &&
         EVP_MAC_final(contexts.mac.get(), mac.data(), &size, mac.size()) == 1);
    Nonce nonce;
    std::copy_n(mac.begin(), nonce.size(), nonce.begin());
    return nonce;
}

Nonce at_place(Nonce nonce, std::size_t place) {
    nonce[nonce_bytes - 2] ^= static_cast<unsigned char>(place >> 8);
    nonce[nonce_bytes - 1] ^= static_cast<unsigned char>(place & 0xff);
    return nonce;
}

// nonce, ciphertext, tag.
void encrypt(Contexts& contexts, const Nonce& nonce, std::string_view plain,
             const std::string& data, std::string& sealed) {
    sealed.resize(nonce_bytes + plain.size() + tag_bytes);
    std::copy(nonce.begin(), nonce.end(), as_bytes(sealed.data()));
    unsigned char* const body = as_bytes(sealed.data()) + nonce_bytes;
    EVP_CIPHER_CTX* context = contexts.encrypt.get();
    int size = 0;
    int last = 0;
    must(EVP_EncryptInit_ex(context, nullptr, nullptr, nullptr, nonce.data()) == 1 &&
         EVP_EncryptUpdate(context, nullptr, &size, as_bytes(data),
                           static_cast<int>(data.size())) == 1 &&
         EVP_EncryptUpdate(context, body, &size, as_bytes(plain), static_cast<int>(plain.size())) ==
             1 &&
         EVP_EncryptFinal_ex(context, body + size, &last) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, tag_bytes, body + plain.size()) == 1);
}

// nonce, ciphertext, tag -> plaintext.
bool decrypt(const StateKey& key, std::string_view sealed, std::string_view data,
             std::string& plain) {
    EVP_CIPHER_CTX* context = contexts_of(key.parts()).decrypt.get();
    const std::string_view nonce = sealed.substr(0, nonce_bytes);
    const std::string_view tag = sealed.substr(sealed.size() - tag_bytes);
    const std::string_view body =
        sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
    plain.resize(body.size());
    std::array<unsigned char, tag_bytes> expected{};
    std::copy(tag.begin(), tag.end(), expected.begin());
    int size = 0;
    return EVP_DecryptInit_ex(context, nullptr, nullptr, nullptr, as_bytes(nonce)) == 1 &&
           EVP_DecryptUpdate(context, nullptr, &size, as_bytes(data),
                             static_cast<int>(data.size())) == 1 &&
           EVP_DecryptUpdate(context, as_bytes(plain.data()), &size, as_bytes(body),
                             static_cast<int>(body.size())) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, tag_bytes, expected.data()) == 1 &&
           EVP_DecryptFinal_ex(context, as_bytes(plain.data()) + size, &size) == 1;
}

std::string hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

}  // namespace

std::string to_hex(const FlowVersion& version) {
    return hex({version.bytes.data(), version.bytes.size()});
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
         1);
    return hex(digest);
}

FlowVersion version_of(const std::vector<std::pair<std::string_view, std::string_view>>& files) {
    std::string bytes;
    for (const auto& [name, text] : files) {
        append_piece(name, bytes);
        append_piece(text, bytes);
    }
    std::array<unsigned char, 32> digest{};
    must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
         1);
    FlowVersion version;
    std::copy_n(digest.begin(), version.bytes.size(), version.bytes.begin());
    return version;
}

StateKey StateKey::derive(std::string_view secret) {
    static std::atomic<std::uint64_t> next_id{1};
    auto parts = std::make_shared<Parts>();
    parts->id = next_id.fetch_add(1);

    std::array<unsigned char, 64> material{};
    const Owned<EVP_KDF> hkdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
    must(hkdf != nullptr);
    const Owned<EVP_KDF_CTX> context{EVP_KDF_CTX_new(hkdf.get())};
    must(context != nullptr);
    char digest[] = "SHA256";
    std::string salt = "switchboard";
    std::string info{purpose};
    std::string ikm{secret};
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, ikm.data(), ikm.size()),
        OSSL_PARAM_construct_end()};
    must(EVP_KDF_derive(context.get(), material.data(), material.size(), params) == 1);
    std::copy_n(material.begin(), 32, parts->cipher.begin());
    std::copy_n(material.begin() + 32, 32, parts->nonce.begin());
    return StateKey{std::move(parts)};
}

void seal(const StateKey& key, const FlowVersion& version, std::span<const Sealing> sealings) {
    assert(sealings.size() <= 0x10000);
    if (sealings.empty()) return;
    Contexts& contexts = contexts_of(key.parts());
    const Nonce first = derive_nonce(contexts, version, sealings);
    thread_local std::string plain;
    thread_local std::string sealed;
    for (std::size_t place = 0; place < sealings.size(); ++place) {
        const Sealing& each = sealings[place];
        plain.assign(view(version)).append(each.state);
        encrypt(contexts, at_place(first, place), plain, associated_data(each.binding), sealed);
        twiml::append_base64url(sealed, *each.out);
    }
}

std::optional<OpenedState> open(const std::vector<StateKey>& keys, std::string_view token,
                                const Binding& binding) {
    if (binding.path.size() > 0xffff || binding.sid.size() > 0xffff) return std::nullopt;
    thread_local std::string sealed;
    sealed.clear();
    if (!twiml::decode_base64url(token, sealed)) return std::nullopt;
    if (sealed.size() < nonce_bytes + version_bytes + tag_bytes) return std::nullopt;
    const std::string& data = associated_data(binding);
    thread_local std::string plain;
    for (const StateKey& key : keys) {
        if (!decrypt(key, sealed, data, plain)) continue;
        OpenedState opened;
        std::copy_n(plain.begin(), version_bytes,
                    reinterpret_cast<char*>(opened.version.bytes.data()));
        opened.state.assign(plain, version_bytes);
        return opened;
    }
    return std::nullopt;
}

}  // namespace server
