// Twilio's REST side over real HTTPS, scripted to fail: what it carried out is the truth that
// outcomes are held against. And the pieces of Switchboard that ask it, on the same loop.
#pragma once

#include "server/effects/twilio_rest.hpp"
#include "tests/server/http/scripted_server.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/run_loop.hpp"
#include "twiml/ids.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace server::testing {

inline constexpr std::string_view account_sid = "AC00000000000000000000000000000001";
inline constexpr std::string_view service_sid = "VA00000000000000000000000000000001";

class TwilioDouble {
public:
    explicit TwilioDouble(net::io_context& loop);

    ScriptedServer& server() { return server_; }
    void script(std::string path_end, std::vector<Answer> answers) {
        server_.script(std::move(path_end), std::move(answers));
    }

    // What was carried out.
    int messages() const { return messages_; }
    int calls() const { return calls_; }
    int codes_sent() const { return codes_sent_; }
    bool is_approved() const { return is_approved_; }
    static constexpr std::string_view right_code = "123456";

private:
    Answer carry_out(const Heard& request);
    Answer check(const Heard& request);

    int messages_ = 0, calls_ = 0, codes_sent_ = 0;
    bool is_approved_ = false;
    ScriptedServer server_;
};

// An answer of Twilio's with an error code in it.
Answer error(int status, int code, std::string headers = {});

// One account and its double. Repeats are not waited for.
struct TwilioWorld {
    net::io_context loop{1};
    TwilioDouble twilio{loop};
    support::FakeNames names{{{"localhost", {"127.0.0.1"}}}};
    std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
    std::unique_ptr<OutboundClient> client;
    std::unique_ptr<TwilioRest> rest;

    explicit TwilioWorld(TwilioRules rules = {});
    template <class T> T wait_for(net::awaitable<T> what) { return run(loop, std::move(what)); }
};

twiml::E164 number(std::string_view text = "+12025550123");

}  // namespace server::testing
