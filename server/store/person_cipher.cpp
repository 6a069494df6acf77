#include "server/store/person_cipher.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <memory>
#include <new>

namespace server {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

struct Free {
    void operator()(EVP_CIPHER_CTX* p) const { EVP_CIPHER_CTX_free(p); }
    void operator()(EVP_KDF* p) const { EVP_KDF_free(p); }
    void operator()(EVP_KDF_CTX* p) const { EVP_KDF_CTX_free(p); }
};
template <class T> using Owned = std::unique_ptr<T, Free>;

// OpenSSL fails here only when memory runs out or it was built without AES or SHA-256.
void must(bool ok) {
    if (!ok) throw std::bad_alloc{};
}

unsigned char* as_bytes(char* text) { return reinterpret_cast<unsigned char*>(text); }
const unsigned char* as_bytes(const char* text) {
    return reinterpret_cast<const unsigned char*>(text);
}

std::array<unsigned char, 32> derive(std::string_view secret, std::string_view purpose) {
    const Owned<EVP_KDF> hkdf{EVP_KDF_fetch(nullptr, "HKDF", nullptr)};
    must(hkdf != nullptr);
    const Owned<EVP_KDF_CTX> context{EVP_KDF_CTX_new(hkdf.get())};
    must(context != nullptr);
    char digest[] = "SHA256";
    std::string key{secret};
    std::string info{purpose};
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
        OSSL_PARAM_construct_end()};
    std::array<unsigned char, 32> derived{};
    must(EVP_KDF_derive(context.get(), derived.data(), derived.size(), params) == 1);
    return derived;
}

}  // namespace

PersonCipher::PersonCipher(std::string_view secret)
    : digest_key_{derive(secret, "switchboard person digest 1")},
      cipher_key_{derive(secret, "switchboard person seal 1")} {}

PersonKey PersonCipher::key_of(std::string_view number) const {
    PersonKey key;
    std::size_t size = 0;
    must(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, digest_key_.data(),
                   digest_key_.size(), as_bytes(number.data()), number.size(), key.bytes.data(),
                   key.bytes.size(), &size) != nullptr);
    return key;
}

// nonce, ciphertext, tag.
std::string PersonCipher::seal(std::string_view number) const {
    std::string sealed(nonce_bytes + number.size() + tag_bytes, '\0');
    unsigned char* const start = as_bytes(sealed.data());
    unsigned char* const body = start + nonce_bytes;
    must(RAND_bytes(start, nonce_bytes) == 1);
    const Owned<EVP_CIPHER_CTX> context{EVP_CIPHER_CTX_new()};
    int size = 0;
    must(context &&
         EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, cipher_key_.data(), start) ==
             1 &&
         EVP_EncryptUpdate(context.get(), body, &size, as_bytes(number.data()),
                           static_cast<int>(number.size())) == 1 &&
         EVP_EncryptFinal_ex(context.get(), body + size, &size) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                             body + number.size()) == 1);
    return sealed;
}

std::optional<std::string> PersonCipher::open(std::string_view sealed) const {
    if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
    const unsigned char* const start = as_bytes(sealed.data());
    std::string number(sealed.size() - nonce_bytes - tag_bytes, '\0');
    std::string tag{sealed.substr(sealed.size() - tag_bytes)};
    const Owned<EVP_CIPHER_CTX> context{EVP_CIPHER_CTX_new()};
    int size = 0;
    must(context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                                       cipher_key_.data(), start) == 1);
    const bool opened =
        EVP_DecryptUpdate(context.get(), as_bytes(number.data()), &size, start + nonce_bytes,
                          static_cast<int>(number.size())) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), as_bytes(number.data()) + size, &size) == 1;
    if (!opened) return std::nullopt;
    return number;
}

}  // namespace server
