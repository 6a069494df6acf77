// A call as it is played: what is typed goes in, what is heard comes out.
#pragma once

#include "server/commands/call_view.hpp"
#include "server/commands/call_world.hpp"
#include "server/commands/line_editor.hpp"
#include "server/commands/speaker.hpp"

#include <string_view>

namespace server {

class CallSession {
public:
    // `speaker` may be null. All of it outlives the session.
    CallSession(const CallWorld& world, const flows::CallBegins& begins, const CallView& view,
                Speaker* speaker);

    // Line by line, until the telephone is put down or nothing more can be read. Both return an
    // exit code: 1 for a call that broke off.
    int converse(LineEditor& lines);
    // 1 also where something does not fit. A call that is on behind it is hung up.
    int play(const flows::Acts& script);

private:
    struct Seen {
        std::size_t turns = 0, heard = 0;
    };
    Seen seen() const;
    void show(std::string_view text) const;
    void show_since(const Seen& before) const;
    bool act(const flows::Act& act, std::string& why_not);
    flows::Act filled(const flows::Act& act) const;
    void act_all(const flows::Acts& acts);
    void go_back();
    void show_twiml() const;
    void save(const std::string& name) const;
    void hang_up();
    int exit_code() const;

    const CallWorld& world_;
    flows::CallBegins begins_;
    const CallView& view_;
    Speaker* speaker_;
    flows::Transport transport_;
    flows::PlayedCall call_;
    std::vector<Seen> before_acts_{};
};

}  // namespace server
