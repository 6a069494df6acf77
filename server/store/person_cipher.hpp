// Telephone numbers as rows keep them: a digest to find them by, and sealed to read them again.
#pragma once

#include "server/store/keys.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace server {

// Immutable: safe from any thread. The secret has to stay what it is for as long as the rows are
// kept: under another one nobody is found any more.
class PersonCipher {
public:
    // Any bytes, hard to guess. Keys are derived from it (HKDF-SHA256), so that it may serve other
    // purposes too.
    explicit PersonCipher(std::string_view secret);

    // HMAC-SHA256.
    PersonKey key_of(std::string_view number) const;

    // AES-256-GCM under a nonce by chance: equal numbers look different.
    std::string seal(std::string_view number) const;
    std::optional<std::string> open(std::string_view sealed) const;

private:
    std::array<unsigned char, 32> digest_key_{};
    std::array<unsigned char, 32> cipher_key_{};
};

}  // namespace server
