#pragma once

#include <tessera/runtime/tool/bench/member_command.h>
#include <tessera/runtime/tool/exit_code.h>

/// A member with clients in its process: `tessera bench client-member`, which `tessera bench write`
/// and `tessera bench read` start and nobody else.
namespace tessera::tool::bench {

/// Runs it until a signal asks it to stop. The groups' keys come from `TESSERA_KEY`. On its control
/// socket it answers what client_server.cpp says; `options.strategy` means nothing to it.
[[nodiscard]] ExitCode run_client_member(const MemberOptions& options);

}  // namespace tessera::tool::bench
