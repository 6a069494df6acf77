// Options that several commands share.
#pragma once

#include "server/configuration.hpp"
#include "server/http/client.hpp"

#include <CLI/CLI.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>

namespace server {

// -c FILE, and one flag for each setting that has one (--listen, --public-url, --flows ...).
std::shared_ptr<ConfigurationOptions> add_configuration_options(CLI::App& app);

// A running server's admin listener: from the configuration, or --admin URL and --token-file FILE.
struct AdminOptions {
    std::shared_ptr<ConfigurationOptions> configuration{};
    std::string url{};
    std::string token_file{};
};
std::shared_ptr<AdminOptions> add_admin_options(CLI::App& app);

// Asks it. Fails with a sentence where nobody answers or the token is not known.
boost::system::result<ClientResponse, std::string> ask_admin(HttpClient& client,
                                                             const AdminOptions& options,
                                                             const std::string& method,
                                                             const std::string& target);

}  // namespace server
