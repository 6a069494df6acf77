// The cipher of telephone numbers in the store, whose secret the store keeps itself: there once the
// store could be asked. For the world's loop only.
#pragma once

#include "server/store/person_cipher.hpp"
#include "server/store/secrets.hpp"

#include <memory>

namespace server {

class People {
public:
    explicit People(Database& database) : secrets_{database} {}
    net::awaitable<Stored<std::shared_ptr<const PersonCipher>>> cipher();

private:
    Secrets secrets_;
    std::shared_ptr<const PersonCipher> cipher_{};
};

}  // namespace server
