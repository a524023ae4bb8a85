#pragma once

#include <tessera/groups/apply_context.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/unique_id.h>
#include <tessera/storage/cursor.h>
#include <tessera/storage/machine_table.h>

#include <concepts>
#include <memory>
#include <optional>
#include <utility>

/// What a type must be to be replicated: plain C++, without a base class.
///
/// The concepts are checked where a machine is joined to a group, when its type is complete.
/// `require_state_machine<M>()` says in words what is missing; `StateMachine<M>` only that
/// something is.
namespace tessera {

namespace machine {

template <class M>
concept NamesCommand = requires {
  typename M::Command;
};
template <class M>
concept NamesResult = requires {
  typename M::Result;
};
template <class M>
concept NamesStateSync = requires {
  typename M::StateSync;
};
template <class M>
concept NamesQuery = requires {
  typename M::Query;
};
template <class M>
concept NamesQueryResult = requires {
  typename M::QueryResult;
};

template <class M>
concept CommandIsValue =
    NamesCommand<M> && std::copyable<typename M::Command> && Codable<typename M::Command>;
template <class M>
concept ResultIsValue =
    NamesResult<M> && std::copyable<typename M::Result> && Codable<typename M::Result>;

template <class M>
concept AppliesCommands = requires(M& machine, const typename M::Command& command,
                                   const ApplyContext& context) {
  { machine.apply(command, context) } -> std::convertible_to<typename M::Result>;
};
template <class M>
concept HasSignature = requires(const M& machine) {
  { machine.signature() } -> std::convertible_to<UniqueId>;
};
template <class M>
concept MakesStateSync = requires(const M& machine) {
  { machine.state_sync() } -> std::convertible_to<typename M::StateSync>;
};
template <class M>
concept AnswersQueries = requires(const M& machine, const typename M::Query& query) {
  { machine.query(query) } -> std::convertible_to<typename M::QueryResult>;
};
template <class M>
concept QueryIsValue =
    NamesQuery<M> && std::copyable<typename M::Query> && Codable<typename M::Query>;
template <class M>
concept QueryResultIsMovable = NamesQueryResult<M> && std::movable<typename M::QueryResult> &&
    std::default_initializable<typename M::QueryResult>;

template <class M>
concept MentionsDurablePosition = requires {
  &M::durable_position;
};

}  // namespace machine

/// Machines that answer queries: `Query`, `QueryResult` and `QueryResult query(const Query&)
/// const`.
template <class M>
concept Queryable =
    machine::QueryIsValue<M> && machine::QueryResultIsMovable<M> && machine::AnswersQueries<M>;

/// Machines that keep their own durable state and know how far it is.
template <class M>
concept KnowsDurablePosition = requires(const M& machine) {
  { machine.durable_position() } -> std::convertible_to<std::optional<Cursor>>;
};

/// Machines that are told when they take the place of the one before: `void in_service()`, called
/// on the group's strand, of the first machine as well, and before anything else sees it. For
/// machines that show their contents elsewhere, and must not do so while they are filled beside
/// the one in use. Must not throw.
template <class M>
concept KnowsItIsInService = requires(M& machine) {
  machine.in_service();
};

/// Machines that keep their state in the node's store, because it may be larger than memory: a new
/// machine is given an empty table before anything else happens to it. `StoredMap` is a map over
/// one.
template <class M>
concept KeptInStore = requires(M& machine, std::unique_ptr<storage::MachineTable> table) {
  machine.keep_in(std::move(table));
};

/// What `Network::group(...).state_machine(...)` takes. `StateSync` need only exist here; the
/// module above checks what it is.
template <class M>
concept StateMachine = std::move_constructible<M> && machine::CommandIsValue<M> &&
                       machine::ResultIsValue<M> && machine::NamesStateSync<M> &&
                       machine::AppliesCommands<M> && machine::HasSignature<M> &&
                       machine::MakesStateSync<M> &&
                       (Queryable<M> ||
                        (!machine::NamesQuery<M> && !machine::NamesQueryResult<M>)) &&
                       (KnowsDurablePosition<M> || !machine::MentionsDurablePosition<M>);

/// Does not compile unless `M` is a `StateMachine`, and says why.
template <class M>
constexpr void require_state_machine() {
  static_assert(std::move_constructible<M>, "a state machine must be movable");
  static_assert(machine::NamesCommand<M>,
                "a state machine names the type of its commands: using Command = ...;");
  static_assert(!machine::NamesCommand<M> || machine::CommandIsValue<M>,
                "Command must be default-constructible, copyable and serialisable with cereal "
                "(a serialize member; no pointers)");
  static_assert(machine::NamesResult<M>,
                "a state machine names what apply returns: using Result = ...; "
                "(std::monostate if it has nothing to say)");
  static_assert(!machine::NamesResult<M> || machine::ResultIsValue<M>,
                "Result must be default-constructible, copyable and serialisable with cereal "
                "(std::monostate instead of void)");
  static_assert(machine::AppliesCommands<M>,
                "a state machine has: Result apply(const Command&, const tessera::ApplyContext&);");
  static_assert(machine::HasSignature<M>,
                "a state machine has: tessera::UniqueId signature() const;");
  static_assert(machine::NamesStateSync<M>,
                "a state machine names how its members catch up: "
                "using StateSync = tessera::LogReplay<M>; or another strategy");
  static_assert(machine::MakesStateSync<M>, "a state machine has: StateSync state_sync() const;");
  static_assert(machine::NamesQuery<M> == machine::NamesQueryResult<M>,
                "a state machine names both Query and QueryResult, or neither");
  static_assert(!machine::NamesQuery<M> || machine::QueryIsValue<M>,
                "Query must be default-constructible, copyable and serialisable with cereal");
  static_assert(!machine::NamesQueryResult<M> || machine::QueryResultIsMovable<M>,
                "QueryResult must be default-constructible and movable");
  static_assert(!machine::NamesQuery<M> || machine::AnswersQueries<M>,
                "a state machine with a Query has: QueryResult query(const Query&) const;");
  static_assert(!machine::MentionsDurablePosition<M> || KnowsDurablePosition<M>,
                "durable_position is: std::optional<tessera::Cursor> durable_position() const;");
}

}  // namespace tessera
