// Decides what a name means, and knows who asked.
#pragma once

#include "server/net/name_resolver.hpp"

#include <map>
#include <string>
#include <vector>

namespace support {

class FakeNames final : public server::NameResolver {
public:
    explicit FakeNames(std::map<std::string, std::vector<std::string>> names)
        : names_{std::move(names)} {}

    boost::asio::awaitable<Addresses>
    resolve(std::string host, std::chrono::steady_clock::time_point /*deadline*/) override {
        asked.push_back(host);
        const auto found = names_.find(host);
        if (found == names_.end()) co_return std::string{"is not known"};
        std::vector<boost::asio::ip::address> addresses;
        for (const std::string& text : found->second)
            addresses.push_back(boost::asio::ip::make_address(text));
        co_return addresses;
    }

    void change(const std::string& name, std::vector<std::string> addresses) {
        names_[name] = std::move(addresses);
    }

    std::vector<std::string> asked{};

private:
    std::map<std::string, std::vector<std::string>> names_;
};

}  // namespace support
