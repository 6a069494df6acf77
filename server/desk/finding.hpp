// What the operator's desk (`switchboard doctor`) says of one thing it looked at.
#pragma once

#include <string>
#include <vector>

namespace server {

struct DeskFinding {
    enum class Standing {
        fine,
        note,     // worth knowing; nothing has to be done
        wrong,    // `mend` says what to do
        unknown,  // could not be looked at, for a reason of the network or of this machine
    };
    Standing standing = Standing::fine;
    std::string about{};  // what it is about: "+12025550100", "https://ivr.example.com"
    std::string what{};   // one sentence, without a full stop
    std::string mend{};   // a command or a sentence; empty where nothing has to be done
    bool operator==(const DeskFinding&) const = default;
};
using DeskFindings = std::vector<DeskFinding>;

}  // namespace server
