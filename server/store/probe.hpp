// Whether a store that failed takes rows again. Nobody else may find out: a node that is not ready
// gets no calls, and so has nothing to write.
#pragma once

#include "server/store/database.hpp"

#include <string>

namespace server {

// Writes what needs room of its own, and takes it back; no other sees it. The database notes in its
// health what came of it. `node`: unlike those of all other processes.
net::awaitable<Stored<void>> probe(Database& database, std::string node);

}  // namespace server
