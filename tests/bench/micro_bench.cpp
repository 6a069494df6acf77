// What the parts of a webhook cost one by one, and a flow test: Google Benchmark.

#include "flows/engine/engine.hpp"
#include "flows/load/loader.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/in_process.hpp"
#include "server/turn/sealed_state.hpp"
#include "tests/bench/webhooks.hpp"
#include "twiml/form.hpp"
#include "twiml/render.hpp"
#include "twiml/signature.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::string_view url = "https://localhost:8443/voice/acme";

twiml::AuthToken a_token() { return *twiml::AuthToken::parse("0123456789abcdef0123456789abcdef"); }

std::string a_body() {
    const bench::Caller caller{.base = "https://localhost:8443", .token = a_token()};
    const auto request = caller.webhook(1, "/voice/acme", "1");
    return request.substr(request.find("\r\n\r\n") + 4);
}

void form(benchmark::State& state) {
    const auto body = a_body();
    twiml::Params params;
    for (auto _ : state) {
        params.decode(body);
        benchmark::DoNotOptimize(params.size());
    }
}

void signature(benchmark::State& state) {
    const std::array tokens{a_token()};
    twiml::Params params;
    const auto body = a_body();
    params.decode(body);
    const auto sent = twiml::sign(url, params, tokens[0]);
    for (auto _ : state)
        benchmark::DoNotOptimize(twiml::signed_by(sent, {.url = url, .form = &params}, tokens));
}

constexpr server::Binding binding{.path = "acme/main/keyed",
                                  .sid = "CA00000000000000000000000000000001"};

void seal(benchmark::State& state) {
    const auto key = server::StateKey::derive("0123456789abcdef0123456789abcdef");
    const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    std::string token;
    for (auto _ : state) {
        token.clear();
        server::seal(key, {}, std::array{server::Sealing{bytes, binding, &token}});
        benchmark::DoNotOptimize(token.data());
    }
}

void open(benchmark::State& state) {
    const std::vector keys{server::StateKey::derive("0123456789abcdef0123456789abcdef")};
    std::string token;
    const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    server::seal(keys[0], {}, std::array{server::Sealing{bytes, binding, &token}});
    for (auto _ : state)
        benchmark::DoNotOptimize(server::open(keys, token, binding));
}

void render(benchmark::State& state) {
    using twiml::Element;
    const twiml::Document document{
        .verbs = {Element{.name = "Gather",
                          .attributes = {{.name = "action", .value = twiml::UrlHole{.index = 0}},
                                         {.name = "numDigits", .value = "1"},
                                         {.name = "timeout", .value = "5"}},
                          .content = {Element{.name = "Say",
                                              .content = {"Press 1 for sales, 2 for support."}}}},
                  Element{.name = "Redirect", .content = {twiml::UrlHole{.index = 0}}}}};
    const std::array urls{
        twiml::FilledUrl{.path = "/voice/acme/main/keyed?s=" + std::string(160, 'A')}};
    std::string out;
    for (auto _ : state) {
        out.clear();
        twiml::render(document, urls, out);
        benchmark::DoNotOptimize(out.data());
    }
}

config::Source bench_flow() {
    std::ifstream file{SOURCE_DIR "/tests/bench/bench.yaml"};
    return {"bench.yaml", {std::istreambuf_iterator<char>{file}, {}}};
}

void load(benchmark::State& state) {
    const std::array files{bench_flow()};
    for (auto _ : state)
        benchmark::DoNotOptimize(flows::load_flows(files, {}));
}

// A menu asked, and the key that leads to the next.
void advance(benchmark::State& state) {
    const std::array files{bench_flow()};
    const auto loaded = flows::load_flows(files, {});
    const flows::Flow* flow = loaded.set.find("bench");
    if (flow == nullptr) throw std::runtime_error{"tests/bench/bench.yaml has findings"};
    flows::Circumstances around;
    around.flows = &loaded.set;
    around.call.call_sid = binding.sid;
    const auto began = flows::begin_call(*flow, around.now);
    const auto asked = flows::advance(*flow, began, flows::Began{}, false, around);
    const flows::CallState waiting = std::get<flows::Reply>(asked.what).states.front();
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            flows::advance(*flow, waiting, flows::Keyed{.digits = "1"}, false, around));
    }
}

// A test of ten steps. The goal is a thousand of them in 2 s on two cores: 4 ms each.
void flow_test_of_ten_steps(benchmark::State& state) {
    const std::vector<config::Source> files{{"bench.yaml", R"(flow: bench
start: front
vars: {order: digits(4)}
states:
  front:
    - menu: {say: "For orders, press 1.", choices: {1: {speech: [orders], go: order}}, otherwise: out}
  order:
    - gather: {say: Your order number., save: order, confirm: "{{ order | digits }}?", otherwise: out}
    - say: "Order {{ order | digits }} is on its way."
    - go: front
  out: [hangup]
)"}};
    const flows::Loaded loaded = flows::load_flows(files, {});
    config::Diagnostics findings;
    const auto tests = flows::read_tests({"bench.test.yaml", R"(flow: bench
tests:
  - name: two orders
    steps: [{hears: press 1}, {presses: 1}, {enters: "1234"}, {hears: 1 2 3 4}, {presses: 1},
      {hears: on its way}, {says: orders}, {enters: "4321"}, {presses: 1}, {ends_in: front}]
)"},
                                         loaded.set, false, findings);
    const flows::InProcess in_process{{.flows = &loaded.set, .settings = &tests->settings}};
    const flows::TestWorld world{&loaded.set, in_process, {}};
    for (auto _ : state) {
        const flows::TestRun run = flows::run_test(tests->tests.front(), *tests, world);
        if (!run.failures.empty()) state.SkipWithError("the test fails");
        benchmark::DoNotOptimize(run.turns.data());
    }
}

BENCHMARK(form);
BENCHMARK(signature);
BENCHMARK(open)->Arg(60)->Arg(1400);
BENCHMARK(seal)->Arg(60)->Arg(1400);
BENCHMARK(render);
BENCHMARK(advance);
BENCHMARK(load);
BENCHMARK(flow_test_of_ten_steps);

}  // namespace

BENCHMARK_MAIN();
