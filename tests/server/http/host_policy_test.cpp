#include "server/http/host_policy.hpp"

#include <catch2/catch.hpp>

using server::HostPolicy;
using server::is_public;

namespace {

HostPolicy listing(std::vector<std::string> entries) { return HostPolicy{entries}; }

// By name first, as a request is judged, then by the address that the name turned out to have.
bool lets_through(const HostPolicy& policy, std::string_view host, std::string_view address,
                  std::uint16_t port = 443) {
    return policy.lists(host, port) &&
           policy.allows(host, port, boost::asio::ip::make_address(address));
}

}  // namespace

TEST_CASE("nobody may be asked who is not listed") {
    CHECK_FALSE(lets_through(HostPolicy{}, "crm.example", "93.184.216.34"));
    const HostPolicy policy = listing({"crm.example"});
    CHECK(lets_through(policy, "crm.example", "93.184.216.34"));
    CHECK(lets_through(policy, "CRM.Example", "93.184.216.34"));
    CHECK(lets_through(policy, "crm.example", "93.184.216.34", 8443));
    for (const char* other : {"example", "www.crm.example", "crm.example.", "xcrm.example",
                              "crm.example.evil.test", "93.184.216.34"}) {
        INFO(other);
        CHECK_FALSE(lets_through(policy, other, "93.184.216.34"));
    }
}

TEST_CASE("an entry with a port lists this port alone") {
    const HostPolicy policy = listing({"crm.example:8443", "93.184.216.34:443"});
    CHECK(lets_through(policy, "crm.example", "93.184.216.34", 8443));
    CHECK_FALSE(lets_through(policy, "crm.example", "93.184.216.34", 443));
    CHECK(lets_through(policy, "93.184.216.34", "93.184.216.34", 443));
    CHECK_FALSE(lets_through(policy, "93.184.216.34", "93.184.216.34", 22));
}

TEST_CASE("an entry with an asterisk lists all names below it, and not the name itself") {
    const HostPolicy policy = listing({"*.crm.example"});
    CHECK(lets_through(policy, "eu.crm.example", "93.184.216.34"));
    CHECK(lets_through(policy, "a.b.CRM.example", "93.184.216.34"));
    CHECK_FALSE(lets_through(policy, "crm.example", "93.184.216.34"));
    CHECK_FALSE(lets_through(policy, "evilcrm.example", "93.184.216.34"));
    CHECK_FALSE(lets_through(policy, ".crm.example", "93.184.216.34"));
}

TEST_CASE("a listed name that points inwards reaches nothing, unless the inside is listed too") {
    for (const char* inside : {"127.0.0.1",
                               "10.1.2.3",
                               "172.16.0.1",
                               "192.168.1.1",
                               "169.254.169.254",
                               "100.64.0.1",
                               "0.0.0.0",
                               "224.0.0.1",
                               "255.255.255.255",
                               "::",
                               "::1",
                               "fe80::1",
                               "fc00::1",
                               "fd12::1",
                               "ff02::1",
                               "::ffff:127.0.0.1",
                               "::ffff:93.184.216.34",
                               "64:ff9b::10.1.2.3",
                               "2002:7f00:1::1",
                               "2001::1"}) {
        INFO(inside);
        CHECK_FALSE(lets_through(listing({"crm.example"}), "crm.example", inside));
        const std::string address{inside};
        const bool is_v6 = address.find(':') != std::string::npos;
        const std::string entry = is_v6 ? "[" + address + "]" : address;
        CHECK(lets_through(listing({"crm.example", entry}), "crm.example", inside));
    }
    const HostPolicy policy = listing({"crm.example", "10.0.0.0/8", "fd00::/8"});
    CHECK(lets_through(policy, "crm.example", "10.255.0.1"));
    CHECK(lets_through(policy, "crm.example", "fd12:3456::1"));
    CHECK(lets_through(policy, "crm.example", "11.0.0.1"));
    CHECK_FALSE(lets_through(policy, "crm.example", "192.168.0.1"));
    CHECK(lets_through(policy, "10.2.3.4", "10.2.3.4"));
    CHECK_FALSE(lets_through(policy, "other.example", "10.2.3.4"));
}

TEST_CASE("a network of an uneven length ends at its bit") {
    const HostPolicy policy = listing({"crm.example", "172.20.16.0/20", "fd00:8000::/17"});
    CHECK(lets_through(policy, "crm.example", "172.20.31.255"));
    CHECK_FALSE(lets_through(policy, "crm.example", "172.20.32.0"));
    CHECK(lets_through(policy, "crm.example", "fd00:ffff::1"));
    CHECK_FALSE(lets_through(policy, "crm.example", "fd00:7fff::1"));
}

TEST_CASE("localhost as an entry stands for loopback under this name") {
    const HostPolicy policy = listing({"localhost:8443", "crm.example"});
    CHECK(lets_through(policy, "localhost", "127.0.0.1", 8443));
    CHECK(lets_through(policy, "localhost", "::1", 8443));
    CHECK_FALSE(lets_through(policy, "localhost", "127.0.0.1", 443));
    CHECK_FALSE(lets_through(policy, "localhost", "10.0.0.1", 8443));
    CHECK_FALSE(lets_through(policy, "crm.example", "127.0.0.1", 8443));
    CHECK_FALSE(lets_through(policy, "127.0.0.1", "127.0.0.1", 8443));
}

TEST_CASE("an address is listed by itself, in brackets where it needs them") {
    const HostPolicy policy = listing({"127.0.0.1:8443", "[::1]:8443", "[fd00::1]"});
    CHECK(lets_through(policy, "127.0.0.1", "127.0.0.1", 8443));
    CHECK(lets_through(policy, "::1", "::1", 8443));
    CHECK_FALSE(lets_through(policy, "::1", "::1", 443));
    CHECK(lets_through(policy, "fd00:0::1", "fd00::1", 443));
    CHECK_FALSE(lets_through(policy, "fd00::2", "fd00::2", 443));
}

TEST_CASE("the hosts of the operator's own URLs are trusted at any address, at their port") {
    const std::vector<std::string> urls{"https://api.twilio.test", "http://127.0.0.1:4010/prefix",
                                        "https://[::1]:8443"};
    const HostPolicy policy = HostPolicy::trusting(urls);
    CHECK(lets_through(policy, "api.twilio.test", "127.0.0.1", 443));
    CHECK_FALSE(lets_through(policy, "api.twilio.test", "127.0.0.1", 8443));
    CHECK(lets_through(policy, "127.0.0.1", "127.0.0.1", 4010));
    CHECK(lets_through(policy, "::1", "::1", 8443));
    CHECK_FALSE(lets_through(policy, "other.test", "93.184.216.34", 443));
}

TEST_CASE("what is no entry lists nothing") {
    const HostPolicy policy = listing({"", ":443", "crm.example:", "crm.example:x", "[::1",
                                       "10.0.0.0/33", "crm.example/8", "crm.example:0"});
    CHECK_FALSE(policy.lists("crm.example", 443));
    CHECK_FALSE(policy.lists("10.0.0.1", 443));
    CHECK_FALSE(policy.lists("", 443));
}

TEST_CASE("addresses that everybody may reach are public") {
    for (const char* outside : {"93.184.216.34", "1.1.1.1", "172.15.255.255", "172.32.0.0",
                                "100.63.255.255", "100.128.0.0", "223.255.255.255", "198.20.0.0",
                                "2606:4700::1111", "2a00:1450::1", "64:ff9b::1.1.1.1"}) {
        INFO(outside);
        CHECK(is_public(boost::asio::ip::make_address(outside)));
    }
    for (const char* inside : {"198.18.0.1", "198.19.255.255", "192.0.2.1", "240.0.0.1",
                               "64:ff9b::127.0.0.1", "64:ff9b:1::1", "2001:db8::1", "4000::1"}) {
        INFO(inside);
        CHECK_FALSE(is_public(boost::asio::ip::make_address(inside)));
    }
}
