#include "server/observe/access_log.hpp"
#include "server/observe/bounded_queue.hpp"
#include "server/observe/exchange_json.hpp"
#include "server/observe/exchange_log.hpp"
#include "server/observe/metrics.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace server;
using Catch::Matchers::Contains;

namespace {

TurnRecord some_record() {
    TurnRecord record;
    record.at = std::chrono::system_clock::time_point{std::chrono::seconds{1'767'711'600}};
    record.took = std::chrono::microseconds{312};
    record.status = 200;
    record.method = "POST";
    record.path = "/voice/acme/main/gather";
    record.call_sid = "CA00000000000000000000000000000001";
    record.from = masked("+12025550123");
    record.flow = "acme";
    record.event = "gather";
    record.state = "sales";
    record.result = "served";
    record.bytes = 512;
    return record;
}

}  // namespace

TEST_CASE("telephone numbers are masked, names and addresses too") {
    CHECK(masked("+12025550123").view() == "+1202555****");
    CHECK(masked("anonymous").view() == "an*******");
    CHECK(masked("sip:alice@example.com").view() == "si******************");
    CHECK(masked("").view().empty());
    CHECK(masked("911").view() == "***");
}

TEST_CASE("an access line tells a request as text and as JSON") {
    CHECK(access_line(LogFormat::text, some_record()) ==
          "2026-01-06T15:00:00.000Z info POST /voice/acme/main/gather 200 312us 512B "
          "call=CA00000000000000000000000000000001 from=+1202555**** flow=acme event=gather "
          "state=sales result=served");
    const auto json = boost::json::parse(access_line(LogFormat::json, some_record()));
    CHECK(json.at("status") == 200);
    CHECK(json.at("took_us") == 312);
    CHECK(json.at("message") == "POST /voice/acme/main/gather");
    CHECK(json.at("from") == "+1202555****");
}

TEST_CASE("whatever a client puts into a path stays on one line") {
    TurnRecord record = some_record();
    record.path = "/voice/\n\x1b[31m\"quoted\"\x80";
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
        const std::string line = access_line(format, record);
        for (const char c : line)
            CHECK((c >= 0x20 && c < 0x7f));
    }
    CHECK_NOTHROW(boost::json::parse(access_line(LogFormat::json, record)));
}

TEST_CASE("a full queue drops records, counts them and goes on") {
    BoundedQueue<int> queue{2};
    CHECK(queue.push(1));
    CHECK(queue.push(2));
    CHECK_FALSE(queue.push(3));
    CHECK(queue.shed() == 1);
    std::vector<int> taken;
    queue.take(taken);
    CHECK(taken == std::vector<int>{1, 2});
    CHECK(queue.push(4));
}

TEST_CASE("metrics count webhooks by flow, event and status, refusals by reason, results") {
    Metrics metrics;
    metrics.count(some_record());
    metrics.count(some_record());
    TurnRecord refused = some_record();
    refused.status = 403;
    refused.reason = "bad-signature";
    refused.result = "";
    metrics.count(refused);
    const std::string text = metrics.text({.connections = 3, .flows = 2, .ready = true});
    CHECK_THAT(
        text,
        Contains("switchboard_webhooks_total{event=\"gather\",flow=\"acme\",status=\"200\"} 2"));
    CHECK_THAT(text, Contains("switchboard_refusals_total{reason=\"bad-signature\"} 1"));
    CHECK_THAT(text, Contains("switchboard_results_total{flow=\"acme\",result=\"served\"} 2"));
    CHECK_THAT(text, Contains("switchboard_connections 3"));
    CHECK_THAT(text, Contains("switchboard_ready 1"));
}

TEST_CASE("what the store suffers from is a metric, which falls when it is over") {
    Metrics metrics;
    CHECK_THAT(metrics.text({}), !Contains("switchboard_store_failing{"));
    CHECK_THAT(metrics.text({.store_failure = "full", .store_waiting = 3}),
               Contains("switchboard_store_failing{what=\"full\"} 1") &&
                   Contains("switchboard_store_waiting 3"));
    CHECK_THAT(metrics.text({.store_failure = "unavailable"}),
               Contains("switchboard_store_failing{what=\"full\"} 0") &&
                   Contains("switchboard_store_failing{what=\"unavailable\"} 1"));
    CHECK_THAT(metrics.text({}), Contains("switchboard_store_failing{what=\"unavailable\"} 0"));
}

TEST_CASE("the README lists every metric") {
    std::ifstream file{SOURCE_DIR "/server/README.md"};
    const std::string readme{std::istreambuf_iterator<char>{file}, {}};
    CHECK_THAT(readme, Contains(Metrics::reference()));
}

TEST_CASE("an exchange is JSON whatever bytes a caller sent") {
    RecordedExchange exchange;
    exchange.call_sid = "CA1";
    exchange.target = "/voice/main?x=\xff";
    exchange.form.emplace_back("FromCity", "K\xf6ln");
    exchange.headers.emplace_back("X-City", "\xe4");
    const std::string text = boost::json::serialize(to_json(exchange));
    boost::system::error_code failed;
    CHECK(boost::json::parse(text, failed).is_object());
    CHECK_FALSE(failed);
    CHECK(text.find("K\uFFFDln") != std::string::npos);
}

TEST_CASE("exchanges are kept only while somebody asks for them") {
    ExchangeLog log;
    CHECK_FALSE(log.is_wanted());
    std::uint64_t last = 0;
    CHECK(log.since(0, "", last).empty());
    CHECK(log.is_wanted());
    RecordedExchange exchange;
    exchange.call_sid = "CA1";
    log.add(RecordedExchange{exchange});
    exchange.call_sid = "CA2";
    log.add(RecordedExchange{exchange});
    CHECK(log.since(0, "", last).size() == 2);
    CHECK(last == 2);
    CHECK(log.since(1, "", last).front().call_sid == "CA2");
    CHECK(log.since(0, "CA1", last).size() == 1);
}

TEST_CASE("what was recorded is forgotten when nobody asks any more") {
    ExchangeLog log{std::chrono::nanoseconds{1}};
    std::uint64_t last = 0;
    CHECK(log.since(0, "", last).empty());
    log.add({});
    CHECK_FALSE(log.is_wanted());
    CHECK(log.since(0, "", last).empty());
    CHECK(last == 1);
}
