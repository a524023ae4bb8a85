#pragma once

#include <tessera/primitives/codec.h>
#include <tessera/statesync/adaptive/message.h>
#include <tessera/statesync/adaptive/provider.h>
#include <tessera/statesync/adaptive/session.h>
#include <tessera/statesync/contexts.h>
#include <tessera/statesync/provider_adapter.h>
#include <tessera/statesync/saved_state.h>
#include <tessera/statesync/session_adapter.h>
#include <tessera/statesync/state_sync.h>
#include <tessera/statesync/sync_gap.h>

#include <boost/system/system_error.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// The strategy that chooses among others, for each gap anew: the one that costs the fewest bytes.
///
///     using StateSync = Adaptive<LogReplay<Ledger>, WholeState<Ledger>>;
///     StateSync state_sync() const { return {}; }      // or StateSync(LogReplay<Ledger>{}...,
///     ...)
///
/// All parts' providers live on every member. A session asks the others what each part would cost
/// (see sync_gap.h), has the cheapest one do the work, and the next one if that fails; it fails
/// when all have. A part that cannot say what it costs comes after those that can.
///
/// One of the parts at most may keep the machine's state: a member's snapshot has one form. What it
/// keeps is what a restart begins from, and lets the log be pruned.
///
/// A value, made by the machine's `state_sync()`; not a data member of its machine.
namespace tessera {

template <class... Strategies>
class Adaptive {
  static_assert(sizeof...(Strategies) >= 2 && sizeof...(Strategies) <= 16,
                "Adaptive chooses from two to sixteen strategies");
  using First = std::tuple_element_t<0, std::tuple<Strategies...>>;

 public:
  using Machine = typename First::Machine;
  using Message = adaptive::Message;
  static_assert((std::same_as<typename Strategies::Machine, Machine> && ...),
                "Adaptive: all parts are strategies for one machine");

  Adaptive() requires(std::default_initializable<Strategies>&&...) = default;
  explicit Adaptive(Strategies... parts) : parts_(std::move(parts)...) {}

  /// How long answers are waited for before a part is chosen; default 500 ms. Each member's own
  /// choice.
  [[nodiscard]] Adaptive wait(Duration time) const {
    Adaptive changed = *this;
    changed.wait_ = time;
    return changed;
  }

 private:
  /// A part, with what its adapters need for as long as they live.
  template <class Part>
  struct Slot {
    explicit Slot(Part strategy) : part(std::move(strategy)) {}
    Part part;
    HandedBack<typename Part::Message> handed_back;
  };
  template <class Part>
  static constexpr bool keeps_state = SavesState<Part> || StreamsState<Part>;

  /// The parts of one provider or session, by their numbers.
  class Slots {
   public:
    Slots(const std::tuple<Strategies...>& parts, const SyncHome<Machine>& home)
        : slots_(std::apply(
              [](const Strategies&... each) { return std::tuple(Slot<Strategies>(each)...); },
              parts)),
          home_(home) {}

    std::unique_ptr<CatchUpProvider> create_provider(std::size_t number, ProviderContext& cx) {
      return at<std::unique_ptr<CatchUpProvider>>(number, [&]<class Part>(Slot<Part>& slot) {
        return std::make_unique<ProviderAdapter<Part>>(adapter_parts(slot), cx);
      });
    }
    std::unique_ptr<CatchUpSession> create_session(std::size_t number, SessionStart start,
                                                   SessionContext& cx) {
      return at<std::unique_ptr<CatchUpSession>>(number, [&]<class Part>(Slot<Part>& slot) {
        return std::make_unique<SessionAdapter<Part>>(adapter_parts(slot), std::move(start), cx);
      });
    }
    adaptive::Estimate estimate(std::size_t number, const SyncGap& gap, ProviderContext& cx) {
      return at<adaptive::Estimate>(number, [&]<class Part>(Slot<Part>& slot) {
        adaptive::Estimate estimate;
        if constexpr (EstimatesGaps<Part>) {
          SyncProviderContext<Part> typed({cx, home_});
          estimate = {true, slot.part.estimate(gap, typed)};
        } else {
          static_cast<void>(slot);
        }
        return estimate;
      });
    }
    Bytes describe(std::size_t number, SessionContext& cx) {
      return at<Bytes>(number, [&]<class Part>(Slot<Part>& slot) {
        if constexpr (DescribesGaps<Part>) {
          SyncSessionContext<Part> typed({cx, home_});
          return slot.part.describe_gap(typed);
        } else {
          static_cast<void>(slot);
          return Bytes();
        }
      });
    }

   private:
    template <class Result, class Action>
    Result at(std::size_t number, Action action) {
      Result result{};
      std::size_t each = 0;
      std::apply(
          [&](auto&... slot) { ((each++ == number ? void(result = action(slot)) : void()), ...); },
          slots_);
      return result;
    }
    template <class Part>
    typename ProviderAdapter<Part>::Parts adapter_parts(Slot<Part>& slot) {
      return {slot.part, home_, slot.handed_back};
    }

    std::tuple<Slot<Strategies>...> slots_;
    const SyncHome<Machine>& home_;
  };

 public:
  class Provider {
   public:
    explicit Provider(std::unique_ptr<adaptive::Provider> provider)
        : provider_(std::move(provider)) {}

    std::optional<Message> receive(Message message, PeerId sender,
                                   SyncProviderContext<Adaptive>& cx) {
      return provider_->receive(std::move(message), sender, cx.port());
    }
    bool poll(SyncProviderContext<Adaptive>& cx) { return provider_->poll(cx.port()); }
    void committed(Cursor position, SyncProviderContext<Adaptive>& cx) {
      provider_->committed(position, cx.port());
    }
    void marker(Cursor position, Bytes marker, SyncProviderContext<Adaptive>& cx) {
      provider_->marker(position, marker, cx.port());
    }
    void entries_read(Index from, std::vector<Entry<typename Machine::Command>> entries,
                      SyncProviderContext<Adaptive>& cx) {
      provider_->entries_read(from, statesync::as_raw(entries), cx.port());
    }
    void part_read(storage::SnapshotPart part, std::optional<Bytes> data,
                   SyncProviderContext<Adaptive>& cx) {
      provider_->part_read(part, data, cx.port());
    }
    std::optional<Index> safe_to_prune_prefix(SyncProviderContext<Adaptive>& cx) const {
      return provider_->safe_to_prune(cx.port());
    }

   private:
    std::unique_ptr<adaptive::Provider> provider_;
  };

  class Session {
   public:
    explicit Session(std::unique_ptr<adaptive::Session> session) : session_(std::move(session)) {}

    std::optional<Cursor> poll(SyncSessionContext<Adaptive>& cx) {
      return session_->poll(cx.port());
    }
    void receive(Message message, PeerId sender, SyncSessionContext<Adaptive>& cx) {
      session_->receive(message, sender, cx.port());
    }
    void buffer(Cursor preceding, std::vector<Entry<typename Machine::Command>> entries,
                SyncSessionContext<Adaptive>& cx) {
      session_->buffer(preceding, statesync::as_raw(entries), cx.port());
    }
    void entries_read(Index from, std::vector<Entry<typename Machine::Command>> entries,
                      SyncSessionContext<Adaptive>& cx) {
      session_->entries_read(from, statesync::as_raw(entries), cx.port());
    }
    void part_read(storage::SnapshotPart part, std::optional<Bytes> data,
                   SyncSessionContext<Adaptive>& cx) {
      session_->part_read(part, std::move(data), cx.port());
    }

   private:
    std::unique_ptr<adaptive::Session> session_;
  };

  /// Follows from those of all parts, in their order.
  [[nodiscard]] UniqueId signature() const {
    UniqueId whole = UniqueId::from("tessera/adaptive/1");
    std::apply([&](const Strategies&... each) { ((whole = whole.derive(each.signature())), ...); },
               parts_);
    return whole;
  }

  [[nodiscard]] Provider create_provider(SyncProviderContext<Adaptive>& cx) const {
    static_assert((std::size_t{keeps_state<Strategies>} + ...) <= 1,
                  "Adaptive: at most one part may keep the machine's state");
    (require_state_sync<Strategies, Machine>(), ...);
    const auto slots = std::make_shared<Slots>(parts_, cx.home());
    adaptive::Provider::Options options;
    options.parts = sizeof...(Strategies);
    options.create = [slots](std::size_t part, ProviderContext& port) {
      return slots->create_provider(part, port);
    };
    options.estimate = [slots](std::size_t part, const SyncGap& gap, ProviderContext& port) {
      return slots->estimate(part, gap, port);
    };
    return Provider(std::make_unique<adaptive::Provider>(std::move(options), cx.port()));
  }

  [[nodiscard]] Session create_session(
      SyncSessionContext<Adaptive>& cx, Cursor position, Index leader_commit,
      std::vector<Entry<typename Machine::Command>> entries) const {
    const auto slots = std::make_shared<Slots>(parts_, cx.home());
    adaptive::Session::Options options;
    options.installs = {keeps_state<Strategies>...};
    options.wait = wait_;
    options.describe = [slots](std::size_t part, SessionContext& port) {
      return slots->describe(part, port);
    };
    options.create = [slots](std::size_t part, SessionStart start, SessionContext& port) {
      return slots->create_session(part, std::move(start), port);
    };
    SessionStart start{position, leader_commit, statesync::as_raw(entries)};
    return Session(
        std::make_unique<adaptive::Session>(std::move(options), std::move(start), cx.port()));
  }

  /// As the part that keeps the machine's state does.
  [[nodiscard]] std::unique_ptr<StateReader> read_state(const Machine& machine) const
      requires(keeps_state<Strategies> || ...) {
    return of_keeper<std::unique_ptr<StateReader>>([&](const auto& part) {
      using Part = std::remove_cvref_t<decltype(part)>;
      if constexpr (StreamsState<Part>) {
        return part.read_state(machine);
      } else {
        auto saved = encode_saved<SavedState<Part>>(part.save(machine));
        if (!saved) throw boost::system::system_error(saved.error().code());
        return statesync::read_saved(*std::move(saved));
      }
    });
  }
  [[nodiscard]] std::unique_ptr<StateWriter> write_state(Machine& fresh,
                                                         const Bytes& contents) const
      requires(keeps_state<Strategies> || ...) {
    return of_keeper<std::unique_ptr<StateWriter>>([&](const auto& part) {
      using Part = std::remove_cvref_t<decltype(part)>;
      if constexpr (StreamsState<Part>) {
        return part.write_state(fresh, contents);
      } else {
        return statesync::write_saved([&fresh, part](const Bytes& saved) -> Result<void> {
          auto state = decode_saved<SavedState<Part>>(saved);
          if (!state) return std::move(state).error().within("the saved machine");
          part.restore(fresh, std::as_const(*state));
          return {};
        });
      }
    });
  }

 private:
  template <class Result, class Action>
  [[nodiscard]] Result of_keeper(Action action) const {
    Result result{};
    const auto visit = [&]<class Part>(const Part& part) {
      if constexpr (keeps_state<Part>) result = action(part);
    };
    std::apply([&](const Strategies&... each) { (visit(each), ...); }, parts_);
    return result;
  }

  std::tuple<Strategies...> parts_;
  Duration wait_ = std::chrono::milliseconds{500};
};

}  // namespace tessera
