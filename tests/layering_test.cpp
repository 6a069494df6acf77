// The arrows of the architecture, held against every #include and against the few words that would
// bring a clock, chance, a file or a wait into a pure folder. To open a new door for a library or a
// new arrow between folders, change the tables below: that is the review.

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Strings = std::vector<std::string>;
using Words = std::vector<std::string_view>;

struct SourceFile {
    std::string path;  // from the root, such as "flows/engine/engine.cpp"
    std::string text;
};

// Which folders a folder may include from, itself aside.
struct Arrow {
    std::string_view folder;
    Words may_include;
};
const std::array arrows{
    Arrow{"config", {}},
    Arrow{"twiml", {}},
    Arrow{"flows", {"config", "twiml"}},
    Arrow{"server", {"config", "twiml", "flows"}},
};

// Within a folder: what these files must not include.
struct NoArrow {
    std::string_view folder;
    Words never;
};
const std::array no_arrows{
    NoArrow{"flows/model/", {"flows/load/", "flows/tools/"}},
    NoArrow{"flows/engine/", {"flows/load/", "flows/tools/"}},
    NoArrow{"flows/load/", {"flows/tools/"}},
    NoArrow{"server/http/",
            {"server/net/connection", "server/net/listener", "server/turn/", "server/console/",
             "server/app"}},
    NoArrow{"server/net/", {"server/turn/", "server/console/", "server/app"}},
    NoArrow{"server/turn/", {"server/net/", "server/console/", "server/app"}},
    NoArrow{"server/store/",
            {"server/net/connection", "server/net/listener", "server/http/", "server/turn/",
             "server/observe/", "server/console/", "server/app"}},
    NoArrow{"server/observe/", {"server/net/", "server/turn/", "server/console/", "server/app"}},
};

// A library is included behind its door only, so that it can be replaced there.
struct Door {
    std::string_view library;
    Words headers;
    Words places;                   // prefixes of paths
    std::size_t files_at_most = 0;  // 0: any number
};
const std::array doors{
    Door{"yaml-cpp", {"yaml-cpp/"}, {"config/yaml_reader.cpp"}},
    Door{"pugixml", {"pugixml"}, {"twiml/render.cpp", "twiml/parse.cpp"}},
    Door{"OpenSSL",
         {"openssl/"},
         {"twiml/signature", "server/net/tls", "server/net/self_signed", "server/turn/sealed_state",
          "server/store/person_cipher", "server/digest"}},
    Door{"libphonenumber", {"phonenumbers/"}, {"flows/engine/"}, 1},
    Door{"time zones", {"date/"}, {"flows/engine/"}, 1},
    Door{"RE2", {"re2/"}, {"twiml/catalogue.cpp", "flows/engine/", "flows/load/"}},
    Door{"Asio and Beast", {"boost/asio", "boost/beast"}, {"server/"}},
    Door{"CLI11", {"CLI/"}, {"server/commands/", "server/main.cpp"}},
    Door{"libedit", {"histedit.h", "editline/"}, {"server/commands/line_editor.cpp"}},
    Door{"spdlog", {"spdlog/"}, {"server/observe/"}},
    Door{"prometheus", {"prometheus/"}, {"server/observe/"}},
    Door{"SQLite", {"sqlite3.h", "SQLiteCpp/"}, {"server/store/sqlite_"}},
    Door{"libpq", {"libpq-fe.h", "postgresql/"}, {"server/store/postgres_"}},
};

// What pure code does without. Durations and points in time are values, and welcome.
const Words pure_folders{"twiml/", "flows/model/", "flows/engine/"};
const Words impure_headers{"fstream", "filesystem", "thread",   "mutex",    "condition_variable",
                           "future",  "random",     "iostream", "unistd.h", "sys/"};
const Words impure_words{"clock::now", "random_device", "getenv",
                         "fopen",      "std::time(",    "std::rand"};

bool starts_with_any(std::string_view text, const Words& prefixes) {
    return std::ranges::any_of(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
}

struct Include {
    std::string target;
    bool quoted = false;
};

std::vector<Include> includes_of(const std::string& text) {
    static const std::regex pattern{
        R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"])re"};
    std::vector<Include> found;
    for (std::sregex_iterator at{text.begin(), text.end(), pattern}, end; at != end; ++at)
        found.push_back({.target = (*at)[2].str(), .quoted = (*at)[1].str() == "\""});
    return found;
}

void check_arrows(const SourceFile& file, const Include& include, Strings& findings) {
    const auto folder_of = [](std::string_view path) { return path.substr(0, path.find('/')); };
    const auto here = std::ranges::find(arrows, folder_of(file.path), &Arrow::folder);
    if (here == arrows.end()) return;
    const auto there = folder_of(include.target);
    const bool ours =
        std::ranges::find(arrows, there, &Arrow::folder) != arrows.end() || there == "tests";
    if (ours && there != here->folder &&
        std::ranges::find(here->may_include, there) == here->may_include.end())
        findings.push_back(file.path + ": " + std::string{here->folder} + " must not know " +
                           include.target);
    for (const auto& [folder, never] : no_arrows)
        if (file.path.starts_with(folder) && starts_with_any(include.target, never))
            findings.push_back(file.path + ": " + std::string{folder} + " must not know " +
                               include.target);
}

void check_doors(const std::vector<SourceFile>& files, Strings& findings) {
    for (const auto& door : doors) {
        std::set<std::string> users;
        for (const auto& file : files)
            for (const auto& include : includes_of(file.text))
                if (starts_with_any(include.target, door.headers)) users.insert(file.path);
        for (const auto& user : users)
            if (!starts_with_any(user, door.places))
                findings.push_back(user + ": " + std::string{door.library} +
                                   " is not included here, but in " +
                                   std::string{door.places.front()});
        if (door.files_at_most != 0 && users.size() > door.files_at_most)
            findings.push_back(std::string{door.library} + " has " + std::to_string(users.size()) +
                               " doors, " + *users.begin() + " and others");
    }
}

void check_purity(const SourceFile& file, Strings& findings) {
    if (!starts_with_any(file.path, pure_folders)) return;
    for (const auto& include : includes_of(file.text))
        if (!include.quoted && starts_with_any(include.target, impure_headers))
            findings.push_back(file.path + ": pure code does without <" + include.target + ">");
    for (const auto word : impure_words)
        if (file.text.find(word) != std::string::npos)
            findings.push_back(file.path + ": pure code does without " + std::string{word});
}

Strings findings_in(const std::vector<SourceFile>& files) {
    Strings findings;
    for (const auto& file : files) {
        for (const auto& include : includes_of(file.text))
            check_arrows(file, include, findings);
        check_purity(file, findings);
    }
    check_doors(files, findings);
    return findings;
}

// The program's own sources; tests see everything and are not asked.
std::vector<SourceFile> all_sources() {
    namespace fs = std::filesystem;
    const fs::path root{SOURCE_DIR};
    std::vector<SourceFile> files;
    for (const auto& arrow : arrows) {
        for (const auto& entry : fs::recursive_directory_iterator(root / arrow.folder)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            std::ifstream in{entry.path()};
            files.push_back({.path = fs::relative(entry.path(), root).generic_string(),
                             .text = {std::istreambuf_iterator<char>{in}, {}}});
        }
    }
    return files;
}

}  // namespace

TEST_CASE("every include points along an arrow, and every library stays behind its door") {
    const auto files = all_sources();
    CHECK(files.size() > 10);
    CHECK(findings_in(files) == Strings{});
}

TEST_CASE("an include in quotes is written from the root and names a file that exists") {
    for (const auto& file : all_sources()) {
        for (const auto& include : includes_of(file.text)) {
            if (!include.quoted) continue;
            INFO(file.path << " includes " << include.target);
            CHECK(std::filesystem::exists(std::filesystem::path{SOURCE_DIR} / include.target));
        }
    }
}

TEST_CASE("a folder's headers define no type twice, which would be two types by one name") {
    static const std::regex definition{
        R"re((?:^|\n)(?:struct|class|enum class) (\w+)(?: final)?(?: :[^:;{\n][^;{\n]*)? \{)re"};
    std::map<std::string, std::string> first_seen;
    for (const auto& file : all_sources()) {
        if (!file.path.ends_with(".hpp")) continue;
        const auto folder = file.path.substr(0, file.path.find('/'));
        for (std::sregex_iterator at{file.text.begin(), file.text.end(), definition}, end;
             at != end; ++at) {
            const auto [seen, is_new] =
                first_seen.emplace(folder + "::" + (*at)[1].str(), file.path);
            INFO(seen->first << " in " << seen->second << " and " << file.path);
            CHECK(is_new);
        }
    }
}

TEST_CASE("an arrow that points back is found") {
    const auto first = [](std::string path, std::string text) {
        const auto findings = findings_in({{.path = std::move(path), .text = std::move(text)}});
        return findings.empty() ? std::string{} : findings.front();
    };
    CHECK(first("config/source.cpp", "#include \"twiml/form.hpp\"\n") ==
          "config/source.cpp: config must not know twiml/form.hpp");
    CHECK(first("flows/engine/engine.cpp", "\n  #  include \"server/app.hpp\"\n") ==
          "flows/engine/engine.cpp: flows must not know server/app.hpp");
    CHECK(first("flows/engine/engine.cpp", "#include \"flows/load/loader.hpp\"") ==
          "flows/engine/engine.cpp: flows/engine/ must not know flows/load/loader.hpp");
    CHECK(first("server/main.cpp", "#include \"tests/support/fake.hpp\"") ==
          "server/main.cpp: server must not know tests/support/fake.hpp");
    CHECK(first("flows/load/loader.cpp", "#include <yaml-cpp/yaml.h>") ==
          "flows/load/loader.cpp: yaml-cpp is not included here, but in config/yaml_reader.cpp");
    CHECK(first("twiml/form.cpp", "const auto now = std::chrono::system_clock::now();") ==
          "twiml/form.cpp: pure code does without clock::now");
    CHECK(first("twiml/form.cpp", "#include <fstream>") ==
          "twiml/form.cpp: pure code does without <fstream>");
    CHECK(findings_in({{"flows/engine/hours.cpp", "#include <date/tz.h>"},
                       {"flows/engine/filters.cpp", "#include <date/tz.h>"}}) ==
          Strings{"time zones has 2 doors, flows/engine/filters.cpp and others"});
    CHECK(first("server/turn/sealed_state.cpp",
                "#include \"flows/engine/call_state.hpp\"\n#include <openssl/evp.h>\n")
              .empty());
}
