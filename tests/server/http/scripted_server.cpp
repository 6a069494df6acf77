#include "tests/server/http/scripted_server.hpp"

#include "server/awaitable.hpp"
#include "server/net/self_signed.hpp"
#include "twiml/form.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace server::testing {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = net::ip::tcp;

bool equal_names(std::string_view a, std::string_view b) { return beast::iequals(a, b); }

void reset(tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(net::socket_base::linger{true, 0}, ignored);
    socket.close(ignored);
}

std::string head_of(const Answer& answer) {
    return fmt::format("HTTP/1.1 {} Scripted\r\n{}Content-Length: {}\r\n\r\n", answer.status,
                       answer.headers, answer.body.size());
}

}  // namespace

std::string Heard::header(std::string_view name) const {
    for (const auto& [each, value] : headers)
        if (equal_names(each, name)) return value;
    return {};
}

std::string Heard::field(std::string_view name) const {
    twiml::Params fields;
    fields.decode(body);
    return std::string{fields.get(name)};
}

struct ScriptedServer::State {
    State(net::io_context& on, Ordinary usual, Speaks how)
        : loop{on}, ordinary{std::move(usual)}, speaks{how} {}

    net::io_context& loop;
    Ordinary ordinary;
    Speaks speaks;
    support::TemporaryFolder folder{};
    TlsFiles files{folder.path() / "cert.pem", folder.path() / "key.pem"};
    net::ssl::context tls{net::ssl::context::tls_server};
    tcp::acceptor acceptor{loop, {net::ip::address_v4::loopback(), 0}};
    std::vector<Heard> heard{};
    int connections = 0, to_break = 0, to_ignore = 0;
    struct Script {
        std::string path_end{};
        std::vector<Answer> answers{};
    };
    std::vector<Script> scripts{};
    std::list<std::weak_ptr<tcp::socket>> open{};
    std::list<tcp::socket> ignored{};

    Answer answer_to(const Heard& request);
    static net::awaitable<void> accept(std::shared_ptr<State> state);
    static net::awaitable<void> serve(std::shared_ptr<State> state,
                                      std::shared_ptr<tcp::socket> socket);
    template <class Stream>
    static net::awaitable<void> converse(std::shared_ptr<State> state, Stream& stream,
                                         tcp::socket& socket);
    template <class Stream>
    static net::awaitable<bool> say(const Answer& answer, Stream& stream, tcp::socket& socket);
};

// A script's answer, filled in where it leaves things as usual.
Answer ScriptedServer::State::answer_to(const Heard& request) {
    const std::string_view path =
        std::string_view{request.target}.substr(0, request.target.find('?'));
    Answer answer;
    for (Script& script : scripts) {
        if (script.answers.empty() || !path.ends_with(script.path_end)) continue;
        answer = std::move(script.answers.front());
        script.answers.erase(script.answers.begin());
        break;
    }
    const bool fails = answer.accident == Accident::reset_before || answer.status >= 300;
    if (!answer.accepts.value_or(!fails)) return answer;
    Answer usual = ordinary(request);
    if (answer.status != 0) return answer;
    answer.status = usual.status;
    answer.body = std::move(usual.body);
    return answer;
}

net::awaitable<void> ScriptedServer::State::accept(std::shared_ptr<State> state) {
    while (true) {
        auto [failure, socket] = co_await state->acceptor.async_accept(quietly);
        if (failure) co_return;
        ++state->connections;
        if (state->to_break > 0) {
            --state->to_break;
            reset(socket);
            continue;
        }
        if (state->to_ignore > 0) {
            --state->to_ignore;
            state->ignored.push_back(std::move(socket));
            continue;
        }
        auto shared = std::make_shared<tcp::socket>(std::move(socket));
        state->open.push_back(shared);
        net::co_spawn(state->loop, serve(state, shared), net::detached);
    }
}

net::awaitable<void> ScriptedServer::State::serve(std::shared_ptr<State> state,
                                                  std::shared_ptr<tcp::socket> socket) {
    if (state->speaks == Speaks::plain) {
        co_await converse(state, *socket, *socket);
        co_return;
    }
    net::ssl::stream<tcp::socket&> stream{*socket, state->tls};
    auto [failure] = co_await stream.async_handshake(net::ssl::stream_base::server, quietly);
    if (!failure) co_await converse(state, stream, *socket);
}

template <class Stream>
net::awaitable<void> ScriptedServer::State::converse(std::shared_ptr<State> state, Stream& stream,
                                                     tcp::socket& socket) {
    beast::flat_buffer buffer;
    for (bool goes_on = true; goes_on;) {
        http::request<http::string_body> request;
        auto [failure, size] = co_await http::async_read(stream, buffer, request, quietly);
        if (failure) co_return;
        Heard heard{
            .method = request.method_string(), .target = request.target(), .body = request.body()};
        for (const auto& field : request)
            heard.headers.emplace_back(field.name_string(), field.value());
        state->heard.push_back(heard);
        const Answer answer = state->answer_to(heard);
        if (answer.delay.count() > 0) {
            net::steady_timer timer{state->loop, answer.delay};
            co_await timer.async_wait(quietly);
        }
        goes_on = co_await say(answer, stream, socket);
    }
}

template <class Stream>
net::awaitable<bool> ScriptedServer::State::say(const Answer& answer, Stream& stream,
                                                tcp::socket& socket) {
    if (answer.accident == Accident::never) co_return true;
    if (answer.accident != Accident::none) {
        reset(socket);
        co_return false;
    }
    const std::string text =
        answer.raw.empty()
            ? head_of(answer) + answer.body.substr(0, answer.cut.value_or(std::string::npos))
            : answer.raw;
    auto [failure, size] = co_await net::async_write(stream, net::buffer(text), quietly);
    const bool closes = answer.cut || !answer.raw.empty() ||
                        answer.headers.find("Connection: close") != std::string::npos;
    if (closes) {
        boost::system::error_code ignored_error;
        socket.close(ignored_error);
    }
    co_return !failure && !closes;
}

ScriptedServer::ScriptedServer(net::io_context& loop, Ordinary ordinary, Speaks speaks)
    : state_{std::make_shared<State>(loop, std::move(ordinary), speaks)} {
    const std::string failure = write_self_signed(
        state_->files, {"crm.test", "other.test", "a.test", "api.twilio.test", "emulator.test"});
    if (!failure.empty()) throw std::runtime_error{failure};
    state_->tls.use_certificate_chain_file(state_->files.certificate.string());
    state_->tls.use_private_key_file(state_->files.key.string(), net::ssl::context::pem);
    net::co_spawn(loop, State::accept(state_), net::detached);
}

ScriptedServer::~ScriptedServer() {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    drop_connections();
}

std::uint16_t ScriptedServer::port() const { return state_->acceptor.local_endpoint().port(); }

std::string ScriptedServer::url(std::string_view host) const {
    return fmt::format("{}://{}:{}", state_->speaks == Speaks::tls ? "https" : "http", host,
                       port());
}

std::string ScriptedServer::certificate() const { return state_->files.certificate.string(); }

void ScriptedServer::script(std::string path_end, std::vector<Answer> answers) {
    state_->scripts.push_back({std::move(path_end), std::move(answers)});
}

void ScriptedServer::clear_scripts() { state_->scripts.clear(); }
void ScriptedServer::break_connections(int count) { state_->to_break = count; }
void ScriptedServer::ignore_connections(int count) { state_->to_ignore = count; }

void ScriptedServer::drop_connections() {
    for (const auto& each : state_->open)
        if (const auto socket = each.lock()) reset(*socket);
    state_->open.clear();
    state_->ignored.clear();
}

void ScriptedServer::most_tls(int version) {
    SSL_CTX_set_min_proto_version(state_->tls.native_handle(), 0);
    SSL_CTX_set_max_proto_version(state_->tls.native_handle(), version);
    SSL_CTX_set_cipher_list(state_->tls.native_handle(), "ALL:@SECLEVEL=0");
}

const std::vector<Heard>& ScriptedServer::heard() const { return state_->heard; }
int ScriptedServer::connections() const { return state_->connections; }

}  // namespace server::testing
