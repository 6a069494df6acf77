#include "server/private_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

using namespace server;

TEST_CASE("a token is made once, kept, and readable by its owner alone") {
    const support::TemporaryFolder folder;
    const auto path = folder.path() / "deep/token";
    std::string first;
    CHECK(read_or_create(path, "fresh", first).empty());
    CHECK(first == "fresh");
    std::string second;
    CHECK(read_or_create(path, "another", second).empty());
    CHECK(second == "fresh");
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("an empty token file is refused with what to do") {
    const support::TemporaryFolder folder;
    folder.write("token", "\n");
    std::string text;
    CHECK(read_or_create(folder.path() / "token", "fresh", text).find("remove it") !=
          std::string::npos);
}

TEST_CASE("random text is hexadecimal, as long as asked for, and not the same twice") {
    CHECK(random_hex(16).size() == 32);
    CHECK(random_hex(16).find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(random_hex(16) != random_hex(16));
}
