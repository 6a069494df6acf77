#include "server/effects/people.hpp"

#include <openssl/rand.h>

#include <array>
#include <string>

namespace server {

net::awaitable<Stored<std::shared_ptr<const PersonCipher>>> People::cipher() {
    if (cipher_) co_return cipher_;
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        co_return StoreError{.what = StoreFailure::unavailable, .why = "no random numbers"};
    }
    std::string fresh(bytes.begin(), bytes.end());
    Stored<std::string> secret = co_await secrets_.get_or_make(person_secret, std::move(fresh));
    if (secret.has_error()) co_return secret.error();
    cipher_ = std::make_shared<const PersonCipher>(*secret);
    co_return cipher_;
}

}  // namespace server
