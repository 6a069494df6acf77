// Secrets that every node of an installation shares and nobody has to configure: made once, by
// whoever comes first, and the same for ever. Unlike what is derived from auth tokens they outlive
// a rotation.
#pragma once

#include "server/store/database.hpp"

#include <string>

namespace server {

// The secret behind PersonCipher.
inline constexpr const char* person_secret = "person";

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class Secrets {
public:
    explicit Secrets(Database& database) : database_{database} {}

    // The secret of that name: `fresh`, 32 bytes from the operating system, where there was none.
    net::awaitable<Stored<std::string>> get_or_make(std::string name, std::string fresh);

private:
    Database& database_;
};

}  // namespace server
