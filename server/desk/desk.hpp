// All that the desk's checks look at, and the table of them.
#pragma once

#include "server/configuration.hpp"
#include "server/desk/finding.hpp"
#include "server/desk/incoming_numbers.hpp"
#include "server/desk/service_answers.hpp"
#include "server/desk/twilio_desk.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server {

struct DeskAccount {
    const config::AccountSettings* settings = nullptr;
    std::unique_ptr<TwilioDesk> rest{};  // null: it cannot be asked, and `why_not` says so
    std::string why_not{};
};

struct Desk {
    explicit Desk(const Configuration& of);

    const Configuration& configuration;
    DeskFindings of_flows{};           // what loading them told
    std::vector<std::string> flows{};  // their names
    CodeLength keyed_codes{};          // of the flows that check codes
    std::vector<std::string> bases{};  // public URLs, without a slash at their ends
    std::vector<DeskAccount> accounts{};
};

struct DeskCheck {
    std::string_view name;
    std::string_view what;  // what it looks at, for --help
    DeskFindings (*look)(Desk& desk);
};

// In the order in which they are made: from this machine outwards.
std::span<const DeskCheck> desk_checks();

// The account's numbers, of all pages; `only` an E.164 number: of it alone. Fails with the finding
// that says why.
boost::system::result<std::vector<IncomingNumber>, DeskFinding>
incoming_numbers(DeskAccount& account, std::string_view only = {});

// What an answer that was not what was asked for means. `about` is what was asked for.
DeskFinding judge_refusal(std::string_view about, const DeskAnswer& answer);

}  // namespace server
