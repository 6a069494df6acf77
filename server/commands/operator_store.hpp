// The configured store, opened by a command itself: it works whether a server runs or not, and what
// it writes every server that shares the store sees.
#pragma once

#include "server/configuration.hpp"
#include "server/net/asio.hpp"
#include "server/store/migrated_database.hpp"
#include "server/store/person_cipher.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/system/result.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace server {

class OperatorStore {
public:
    using Opened = boost::system::result<std::unique_ptr<OperatorStore>, std::string>;

    // Fails with a sentence: a configuration that cannot be read, a store that is away.
    static Opened open(const ConfigurationOptions& options);

    Database& database() { return *database_; }
    const PersonCipher& cipher() const { return *cipher_; }
    const Configuration& configuration() const { return configuration_; }

    // Waits for it.
    template <class T> Stored<T> wait(net::awaitable<Stored<T>> work) {
        std::optional<Stored<T>> result;
        std::exception_ptr thrown;
        net::co_spawn(loop_, std::move(work),
                      [&](const std::exception_ptr& failure, Stored<T> value) {
                          thrown = failure;
                          result.emplace(std::move(value));
                          loop_.stop();  // a store's connections may wait on
                      });
        loop_.restart();
        loop_.run();
        if (thrown) std::rethrow_exception(thrown);
        return *std::move(result);
    }

private:
    explicit OperatorStore(Configuration configuration)
        : configuration_{std::move(configuration)} {}

    Configuration configuration_;
    net::io_context loop_{1};
    std::unique_ptr<MigratedDatabase> database_;
    std::optional<PersonCipher> cipher_;
};

// Who runs this command, for what is audited: the operating system's user, such as "ops@desk".
std::string operator_name();

}  // namespace server
