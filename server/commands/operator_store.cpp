#include "server/commands/operator_store.hpp"

#include "server/store/open_store.hpp"
#include "server/store/secrets.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <random>

namespace server {
namespace {

constexpr std::size_t secret_bytes = 32;

std::string fresh_secret() {
    std::random_device chance;  // getrandom(2)
    std::string bytes;
    while (bytes.size() < secret_bytes)
        bytes += static_cast<char>(chance() & 0xff);
    return bytes;
}

}  // namespace

OperatorStore::Opened OperatorStore::open(const ConfigurationOptions& options) {
    const auto fail = [](std::string why) {
        return Opened{boost::system::in_place_error, std::move(why)};
    };
    ConfigurationOptions look = options;
    look.dev = true;  // nothing is served: no account and no certificate is needed
    look.only_looks = true;
    config::Diagnostics findings;
    Texts texts;
    auto configuration = read_configuration(look, findings, texts);
    if (!configuration) return fail(write_findings(findings, texts, FindingsFormat::text, false));

    std::unique_ptr<OperatorStore> store{new OperatorStore{std::move(*configuration)}};
    const config::Settings& settings = store->configuration_.settings;
    auto database =
        open_store(settings.store, store->configuration_.folder, store->loop_.get_executor());
    if (database.has_error()) return fail(fmt::format("store: {}", database.error().why));
    store->database_ = std::move(*database);

    Secrets secrets{*store->database_};
    const Stored<std::string> secret =
        store->wait(secrets.get_or_make(person_secret, fresh_secret()));
    if (secret.has_error())
        return fail(fmt::format("the store cannot be used: {}", secret.error().why));
    store->cipher_.emplace(*secret);
    return store;
}

std::string operator_name() {
    const passwd* const user = getpwuid(geteuid());
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    const std::string name =
        user != nullptr ? std::string{user->pw_name} : fmt::format("uid {}", geteuid());
    return host[0] == '\0' ? name : fmt::format("{}@{}", name, host.data());
}

}  // namespace server
