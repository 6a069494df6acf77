// How a call looks to who plays it: for people, and as JSON lines. Pure: texts are made, not shown.
#pragma once

#include "flows/tools/played_call.hpp"
#include "flows/tools/scenes.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace server {

struct CallViewOptions {
    const flows::FlowSet* set = nullptr;
    const flows::Flow* flow = nullptr;
    bool colour = false;
    int columns = 0;       // to wrap at; 0: not at all
    bool helpful = false;  // somebody sits there, and may ask for help
};

class CallView {
public:
    virtual ~CallView() = default;
    virtual std::string begins(const flows::CallBegins& begins) const = 0;
    virtual std::string did(const flows::Act& act) const = 0;
    // What happened, and what the call waits for now, or how it ended.
    virtual std::string went(std::span<const flows::Scene> scenes,
                             const flows::PlayedCall& call) const = 0;
    virtual std::string refused(std::string_view why) const = 0;
    virtual std::string stepped_back(bool could) const = 0;
    virtual std::string twiml(std::string_view document) const = 0;
    virtual std::string saved(std::string_view name, std::string_view file) const = 0;
    virtual std::string help() const = 0;
};

std::unique_ptr<const CallView> text_view(const CallViewOptions& options);
std::unique_ptr<const CallView> json_view(const CallViewOptions& options);

}  // namespace server
