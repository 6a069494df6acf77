// Where numbers point, where they should, and what is kept to set them back.
#include "server/desk/incoming_numbers.hpp"
#include "server/desk/undo_file.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;
using server::DeskFindings;
using Standing = server::DeskFinding::Standing;
using Form = std::vector<std::pair<std::string, std::string>>;

const std::vector<std::string> bases{"https://ivr.example.com", "https://example.com/ivr"};
const std::vector<std::string> all_flows{"acme", "main"};

server::IncomingNumber number_with(const server::Pointing& points) {
    return {.sid = "PN1", .number = "+12025550100", .can_text = true, .points = points};
}
server::IncomingNumber set_to(std::string_view base, std::string_view flow) {
    return number_with(server::pointing_to(base, flow));
}
DeskFindings judge(const server::IncomingNumber& number) {
    return server::judge_number(number, bases, all_flows);
}

}  // namespace

TEST_CASE("a page of numbers is read; what is null is empty, what has no sid is none") {
    const auto page = boost::json::parse(R"({"incoming_phone_numbers": [
        {"sid": "PN1", "phone_number": "+12025550100", "voice_url": "https://a.example/",
         "sms_url": null, "trunk_sid": null, "capabilities": {"sms": true, "voice": true}},
        {"phone_number": "+12025550101"}, 7]})");
    const auto numbers = server::read_incoming_numbers(page);
    REQUIRE(numbers.size() == 1);
    CHECK(numbers[0].sid == "PN1");
    CHECK(numbers[0].number == "+12025550100");
    CHECK(numbers[0].can_text);
    CHECK(numbers[0].trunk_sid.empty());
    CHECK(numbers[0].points.at("voice_url") == "https://a.example/");
    CHECK(numbers[0].points.at("sms_url").empty());
    CHECK(server::read_incoming_numbers(boost::json::parse("[]")).empty());
}

TEST_CASE("a number that points here with all its URLs is fine, under each public URL") {
    for (const std::string& base : bases) {
        CHECK(judge(set_to(base, "acme")) ==
              DeskFindings{{Standing::fine, "+12025550100", "it calls acme", {}}});
    }
}

TEST_CASE("overrides of Twilio's connections behind # change nothing") {
    auto number = set_to(bases[0], "acme");
    number.points["voice_url"] += "#rc=2&rp=5xx";
    CHECK(judge(number)[0].standing == Standing::fine);
}

TEST_CASE("what of a number that points here is amiss is told with the command that mends it") {
    auto number = set_to(bases[0], "acme");
    number.points["status_callback"] = "";
    number.points["voice_method"] = "GET";
    const auto found = judge(number);
    REQUIRE(found.size() == 2);
    CHECK(found[0].what == "status callback is empty, and should be "
                           "https://ivr.example.com/voice/acme/status");
    CHECK(found[0].mend == "switchboard numbers set +12025550100 --flow acme");
    CHECK(found[1].what == "voice method is GET, and should be POST");

    number = set_to(bases[0], "acme");
    number.points["sms_url"] = "";
    CHECK(judge(number)[0].standing == Standing::wrong);
    number.can_text = false;
    CHECK(judge(number)[0].standing == Standing::fine);
    number.trunk_sid = "TK1";
    CHECK(judge(number)[0].what == "it points here, but a SIP trunk has its calls");
}

TEST_CASE("a number that points elsewhere is no fault; one that points to no flow of ours is") {
    auto number = number_with({{"voice_url", "https://other.example/answer"}});
    CHECK(judge(number)[0].standing == Standing::note);
    number.points["voice_url"] = "https://ivr.example.com.evil.example/voice/acme";
    CHECK(judge(number)[0].standing == Standing::note);
    number.points["voice_url"] = "https://ivr.example.com/voice/gone";
    CHECK(judge(number)[0].what ==
          "it points to https://ivr.example.com/voice/gone, and there is no such flow");
}

TEST_CASE("a URL is shown without its password and its query") {
    CHECK(server::shown_url("https://u:secret@a.example/x?token=secret#f") ==
          "https://...@a.example/x?...");
    CHECK(server::shown_url("https://a.example/x@y") == "https://a.example/x@y");
    CHECK(server::shown_url("https://a.example/x#rc=2") == "https://a.example/x?...");
    CHECK(server::shown_url("").empty());
    CHECK(judge(number_with({{"voice_url", "https://u:secret@a.example/x"}}))[0].what ==
          "its calls go elsewhere: https://...@a.example/x");
}

TEST_CASE("only what changes is sent, and sending back what was there undoes it") {
    const auto here = server::pointing_to(bases[0], "acme");
    auto before = here;
    before["voice_url"] = "https://old.example/";
    before["voice_application_sid"] = "AP1";
    CHECK(server::changes(before, here) ==
          Form{{"VoiceUrl", "https://ivr.example.com/voice/acme"}, {"VoiceApplicationSid", ""}});
    CHECK(server::changes(here, before) ==
          Form{{"VoiceUrl", "https://old.example/"}, {"VoiceApplicationSid", "AP1"}});
    CHECK(server::changes(here, here).empty());
}

TEST_CASE("what was there before is kept for its owner alone, newest first to be undone") {
    const fs::path folder = fs::temp_directory_path() / "switchboard_undo_file_test";
    fs::remove_all(folder);
    fs::create_directory(folder);
    server::UndoFile file{folder / "numbers.undo"};
    CHECK_FALSE(file.newest_of("+12025550100"));
    const server::UndoEntry first{"2026-03-10T12:00:00Z", "+12025550100", {{"voice_url", "one"}}};
    const server::UndoEntry other{"2026-03-10T12:00:01Z", "+12025550101", {{"voice_url", "x"}}};
    const server::UndoEntry second{"2026-03-10T12:00:02Z", "+12025550100", {{"voice_url", "two"}}};
    for (const auto& entry : {first, other, second})
        CHECK(file.add(entry).empty());
    CHECK(fs::status(file.path()).permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(file.newest_of("+12025550100") == second);
    CHECK(file.drop_newest_of("+12025550100").empty());
    CHECK(file.newest_of("+12025550100") == first);
    CHECK(file.newest_of("+12025550101") == other);

    std::ofstream{file.path()} << "not ours\n";
    CHECK_FALSE(file.add(first).empty());
    CHECK_FALSE(file.newest_of("+12025550100"));
    std::ifstream in{file.path()};
    std::string line;
    std::getline(in, line);
    CHECK(line == "not ours");
    fs::remove_all(folder);
}
