#include "flows/tools/followed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows {
namespace {

// The first element of that name, in document order.
const twiml::Element* find(const std::vector<twiml::Node>& nodes, std::string_view name) {
    for (const twiml::Node& node : nodes) {
        const auto* element = std::get_if<twiml::Element>(&node);
        if (element == nullptr) continue;
        if (element->name == name) return element;
        if (const auto* inside = find(element->content, name)) return inside;
    }
    return nullptr;
}

std::optional<std::string> attribute(const twiml::Document& document, std::string_view element,
                                     std::string_view name) {
    const twiml::Element* found = find(document.verbs, element);
    const std::string* value = found != nullptr ? found->find(name) : nullptr;
    return value != nullptr ? std::optional{*value} : std::nullopt;
}

std::optional<std::string> noun_attribute(const twiml::Document& document, std::string_view name) {
    for (const std::string_view noun : {"Number", "Client", "Sip"}) {
        if (auto value = attribute(document, noun, name)) return value;
    }
    return std::nullopt;
}

std::string_view field(const TapeRequest& request, std::string_view name) {
    const std::string* value = request.find(name);
    return value != nullptr ? std::string_view{*value} : std::string_view{};
}

bool has(const TapeRequest& request, std::string_view name) {
    return request.find(name) != nullptr;
}

// "/voice/main/../menu?a=." -> "/voice/menu?a=.". Source: RFC 3986, 5.2.4.
std::string without_dots(std::string_view target) {
    const std::size_t end = std::min(target.find('?'), target.size());
    std::vector<std::string_view> kept;
    bool is_folder = false;
    for (std::size_t at = 1; at <= end;) {
        const std::size_t slash = std::min(target.find('/', at), end);
        const std::string_view segment = target.substr(at, slash - at);
        is_folder = segment == "." || segment == "..";
        if (segment == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (segment != ".") {
            kept.push_back(segment);
        }
        at = slash + 1;
    }
    std::string path;
    for (const std::string_view segment : kept)
        path += '/' + std::string{segment};
    if (is_folder || path.empty()) path += '/';
    return path + std::string{target.substr(end)};
}

// Ours, /voice/FLOW/status: Twilio may tell it with few fields.
bool is_status_path(std::string_view target) {
    target = target.substr(0, target.find('?'));
    return target.starts_with("/voice/") && target.ends_with("/status") &&
           std::ranges::count(target, '/') == 3;
}

}  // namespace

Happening happening_of(const TapeRequest& request, bool is_first) {
    if (has(request, "ErrorUrl")) return Happening::fallback;
    if (has(request, "RecordingStatus")) return Happening::recording_status;
    if (has(request, "TranscriptionStatus") || has(request, "TranscriptionSid")) {
        return Happening::transcription;
    }
    if (has(request, "StableSpeechResult") || has(request, "UnstableSpeechResult")) {
        return Happening::partial_speech;
    }
    const bool is_status = has(request, "CallbackSource") ||
                           (has(request, "Timestamp") && has(request, "SequenceNumber")) ||
                           is_status_path(request.target);
    if (is_status) {
        return has(request, "ParentCallSid") ? Happening::leg_status : Happening::call_status;
    }
    if (has(request, "QueueResult")) return Happening::queue_ended;
    if (has(request, "QueuePosition")) return Happening::queue_wait;
    if (has(request, "DialCallStatus")) return Happening::dial_ended;
    if (has(request, "RecordingSid") || has(request, "RecordingUrl")) return Happening::recorded;
    if (has(request, "Digits") || has(request, "SpeechResult") || has(request, "msg")) {
        return Happening::gathered;
    }
    if (!is_first) return Happening::nothing;
    return has(request, "ParentCallSid") ? Happening::leg_began : Happening::began;
}

std::string in_words(Happening happening, const TapeRequest& request) {
    switch (happening) {
    case Happening::began:
        return "the call begins";
    case Happening::gathered:
        if (!field(request, "SpeechResult").empty()) {
            return fmt::format("says \"{}\"", field(request, "SpeechResult"));
        }
        return field(request, "Digits").empty()
                   ? "enters nothing"
                   : fmt::format("presses {}", field(request, "Digits"));
    case Happening::nothing:
        return "enters nothing";
    case Happening::dial_ended:
        return fmt::format("dial: {}", field(request, "DialCallStatus"));
    case Happening::recorded:
        return fmt::format("records {} s{}", field(request, "RecordingDuration"),
                           field(request, "Digits") == "hangup" ? " and hangs up" : "");
    case Happening::leg_began:
        return "the called one answers";
    case Happening::fallback:
        return fmt::format("error {}", field(request, "ErrorCode"));
    case Happening::call_status:
        return fmt::format("status: {}", field(request, "CallStatus"));
    case Happening::leg_status:
        return fmt::format("leg: {}", field(request, "CallStatus"));
    case Happening::recording_status:
        return fmt::format("recording: {}", field(request, "RecordingStatus"));
    case Happening::transcription:
        return "transcription";
    case Happening::partial_speech:
        return "partial speech";
    case Happening::queue_wait:
        return fmt::format("waits in line at {}", field(request, "QueuePosition"));
    case Happening::queue_ended:
        return fmt::format("queue: {}", field(request, "QueueResult"));
    }
    return {};
}

bool waits_for_somebody(const twiml::Document& document) {
    constexpr std::array waiting{"Gather", "Record", "Dial", "Enqueue"};
    return std::ranges::any_of(
        waiting, [&](const char* name) { return find(document.verbs, name) != nullptr; });
}

std::optional<std::string> redirect_of(const twiml::Document& document) {
    for (const twiml::Node& node : document.verbs) {
        const auto* verb = std::get_if<twiml::Element>(&node);
        if (verb == nullptr || verb->name != "Redirect") continue;
        std::string url;
        for (const twiml::Node& part : verb->content) {
            if (const auto* text = std::get_if<std::string>(&part)) url += *text;
        }
        const auto begin = url.find_first_not_of(" \t\r\n");
        const auto end = url.find_last_not_of(" \t\r\n");
        if (begin == std::string::npos) return std::string{};
        return url.substr(begin, end - begin + 1);
    }
    return std::nullopt;
}

std::optional<std::string> url_for(Happening happening, const twiml::Document& document) {
    switch (happening) {
    case Happening::gathered:
        return attribute(document, "Gather", "action");
    case Happening::nothing:
        return redirect_of(document);
    case Happening::dial_ended:
        return attribute(document, "Dial", "action");
    case Happening::recorded:
        return attribute(document, "Record", "action");
    case Happening::leg_began:
        return noun_attribute(document, "url");
    case Happening::leg_status:
        return noun_attribute(document, "statusCallback");
    case Happening::recording_status: {
        auto url = attribute(document, "Record", "recordingStatusCallback");
        return url ? url : attribute(document, "Dial", "recordingStatusCallback");
    }
    case Happening::transcription:
        return attribute(document, "Record", "transcribeCallback");
    case Happening::partial_speech:
        return attribute(document, "Gather", "partialResultCallback");
    case Happening::queue_wait:
        return attribute(document, "Enqueue", "waitUrl");
    case Happening::queue_ended:
        return attribute(document, "Enqueue", "action");
    case Happening::began:
    case Happening::fallback:
    case Happening::call_status:
        break;
    }
    return std::nullopt;
}

std::string resolve(std::string_view url, std::string_view base) {
    url = url.substr(0, url.find('#'));
    const std::size_t scheme = url.find("://");
    if (scheme != url.npos && url.find_first_of("/?") > scheme) {
        const std::size_t path = url.find_first_of("/?", scheme + 3);
        if (path == url.npos) return "/";
        return url[path] == '/' ? std::string{url.substr(path)}
                                : "/" + std::string{url.substr(path)};
    }
    if (url.starts_with('/')) return std::string{url};
    if (url.empty()) return std::string{base};
    const std::string_view path = base.substr(0, base.find('?'));
    if (url.starts_with('?')) return std::string{path} + std::string{url};
    return without_dots(std::string{path.substr(0, path.rfind('/') + 1)} + std::string{url});
}

}  // namespace flows
