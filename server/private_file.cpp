#include "server/private_file.hpp"

#include "server/hex.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace server {
namespace {

namespace fs = std::filesystem;

std::string problem(const fs::path& path, int error) {
    return fmt::format("{}: {}", path.string(), std::generic_category().message(error));
}

}  // namespace

std::string random_hex(std::size_t bytes) {
    std::string random(bytes, '\0');
    for (std::size_t got = 0; got < bytes;) {
        const ssize_t more = ::getrandom(random.data() + got, bytes - got, 0);
        if (more > 0) got += static_cast<std::size_t>(more);
    }
    return hex(random);
}

std::string read_or_create(const fs::path& path, const std::string& fresh, std::string& text) {
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        const std::string line = fresh + "\n";
        const bool written =
            ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size());
        const int why = errno;
        ::close(file);
        text = fresh;
        return written ? std::string{} : problem(path, why);
    }
    if (errno != EEXIST) return problem(path, errno);
    std::ifstream in{path, std::ios::binary};
    if (!in) return problem(path, EACCES);
    text.assign(std::istreambuf_iterator<char>{in}, {});
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (text.empty()) return path.string() + " is empty: remove it, and a new one is made";
    return {};
}

}  // namespace server
