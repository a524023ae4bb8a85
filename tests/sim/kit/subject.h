#pragma once

#include <tessera/groups/catch_up.h>
#include <tessera/groups/machine_port.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/statesync/observer.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// A machine and a strategy for it, without their types: what every check of the suite is given.
///
/// `typed_subject.h` makes one. A subject may be used for any number of runs, on one thread.
namespace tessera::conformance {

/// The machine and strategy of one member, for one life of its process.
class Specimen {
 public:
  virtual ~Specimen() = default;
  [[nodiscard]] virtual MachinePort& machine() = 0;
  [[nodiscard]] virtual CatchUpStrategy& strategy() = 0;
  /// Of the machine's state.
  [[nodiscard]] virtual std::uint64_t digest() const = 0;
  virtual void observe(SyncObserver observer) = 0;
};

class Subject {
 public:
  /// See `Settings`.
  struct Promises {
    bool verifies = false;
    std::optional<std::size_t> memory_max;  ///< bytes
  };

  virtual ~Subject() = default;
  [[nodiscard]] virtual std::unique_ptr<Specimen> make() const = 0;
  /// The encoded command number `number`.
  [[nodiscard]] virtual Bytes command(std::uint64_t number) const = 0;
  [[nodiscard]] virtual Promises promises() const = 0;
  /// Of the strategy as it is tried, made anew with each call.
  [[nodiscard]] virtual UniqueId signature() const = 0;
  /// Of the strategy with other settings.
  [[nodiscard]] virtual std::vector<UniqueId> other_signatures() const = 0;
};

}  // namespace tessera::conformance
