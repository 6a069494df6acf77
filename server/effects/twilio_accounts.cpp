#include "server/effects/twilio_accounts.hpp"

#include <array>

namespace server {

std::shared_ptr<TwilioAccounts::Client>
TwilioAccounts::client_of(const std::shared_ptr<const Snapshot>& snapshot, std::size_t account) {
    if (of_ != snapshot) {
        clients_.clear();
        of_ = snapshot;
    }
    std::shared_ptr<Client>& known = clients_[account];
    if (known) return known;
    const std::array<std::string, 3> urls{snapshot->twilio.api_url, snapshot->twilio.verify_url,
                                          snapshot->twilio.accounts_url};
    OutboundOptions options;
    options.policy = HostPolicy::trusting(urls);
    OutboundClient::Made made = OutboundClient::make(resolver_, std::move(options));
    if (made.has_error()) return nullptr;
    auto client = std::make_shared<Client>();
    client->outbound = std::move(*made);
    client->rest = std::make_unique<TwilioRest>(
        *client->outbound, snapshot->accounts[account].settings, snapshot->twilio);
    client->messages = std::make_unique<TwilioMessages>(*client->rest);
    client->verify = std::make_unique<TwilioVerify>(*client->rest);
    client->consents = std::make_unique<TwilioConsents>(*client->rest);
    client->calls = std::make_unique<TwilioCalls>(*client->rest);
    client->queues = std::make_unique<TwilioQueues>(*client->rest);
    return known = std::move(client);
}

std::shared_ptr<MessageSender> TwilioAccounts::messages(const EffectOrder& order) {
    const config::AccountSettings& account = order.snapshot->accounts[order.account].settings;
    if (account.phone_number.empty() && account.messaging_service.empty()) return nullptr;
    const auto client = client_of(order.snapshot, order.account);
    if (!client) return nullptr;
    return {client, client->messages.get()};
}

std::shared_ptr<Verification> TwilioAccounts::verification(const EffectOrder& order) {
    if (order.snapshot->accounts[order.account].settings.verify_service.empty()) return nullptr;
    const auto client = client_of(order.snapshot, order.account);
    if (!client) return nullptr;
    return {client, client->verify.get()};
}

std::shared_ptr<ConsentTeller> TwilioAccounts::consents(const EffectOrder& order) {
    const config::AccountSettings& account = order.snapshot->accounts[order.account].settings;
    if (account.phone_number.empty() && account.messaging_service.empty()) return nullptr;
    const auto client = client_of(order.snapshot, order.account);
    if (!client) return nullptr;
    return {client, client->consents.get()};
}

std::shared_ptr<CallPlacer> TwilioAccounts::calls(std::shared_ptr<const Snapshot> snapshot,
                                                  std::size_t account) {
    const auto client = client_of(snapshot, account);
    if (!client) return nullptr;
    return {client, client->calls.get()};
}

std::shared_ptr<Lines> TwilioAccounts::lines(std::shared_ptr<const Snapshot> snapshot,
                                             std::size_t account) {
    const auto client = client_of(snapshot, account);
    if (!client) return nullptr;
    return {client, client->queues.get()};
}

}  // namespace server
