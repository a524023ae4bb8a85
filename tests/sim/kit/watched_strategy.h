#pragma once

#include <tessera/conformance/kit/diary.h>
#include <tessera/groups/catch_up.h>

#include <memory>

/// A strategy's providers and sessions with somebody between them and the runtime who writes down
/// what they do. Owned by the simulated core, like what they wrap.
namespace tessera::conformance {

class Member;

struct Watched {
  CatchUpStrategy& strategy;
  const Member& member;
  Diary& diary;
};

[[nodiscard]] std::unique_ptr<CatchUpProvider> watch_provider(CatchUpStrategy& strategy,
                                                              Diary& diary, ProviderContext& cx);
[[nodiscard]] std::unique_ptr<CatchUpSession> watch_session(const Watched& watched,
                                                            SessionStart start, SessionContext& cx);

}  // namespace tessera::conformance
