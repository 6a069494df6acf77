#include "flows/tools/phone_line.hpp"

#include "flows/tools/followed.hpp"
#include "twiml/check.hpp"
#include "twiml/parse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

// So many documents in a row that ask nobody for anything: the call goes round.
constexpr int max_redirects = 100;

// Scheme and host of a URL that names them, else nothing: "//host/path" has a host, too.
std::string_view origin_in(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const bool absolute = scheme != url.npos && url.find_first_of("/?#") == scheme + 1;
    if (!absolute && !url.starts_with("//")) return {};
    const std::size_t host = absolute ? scheme + 3 : 2;
    return url.substr(0, url.find_first_of("/?#", host));
}

bool is_elsewhere(std::string_view url, std::string_view origin) {
    const std::string_view named = origin_in(url);
    if (named.empty() || named == origin) return false;
    return !(named.starts_with("//") && origin.ends_with(named));
}

}  // namespace

// ── webhooks ──

std::optional<TapeRequest> PhoneLine::request(const PhoneWorld& world, std::string_view url,
                                              std::string_view method, Fields told,
                                              std::string_view status) {
    if (is_elsewhere(url, world.origin)) {
        waiting_ = Ended{Ended::How::handed_on, std::string{url.substr(0, url.find('#'))}};
        return std::nullopt;
    }
    TapeRequest request;
    request.method = method.empty() ? "POST" : std::string{method};
    request.target = resolve(url, url_);
    request.form = standing_;
    request.form.emplace_back("CallStatus", status);
    for (auto& field : told)
        request.form.push_back(std::move(field));
    std::ranges::stable_sort(request.form, {}, &Fields::value_type::first);
    return request;
}

void PhoneLine::ask(PhoneWorld& world, std::string happened, std::string_view url,
                    std::string_view method, Fields told, std::string_view status) {
    happened_ = std::move(happened);
    redirects_ = 0;
    const auto asked = request(world, url, method, std::move(told), status);
    if (asked && fetch(world, *asked)) perform(world);
}

bool PhoneLine::fetch(PhoneWorld& world, const TapeRequest& asked) {
    Answer answer = world.transport(asked, world.now, world.effects);
    if (answer.undecided) {
        waiting_ = *std::move(answer.undecided);
        undecided_ = asked;
        verbs_.clear();
        next_ = 0;
        return false;
    }
    const auto turn = std::make_shared<PhoneTurn>(
        PhoneTurn{world.now, happened_, called_, asked, std::move(answer)});
    world.turns.push_back(turn);
    world.now += turn->answer.took;
    load(turn->answer, asked.target);
    return !has_failed();
}

void PhoneLine::decided(PhoneWorld& world) {
    const TapeRequest asked = undecided_;
    if (fetch(world, asked)) perform(world);
}

void PhoneLine::tell(PhoneWorld& world, std::string happened, std::string_view url,
                     std::string_view method, Fields told, std::string_view status,
                     Fields headers) {
    const Waiting before = waiting_;
    auto asked = request(world, url, method, std::move(told), status);
    waiting_ = before;  // a URL elsewhere is told of it there
    if (!asked) return;
    asked->headers = std::move(headers);
    Answer answer = world.transport(*asked, world.now, world.effects);
    world.turns.push_back(std::make_shared<PhoneTurn>(
        PhoneTurn{world.now, std::move(happened), called_, *asked, std::move(answer)}));
}

void PhoneLine::load(const Answer& answer, std::string target) {
    verbs_.clear();
    next_ = 0;
    url_ = std::move(target);
    const auto fails = [this](std::string why) {
        waiting_ = Ended{Ended::How::failed, std::move(why)};
        verbs_.clear();
    };
    waiting_ = Ended{Ended::How::ran_out, {}};
    const TapeResponse& response = answer.response;
    if (response.status == 0) return fails(response.body);
    const std::string_view path = std::string_view{url_}.substr(0, url_.find('?'));
    if (response.status != 200) return fails(fmt::format("{} answers {}", path, response.status));
    const auto parsed = twiml::parse(response.body);
    if (parsed.has_error()) {
        return fails(fmt::format("{} is no TwiML: {}", path, parsed.error().message));
    }
    for (const twiml::Finding& found : twiml::check(parsed->document)) {
        if (!found.is_error) continue;
        return fails(fmt::format("{}: {} {}", path, found.code, found.message));
    }
    verbs_ = parsed->document.verbs;
}

bool PhoneLine::has_failed() const {
    const auto* ended = std::get_if<Ended>(&waiting_);
    return ended != nullptr && ended->how == Ended::How::failed;
}

// ── verbs ──

void PhoneLine::hear(PhoneWorld& world, const twiml::Element& verb) const {
    auto heard = heard_of(verb);
    if (!heard) return;
    heard->called = called_;
    world.heard.push_back(std::move(*heard));
}

// True: on with the next verb.
bool PhoneLine::perform(PhoneWorld& world, const twiml::Element& verb) {
    if (verb.name == "Say" || verb.name == "Play" || verb.name == "Pause") {
        hear(world, verb);
        return true;
    }
    // They go on by themselves.
    if (verb.name == "Start" || verb.name == "Stop" || verb.name == "Sms") return true;
    if (verb.name == "Gather") {
        for (const twiml::Node& node : verb.content) {
            if (const auto* inside = std::get_if<twiml::Element>(&node)) hear(world, *inside);
        }
        waiting_ = asked_by(verb);
    } else if (verb.name == "Dial") {
        waiting_ = dialled_by(verb);
    } else if (verb.name == "Record") {
        if (attribute_of(verb, "playBeep", "true") != "false") {
            world.heard.push_back({.kind = Heard::Kind::beep, .called = called_});
        }
        waiting_ = recorded_by(verb);
    } else if (verb.name == "Enqueue") {
        queued_at_ = world.now;
        waiting_ = InLine{words_in(verb)};
    } else if (verb.name == "Leave" && line_) {
        leave_line(world, "leaves the line", "leave");
    } else if (verb.name == "Hangup") {
        waiting_ = Ended{Ended::How::hung_up, {}};
    } else if (verb.name == "Reject") {
        waiting_ = Ended{Ended::How::rejected, attribute_of(verb, "reason", "rejected")};
    } else {
        waiting_ = Stuck{verb.name};
    }
    return false;
}

void PhoneLine::perform(PhoneWorld& world) {
    while (next_ < verbs_.size()) {
        const auto* found = std::get_if<twiml::Element>(&verbs_[next_++]);
        if (found == nullptr) continue;
        if (found->name != "Redirect") {
            if (!perform(world, *found)) return;
            continue;
        }
        if (++redirects_ > max_redirects) {
            waiting_ = Stuck{"Redirect"};
            return;
        }
        const twiml::Element redirect = *found;
        const auto asked =
            request(world, words_in(redirect), attribute_of(redirect, "method"), {}, "in-progress");
        if (!asked || !fetch(world, *asked)) return;
    }
    waiting_ = ran_out();
}

std::string PhoneLine::attribute(std::string_view name) const {
    if (next_ == 0 || next_ > verbs_.size()) return {};
    const auto* verb = std::get_if<twiml::Element>(&verbs_[next_ - 1]);
    return verb != nullptr ? attribute_of(*verb, name) : std::string{};
}

bool PhoneLine::has_attribute(std::string_view name) const {
    if (next_ == 0 || next_ > verbs_.size()) return false;
    const auto* verb = std::get_if<twiml::Element>(&verbs_[next_ - 1]);
    return verb != nullptr && verb->find(name) != nullptr;
}

void PhoneLine::ended(PhoneWorld& world, std::string happened, Fields told, NoAction otherwise) {
    if (!has_attribute("action") && otherwise == NoAction::next_verb) {
        return go_on(world, std::move(happened));
    }
    // Without an action the current document is asked again: an empty reference.
    ask(world, std::move(happened), attribute("action"), attribute("method"), std::move(told));
}

void PhoneLine::go_on(PhoneWorld& world, std::string happened) {
    happened_ = std::move(happened);
    redirects_ = 0;
    perform(world);
}

// ── questions ──

void PhoneLine::nothing_entered(PhoneWorld& world) {
    if (attribute("actionOnEmptyResult") == "true") {
        return ended(world, "enters nothing",
                     {{"Digits", ""}, {"FinishedOnKey", ""}, {"msg", "Gather End"}},
                     NoAction::same_document);
    }
    go_on(world, "enters nothing");
}

Pressed PhoneLine::press(PhoneWorld& world, std::string_view keys) {
    const auto* asks = std::get_if<Asks>(&waiting_);
    if (asks == nullptr) return {0, "nothing asks for keys"};
    if (!asks->keys) return {0, "this question takes speech alone"};
    if (keys.empty() || keys.find_first_not_of("0123456789*#") != keys.npos) {
        return {0, fmt::format("\"{}\" are no keys: they are 0-9, * and #", keys)};
    }
    std::string digits;
    std::string finished;
    std::size_t used = 0;
    bool done = false;
    for (const char key : keys) {
        ++used;
        done = asks->finish_on.find(key) != std::string::npos;
        if (done) {
            finished = key;
            break;
        }
        digits += key;
        done = asks->digits > 0 && digits.size() == static_cast<std::size_t>(asks->digits);
        if (done) break;
    }
    if (digits.empty()) {
        nothing_entered(world);
        return {used, {}};
    }
    if (!done) world.now += asks->timeout;
    std::string happened = fmt::format("presses {}{}", digits, finished);
    ended(world, std::move(happened),
          {{"Digits", digits}, {"FinishedOnKey", finished}, {"msg", "Gather End"}},
          NoAction::same_document);
    return {used, {}};
}

WhyNot PhoneLine::say(PhoneWorld& world, std::string_view text, std::optional<double> confidence) {
    const auto* asks = std::get_if<Asks>(&waiting_);
    if (asks == nullptr) return "nobody listens";
    if (!asks->speech) return "this question takes keys alone";
    if (text.empty()) return "nothing is said";
    Fields told{{"SpeechResult", std::string{text}}, {"Language", asks->language}};
    if (confidence) told.emplace_back("Confidence", fmt::format("{}", *confidence));
    ended(world, fmt::format("says \"{}\"", text), std::move(told), NoAction::same_document);
    return std::nullopt;
}

// ── in line ──

const twiml::Element* PhoneLine::enqueue() const {
    const auto& verbs = line_ ? line_->verbs : verbs_;
    const std::size_t next = line_ ? line_->next : next_;
    if (next == 0 || next > verbs.size()) return nullptr;
    const auto* verb = std::get_if<twiml::Element>(&verbs[next - 1]);
    return verb != nullptr && verb->name == "Enqueue" ? verb : nullptr;
}

std::string PhoneLine::queue() const {
    const bool is_over = std::holds_alternative<Ended>(waiting_);
    const twiml::Element* verb = is_over ? nullptr : enqueue();
    return verb != nullptr ? words_in(*verb) : std::string{};
}

// With `result` of the action, without it of the wait.
Fields PhoneLine::queue_fields(const PhoneWorld& world, std::string_view result) const {
    const auto waited = std::chrono::floor<std::chrono::seconds>(world.now - queued_at_);
    const auto call = std::ranges::find(standing_, "CallSid", &Fields::value_type::first);
    const std::string digits = call != standing_.end() ? call->second.substr(2) : std::string{};
    Fields fields{{"QueueSid", "QU" + digits}, {"QueueTime", std::to_string(waited.count())}};
    if (!result.empty()) {
        fields.emplace_back("QueueResult", result);
        return fields;
    }
    fields.emplace_back("AvgQueueTime", "60");
    fields.emplace_back("CurrentQueueSize", "1");
    fields.emplace_back("MaxQueueSize", "1000");
    fields.emplace_back("QueuePosition", "1");
    return fields;
}

void PhoneLine::hear_wait(PhoneWorld& world) {
    const twiml::Element* verb = enqueue();
    if (verb == nullptr) return;
    const std::string url = attribute_of(*verb, "waitUrl");
    const std::string method = attribute_of(*verb, "waitUrlMethod");
    const std::string queue = words_in(*verb);
    waiting_ = InLine{queue, true};
    if (url.empty()) return;  // Twilio's own music
    if (!line_) line_ = Line{url_, std::move(verbs_), next_};
    url_ = line_->url;
    ask(world, "waits in line", url, method, queue_fields(world, {}));
}

void PhoneLine::step_out_of_line() {
    if (!line_) return;
    url_ = std::move(line_->url);
    verbs_ = std::move(line_->verbs);
    next_ = line_->next;
    line_.reset();
}

void PhoneLine::leave_line(PhoneWorld& world, std::string happened, std::string_view result,
                           bool was_in_line) {
    Fields told =
        was_in_line ? queue_fields(world, result) : Fields{{"QueueResult", std::string{result}}};
    step_out_of_line();
    ended(world, std::move(happened), std::move(told), NoAction::next_verb);
}

void PhoneLine::hang_up_in_line(PhoneWorld& world) {
    Fields told = queue_fields(world, "hangup");
    step_out_of_line();
    if (!has_attribute("action")) return;
    tell(world, "hangs up", attribute("action"), attribute("method"), std::move(told), "completed");
}

Waiting PhoneLine::ran_out() const {
    const twiml::Element* verb = line_ ? enqueue() : nullptr;
    if (verb != nullptr) return InLine{words_in(*verb), true};
    return Ended{Ended::How::ran_out, {}};
}

void PhoneLine::report(PhoneWorld& world, std::string happened, std::string_view url, Fields form) {
    if (is_elsewhere(url, world.origin)) return;  // it is told there
    TapeRequest request{.target = resolve(url, url_), .form = std::move(form)};
    std::ranges::stable_sort(request.form, {}, &Fields::value_type::first);
    Answer answer = world.transport(request, world.now, world.effects);
    world.turns.push_back(std::make_shared<PhoneTurn>(
        PhoneTurn{world.now, std::move(happened), called_, std::move(request), std::move(answer)}));
}

WhyNot PhoneLine::wait(PhoneWorld& world) {
    const auto* asks = std::get_if<Asks>(&waiting_);
    if (asks == nullptr) return "nothing is asked";
    world.now += asks->timeout;
    nothing_entered(world);
    return std::nullopt;
}

}  // namespace flows
