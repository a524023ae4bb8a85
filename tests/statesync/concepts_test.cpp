#include "hooks.h"
#include "machines.h"
#include <tessera/statesync/log_replay.h>
#include <tessera/statesync/state_sync.h>

#include <gtest/gtest.h>

/// What the concepts accept and refuse; the compiler is the test.
namespace tessera::tests {
namespace {

static_assert(StateMachine<Counter> && Queryable<Counter> && !KnowsDurablePosition<Counter>);
static_assert(StateMachine<Notebook> && !Queryable<Notebook> && KnowsDurablePosition<Notebook>);
static_assert(StateSyncFor<LogReplay<Counter>, Counter>);
static_assert(!StateSyncFor<LogReplay<Counter>, Notebook>);
static_assert(!SavesState<LogReplay<Counter>>);
static_assert(StateSyncFor<Hooked<Watched>, Watched>);
static_assert(strategy::ProviderPolls<Hooked<Watched>>);
static_assert(strategy::ProviderSeesMarkers<Hooked<Watched>>);
static_assert(!strategy::ProviderSeesCommits<LogReplay<Counter>>);
static_assert(!strategy::ProviderAllowsPruning<LogReplay<Counter>>);

struct NoCommand {
  using Result = std::monostate;
  using StateSync = LogReplay<NoCommand>;
};
static_assert(!StateMachine<NoCommand> && !machine::NamesCommand<NoCommand>);

struct Pointing {
  int* target = nullptr;
};
struct PointerCommand {
  using Command = Pointing;
};
static_assert(machine::NamesCommand<PointerCommand> && !machine::CommandIsValue<PointerCommand>);

/// Everything but what the derived ones take away or get wrong.
template <class Self>
struct Almost {
  using Command = Counter::Add;
  using Result = std::int64_t;
  using StateSync = LogReplay<Self>;
  UniqueId signature() const { return {}; }
  StateSync state_sync() const { return {}; }
  Result apply(const Command&, const ApplyContext&) { return 0; }
};

struct Enough : Almost<Enough> {};
static_assert(StateMachine<Enough>);

struct AppliesWithoutContext : Almost<AppliesWithoutContext> {
  Result apply(const Command&) { return 0; }
};
static_assert(!StateMachine<AppliesWithoutContext> &&
              !machine::AppliesCommands<AppliesWithoutContext>);

struct QueryWithoutResult : Almost<QueryWithoutResult> {
  using Query = Counter::Get;
};
static_assert(!StateMachine<QueryWithoutResult>);

struct QueryThatModifies : Almost<QueryThatModifies> {
  using Query = Counter::Get;
  using QueryResult = int;
  int query(const Query&) { return 0; }
};
static_assert(!StateMachine<QueryThatModifies> && !machine::AnswersQueries<QueryThatModifies>);

struct OddDurablePosition : Almost<OddDurablePosition> {
  Index durable_position() const { return {}; }
};
static_assert(!StateMachine<OddDurablePosition> &&
              machine::MentionsDurablePosition<OddDurablePosition>);

struct VoidResult : Almost<VoidResult> {
  using Result = void;
};
static_assert(!StateMachine<VoidResult> && !machine::ResultIsValue<VoidResult>);

struct Immovable : Almost<Immovable> {
  Immovable() = default;
  Immovable(Immovable&&) = delete;
};
static_assert(!StateMachine<Immovable>);

/// The least that a strategy can be, and one with a hook that would never be called.
template <class M>
struct Least {
  using Machine = M;
  struct Message {
    template <class Archive>
    void serialize(Archive&) {}
  };
  struct Provider {
    std::optional<Message> receive(const Message& message, const PeerId&,
                                   SyncProviderContext<Least>&) {
      return message;
    }
    void committed(Index) {}
  };
  struct Session {
    std::optional<Cursor> poll(SyncSessionContext<Least>&) { return std::nullopt; }
    void receive(Message&&, PeerId, SyncSessionContext<Least>&) {}
    void buffer(Cursor, const std::vector<Entry<typename M::Command>>&,
                SyncSessionContext<Least>&) {}
  };
  UniqueId signature() const { return {}; }
  Provider create_provider(SyncProviderContext<Least>&) const { return {}; }
  Session create_session(SyncSessionContext<Least>&, Cursor, Index,
                         const std::vector<Entry<typename M::Command>>&) const {
    return {};
  }
};
static_assert(StateSyncFor<Least<Counter>, Counter>);
static_assert(strategy::MentionsCommitted<Least<Counter>::Provider> &&
              !strategy::ProviderSeesCommits<Least<Counter>>);

struct NoParts {
  using Machine = Counter;
};
static_assert(!StateSync<NoParts>);

TEST(Concepts, TheRequirementsInWordsHoldForWhatTheConceptsAccept) {
  require_state_machine<Counter>();
  require_state_machine<Notebook>();
  require_state_machine<Enough>();
  require_state_machine<Watched>();
  require_state_sync<LogReplay<Counter>, Counter>();
  require_state_sync<Hooked<Watched>, Watched>();
}

}  // namespace
}  // namespace tessera::tests
