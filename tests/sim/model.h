#pragma once

#include <tessera/conformance/tape.h>
#include <tessera/groups/apply_context.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/ids.h>

#include <cstdint>
#include <optional>

/// The state machine as it should be. It is told every committed command that runs, once and in
/// order, and members are compared with it.
///
/// Owned by the chronicle.
namespace tessera::sim {

class Model {
 public:
  virtual ~Model() = default;
  /// The id of an encoded command: 0 if no caller made it; nothing if it is none.
  [[nodiscard]] virtual std::optional<std::uint64_t> id_of(ByteView command) const = 0;
  /// Applies `command`, makes `tape` what it is afterwards, and returns the encoded result.
  virtual Bytes apply(const Bytes& command, const ApplyContext& context, Tape& tape) = 0;
};

/// Of the simulator's own machine.
class TapeModel final : public Model {
 public:
  [[nodiscard]] std::optional<std::uint64_t> id_of(ByteView command) const override;
  Bytes apply(const Bytes& command, const ApplyContext& context, Tape& tape) override;
};

/// The group that every simulated node is a member of.
[[nodiscard]] GroupId simulated_group();

}  // namespace tessera::sim
