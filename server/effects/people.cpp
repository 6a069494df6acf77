#include "server/effects/people.hpp"

#include "server/digest.hpp"

#include <string>

namespace server {

net::awaitable<Stored<std::shared_ptr<const PersonCipher>>> People::cipher() {
    if (cipher_) co_return cipher_;
    std::string fresh = random_bytes(32);
    if (fresh.empty()) {
        co_return StoreError{.what = StoreFailure::unavailable, .why = "no random numbers"};
    }
    Stored<std::string> secret = co_await secrets_.get_or_make(person_secret, std::move(fresh));
    if (secret.has_error()) co_return secret.error();
    cipher_ = std::make_shared<const PersonCipher>(*secret);
    co_return cipher_;
}

}  // namespace server
