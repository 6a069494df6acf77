#include "server/app.hpp"
#include "server/commands/command.hpp"
#include "server/commands/common_options.hpp"

namespace server {

std::function<int()> set_up_serve(CLI::App& app) {
    auto configuration = add_configuration_options(app);
    auto options = std::make_shared<ServeOptions>();
    app.add_flag("--watch", options->watch, "Reload whenever a flow or the configuration changes");
    app.add_flag("--dev", configuration->dev,
                 "Try things out: self-signed certificate, random auth token, any host name");
    return [configuration, options] {
        options->configuration = *configuration;
        return serve(*options);
    };
}

}  // namespace server
