#include "server/turn/audio_files.hpp"

#include "server/turn/sealed_state.hpp"
#include "twiml/form.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_kept_bytes = std::size_t{64} * 1024 * 1024;
constexpr std::uintmax_t most_file_bytes = std::uintmax_t{32} * 1024 * 1024;

struct SoundType {
    std::string_view extension;
    std::string_view content_type;
};
// Source: Twilio, "TwiML Voice: Play", supported audio file types.
constexpr std::array<SoundType, 9> sound_types{{
    {".mp3", "audio/mpeg"},
    {".wav", "audio/wav"},
    {".wave", "audio/wav"},
    {".aif", "audio/aiff"},
    {".aiff", "audio/aiff"},
    {".gsm", "audio/x-gsm"},
    {".ulaw", "audio/ulaw"},
    {".ogg", "audio/ogg"},
    {".flac", "audio/flac"},
}};

std::string_view content_type_of(const fs::path& path) {
    const std::string extension = path.extension().string();
    for (const SoundType& type : sound_types) {
        if (type.extension == extension) return type.content_type;
    }
    return {};
}

// The file meant by `name`, or nothing: it must not leave `folder`, by dots or by a link.
std::optional<fs::path> find_file(const fs::path& folder, const fs::path& name) {
    if (name.empty() || name.is_absolute()) return std::nullopt;
    for (const fs::path& part : name) {
        if (part.string().starts_with('.')) return std::nullopt;
    }
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error) return std::nullopt;
    for (const fs::path& candidate : {root / name, root / "audio" / name}) {
        const fs::path real = fs::canonical(candidate, error);
        if (error || !fs::is_regular_file(real, error)) continue;
        const fs::path inside = real.lexically_relative(root);
        if (!inside.empty() && *inside.begin() != "..") return real;
    }
    return std::nullopt;
}

struct ByteRange {
    std::size_t first = 0;
    std::size_t size = 0;
};
enum class RangeKind { whole, part, unsatisfiable };

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// One range of bytes; several, or what is no range of bytes, mean the whole file (RFC 9110, 14.2).
RangeKind parse_range(std::string_view header, std::size_t size, ByteRange& range) {
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit) || header.find(',') != header.npos) return RangeKind::whole;
    header.remove_prefix(unit.size());
    const std::size_t dash = header.find('-');
    if (dash == header.npos) return RangeKind::whole;
    const auto first = number(header.substr(0, dash));
    const auto last = number(header.substr(dash + 1));
    if (dash == 0) {  // the last so many bytes
        if (!last) return RangeKind::whole;
        if (*last == 0 || size == 0) return RangeKind::unsatisfiable;
        range.size = std::min(*last, size);
        range.first = size - range.size;
        return RangeKind::part;
    }
    if (!first || (dash + 1 < header.size() && (!last || *last < *first))) return RangeKind::whole;
    if (*first >= size) return RangeKind::unsatisfiable;
    range.first = *first;
    range.size = std::min(last.value_or(size - 1), size - 1) - *first + 1;
    return RangeKind::part;
}

bool lists_etag(std::string_view header, std::string_view etag) {
    return header == "*" || header.find(etag) != header.npos;
}

}  // namespace

std::shared_ptr<const AudioFiles::Kept> AudioFiles::load(const fs::path& path) {
    std::error_code error;
    const auto changed = fs::last_write_time(path, error);
    if (error || fs::file_size(path, error) > most_file_bytes || error) return nullptr;
    const std::string key = path.string();
    {
        const std::lock_guard lock{mutex_};
        const auto found = kept_.find(key);
        if (found != kept_.end() && found->second->changed == changed) return found->second;
    }
    std::ifstream in{path, std::ios::binary};
    if (!in) return nullptr;
    auto bytes = std::make_shared<std::string>(std::istreambuf_iterator<char>{in},
                                               std::istreambuf_iterator<char>{});
    const std::string hash = sha256_hex(*bytes);
    auto kept = std::make_shared<Kept>();
    kept->etag = '"' + hash.substr(0, 32) + '"';
    kept->changed = changed;
    // Eight digits of the content's SHA-256 in the name say that other content has another name.
    kept->immutable = path.filename().string().find(hash.substr(0, 8)) != std::string::npos;
    kept->bytes = std::move(bytes);

    const std::lock_guard lock{mutex_};
    auto& slot = kept_[key];
    if (slot) kept_bytes_ -= slot->bytes->size();
    slot = kept;
    kept_bytes_ += kept->bytes->size();
    while (kept_bytes_ > most_kept_bytes && kept_.size() > 1) {
        auto victim = kept_.begin();
        if (victim->first == key) ++victim;
        kept_bytes_ -= victim->second->bytes->size();
        kept_.erase(victim);
    }
    return kept;
}

void AudioFiles::answer(const fs::path& folder, std::string_view file, const Request& request,
                        Response& response) {
    if (request.method != Method::get && request.method != Method::head) {
        answer_text(response, 405, "GET or HEAD only\n");
        response.add("Allow", "GET, HEAD");
        return;
    }
    const std::string name = twiml::percent_decode(file);
    std::optional<fs::path> path;
    if (name.find('\0') == std::string::npos) path = find_file(folder, name);
    const std::string_view content_type = path ? content_type_of(*path) : std::string_view{};
    const std::shared_ptr<const Kept> kept = content_type.empty() ? nullptr : load(*path);
    if (!kept) {
        answer_text(response, 404, "no such audio file\n");
        return;
    }
    response.add("ETag", kept->etag);
    response.add("Accept-Ranges", "bytes");
    response.add("Cache-Control",
                 kept->immutable ? "public, max-age=31536000, immutable" : "public, max-age=60");
    if (!request.if_none_match.empty() && lists_etag(request.if_none_match, kept->etag)) {
        response.status = 304;
        return;
    }
    std::string_view bytes{*kept->bytes};
    ByteRange range;
    const bool range_applies = request.if_range.empty() || request.if_range == kept->etag;
    const RangeKind kind = range_applies && !request.range.empty()
                               ? parse_range(request.range, bytes.size(), range)
                               : RangeKind::whole;
    if (kind == RangeKind::unsatisfiable) {
        response.status = 416;
        response.add("Content-Range", fmt::format("bytes */{}", bytes.size()));
        return;
    }
    if (kind == RangeKind::part) {
        response.status = 206;
        response.add("Content-Range", fmt::format("bytes {}-{}/{}", range.first,
                                                  range.first + range.size - 1, bytes.size()));
        bytes = bytes.substr(range.first, range.size);
    }
    response.content_type = content_type;
    response.shared = {kept->bytes, bytes};
}

}  // namespace server
