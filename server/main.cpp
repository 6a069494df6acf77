#include "server/commands/command.hpp"

#include <cstdio>
#include <exception>

// What nobody foresaw is the environment's: memory, a folder that vanished.
int main(int argc, char** argv) try {
    return server::run_command_line(argc, argv);
} catch (const std::exception& error) {
    std::fprintf(stderr, "switchboard: %s\n", error.what());
    return server::exit_environment;
}
