#include <tessera/tessera.h>

// Never built: the tests compile it with one of the cases and look at the first error.

namespace {

#if defined(LACKS_EVERYTHING)

struct Machine {};

#else

struct Machine {
  struct Command {
    template <class Archive>
    void serialize(Archive&) {}
  };
  using Result = std::monostate;
#if defined(LACKS_A_STRATEGY_OF_ITS_OWN)
  struct Other {
    using Command = Machine::Command;
  };
  using StateSync = tessera::LogReplay<Other>;
#else
  using StateSync = tessera::LogReplay<Machine>;
#endif
#if !defined(LACKS_SIGNATURE)
  [[nodiscard]] tessera::UniqueId signature() const { return tessera::UniqueId::from("lacking"); }
#endif
  [[nodiscard]] StateSync state_sync() const { return {}; }
  Result apply(const Command&, const tessera::ApplyContext&) { return {}; }
};

#endif

}  // namespace

void join(const tessera::Network& network) {
  const auto group =
      network.group(tessera::GroupKey::from("secret")).state_machine(Machine()).join();
  static_cast<void>(group.status());
}

void join_made(const tessera::Network& network) {
  const auto group = network.group(tessera::GroupKey::from("secret"))
                         .state_machine([] { return Machine(); })
                         .join();
  static_cast<void>(group.status());
}
