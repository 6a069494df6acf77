// The admin listener: health, metrics, and an API behind a token. Never reachable from outside.
#pragma once

#include "config/diagnostic.hpp"
#include "server/calls/place_order.hpp"
#include "server/http/handler.hpp"
#include "server/observe/observer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace server {

// Why the server should get no calls now; nothing: it is ready.
struct Readiness {
    std::vector<std::string> causes{};
    bool is_ready() const { return causes.empty(); }
};

struct ReloadOutcome {
    bool accepted = false;
    config::Diagnostics findings{};
};

class AdminHandler final : public RequestHandler {
public:
    // What it asks of the server. All are called from the admin listener's own loop.
    struct Server {
        std::function<bool()> loops_turn;
        std::function<Readiness()> readiness;
        std::function<Gauges()> gauges;
        std::function<ReloadOutcome()> reload;
        std::function<std::string(PlaceOrder)> place;  // empty, or why not
    };
    // `token`: what the API demands as `Authorization: Bearer`; never empty.
    AdminHandler(Server server, Observer& observer, std::string token);

    Waiting answer(const Request& request, Response& response) override;

private:
    // What stands behind /api/.
    struct ApiRow {
        std::string_view name;
        Method method;
        void (AdminHandler::*answer)(const Request&, Response&) const;
    };
    void health(Response& response) const;
    void readiness(Response& response) const;
    void metrics(Response& response) const;
    void api(std::string_view name, const Request& request, Response& response) const;
    void reload(const Request& request, Response& response) const;
    void exchanges(const Request& request, Response& response) const;
    void place(const Request& request, Response& response) const;
    bool is_allowed(const Request& request) const;

    Server server_;
    Observer& observer_;
    std::string token_;
};

}  // namespace server
