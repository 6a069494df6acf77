// The composition root: settings become objects, wired once; started and drained in order. The only
// file that knows them all.
#pragma once

#include "server/configuration.hpp"

namespace server {

struct ServeOptions {
    ConfigurationOptions configuration{};
    bool watch = false;  // reload when a flow or the configuration changes
};

// Serves until SIGTERM or SIGINT, then drains. Says the exit code: 0 drained, 1 findings in flows
// or configuration, 3 a port is taken or the certificate unreadable.
int serve(const ServeOptions& options);

}  // namespace server
