#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace support {

// For tests with thousands of commits: no disk has to be waited for.
inline std::filesystem::path memory_folder() {
    const std::filesystem::path memory{"/dev/shm"};
    return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

// A folder that goes when the test ends.
class TemporaryFolder {
public:
    TemporaryFolder() : TemporaryFolder{std::filesystem::temp_directory_path()} {}
    explicit TemporaryFolder(const std::filesystem::path& parent) {
        std::string name = (parent / "switchboard-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name, std::ios::binary} << text;
    }

private:
    std::filesystem::path path_;
};

}  // namespace support
