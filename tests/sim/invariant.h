#pragma once

#include <tessera/conformance/broken.h>
#include <tessera/conformance/chronicle.h>
#include <tessera/conformance/node.h>
#include <tessera/conformance/operation.h>

#include <string>
#include <string_view>
#include <vector>

/// One thing that must always hold, watched over a whole run.
///
/// Each is told what happens as it happens, and throws `Broken` as soon as it sees that it does not
/// hold. Owned by the referee; one for each run.
namespace tessera::sim {

class Invariant {
 public:
  struct Step {
    const Node& node;
    const core::Effects& effects;
    const std::vector<AppliedCommand>& applied;
  };

  explicit Invariant(const Chronicle& chronicle) : chronicle_(chronicle) {}
  virtual ~Invariant() = default;
  Invariant(const Invariant&) = delete;
  Invariant& operator=(const Invariant&) = delete;

  [[nodiscard]] virtual std::string_view name() const = 0;

  /// A process begins, with what its disk held.
  virtual void starts(const Node& node) { static_cast<void>(node); }
  virtual void crashed(const Node& node) { static_cast<void>(node); }
  /// A core asks for `write`, which is not yet part of `node.asked()`.
  virtual void asked(const Node& node, const storage::GroupWrite& write) {
    static_cast<void>(node), static_cast<void>(write);
  }
  /// A core has done one step; its writes are part of `asked()`, nothing has been sent yet.
  virtual void stepped(const Step& step) { static_cast<void>(step); }
  /// `write` is about to be part of `node.disk().durable()`.
  virtual void becomes_durable(const Node& node, const storage::GroupWrite& write) {
    static_cast<void>(node), static_cast<void>(write);
  }
  /// A message leaves the process: what it waited for is durable, or should be.
  virtual void leaves(const Node& node, const core::Send& send) {
    static_cast<void>(node), static_cast<void>(send);
  }
  virtual void answered(const Node& node, const Operation& operation) {
    static_cast<void>(node), static_cast<void>(operation);
  }
  /// The run is over; `history` is every operation of it.
  virtual void finished(const std::vector<Operation>& history) { static_cast<void>(history); }

 protected:
  [[nodiscard]] const Chronicle& chronicle() const { return chronicle_; }

  /// `describe()` says what is wrong; it is composed only then.
  template <class Describe>
  void require(bool holds, const Describe& describe) const {
    if (!holds) [[unlikely]] {
      throw Broken({std::string(name()), describe()});
    }
  }

 private:
  const Chronicle& chronicle_;
};

/// "node 2".
[[nodiscard]] inline std::string words(const Node& node) {
  return "node " + std::to_string(node.index());
}

}  // namespace tessera::sim
