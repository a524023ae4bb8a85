#pragma once

#include <tessera/conformance/model.h>
#include <tessera/conformance/node.h>
#include <tessera/conformance/swarm.h>

#include <functional>
#include <memory>

/// Who plays in a run: the machine of every member with its strategy, what is expected of it, and
/// the commands that callers send. A value; shared by everybody in a world.
namespace tessera::sim {

class Chronicle;

struct Cast {
  /// One member's machine, for one life of its process. `chronicle` is what the group has decided.
  std::function<MachineParts(std::size_t node, const Chronicle& chronicle)> make_machine;
  std::function<std::unique_ptr<Model>()> make_model;
  /// The encoded command with this id, which no other command has, and about so many bytes beside.
  std::function<Bytes(std::uint64_t id, std::uint64_t length)> make_command;
};

/// The tape with one of the simulator's own strategies.
[[nodiscard]] Cast tape_cast(Swarm::Strategy strategy);

}  // namespace tessera::sim
