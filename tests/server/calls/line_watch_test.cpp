#include "server/calls/line_watch.hpp"
#include "tests/server/calls/call_desk.hpp"

using namespace server;
using namespace server::testing;

namespace {

class OneLine final : public Lines, public LinesOfAccounts {
public:
    LineFront front{.told = true};
    std::vector<std::string> looked_at{};

    net::awaitable<LineFront> front_of(std::string queue, std::chrono::milliseconds) override {
        looked_at.push_back(std::move(queue));
        co_return front;
    }
    std::shared_ptr<Lines> lines(std::shared_ptr<const Snapshot>, std::size_t) override {
        return {std::shared_ptr<Lines>{}, this};
    }
};

struct Line : CallDesk {
    OneLine sales{};
    LineWatch watch{one.database, sales, current, log, [] {}};

    Line() {
        asks({.number = "+12025550142",
              .queue = "sales",
              .keep_place = true,
              .within = 1min,
              .attempts = 1});
    }
    std::size_t looks() { return run(loop, watch.look()); }
    void front_joined(std::chrono::seconds ago) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        sales.front.joined = now - ago;
    }
};

}  // namespace

TEST_CASE("who keeps a place is called when all who stood before have left the line") {
    Line line;
    CHECK(line.one.works_off() == 0);
    line.front_joined(40s);
    CHECK(line.looks() == 0);
    CHECK(line.one.works_off() == 0);
    SECTION("somebody who came later stands in front") { line.front_joined(-5s); }
    SECTION("nobody waits any more") { line.sales.front.joined.reset(); }
    CHECK(line.looks() == 1);
    CHECK(line.looks() == 0);
    CHECK(line.one.works_off() == 1);
    CHECK(line.twilio.asked.size() == 1);
}

TEST_CASE("as long as nobody can say who stands in line a place is kept") {
    Line line;
    line.sales.front.told = false;
    CHECK(line.looks() == 0);
    CHECK(line.one.works_off() == 0);
}

TEST_CASE("a line is looked at once for all who keep a place in it, and not without them") {
    Line line;
    line.asks({.number = "+12025550143", .queue = "sales", .keep_place = true, .within = 1min},
              "CA22222222222222222222222222222222");
    CHECK(line.looks() == 2);
    CHECK(line.sales.looked_at == std::vector<std::string>{"sales"});
    CHECK(line.looks() == 0);
    CHECK(line.sales.looked_at.size() == 1);
}

TEST_CASE("without a queue there is no place to keep: the call is due at once") {
    CallDesk desk;
    desk.asks({.number = "+12025550142", .keep_place = true, .within = 1min, .attempts = 1});
    CHECK(desk.one.works_off() == 1);
}
