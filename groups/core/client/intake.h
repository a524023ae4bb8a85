#pragma once

#include <tessera/groups/core/messages.h>
#include <tessera/groups/core/raft/raft.h>
#include <tessera/groups/machine_port.h>

#include <map>

/// The leader's side of forwarding: takes what other members' callers want appended.
///
/// It deals with each sending once: what it says of one (appended, or certainly not) stays true,
/// whatever copies of it arrive later. Owned by `GroupCore`.
namespace tessera::core {

class Intake {
 public:
  explicit Intake(const MachinePort& machine) : machine_(machine) {}

  /// The answer to send back; nothing for a copy, or for what a later sending has overtaken.
  [[nodiscard]] std::optional<ForwardResponse> receive(TimePoint now, const ForwardRequest& request,
                                                       Raft& raft);

 private:
  const MachinePort& machine_;
  std::map<std::uint64_t, std::uint64_t> seen_;  ///< by run: the latest attempt
};

}  // namespace tessera::core
