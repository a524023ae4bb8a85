#pragma once

#include <tessera/groups/state_machine.h>
#include <tessera/statesync/contexts.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a type must be to bring lagging members up to date.
///
/// A strategy is a factory with a signature. Its `Provider` lives on every member, once for each
/// life of the member, and answers; its `Session` lives on the lagging member until that has caught
/// up. All their functions are called on the group's strand. docs and examples/whole_state.h show a
/// whole one. `require_state_sync<S, M>()` says in words what is missing.
namespace tessera {

namespace strategy {

template <class S>
concept NamesParts = requires {
  typename S::Machine;
  typename S::Message;
  typename S::Provider;
  typename S::Session;
};
template <class S>
concept MessageIsValue = std::copyable<typename S::Message> && Codable<typename S::Message>;

template <class S>
concept HasSignature = requires(const S& sync) {
  { sync.signature() } -> std::convertible_to<UniqueId>;
};
template <class S>
concept CreatesProviders = requires(const S& sync, SyncProviderContext<S>& cx) {
  { sync.create_provider(cx) } -> std::same_as<typename S::Provider>;
};
template <class S>
concept CreatesSessions = requires(const S& sync, SyncSessionContext<S>& cx, Cursor position,
                                   Index leader_commit,
                                   std::vector<Entry<typename S::Machine::Command>> entries) {
  {
    sync.create_session(cx, position, leader_commit, std::move(entries))
    } -> std::same_as<typename S::Session>;
};

// The hooks of a provider.
template <class S>
concept ProviderReceives = requires(typename S::Provider& provider, typename S::Message message,
                                    PeerId sender, SyncProviderContext<S>& cx) {
  {
    provider.receive(std::move(message), sender, cx)
    } -> std::convertible_to<std::optional<typename S::Message>>;
};
template <class S>
concept ProviderPolls = requires(typename S::Provider& provider, SyncProviderContext<S>& cx) {
  { provider.poll(cx) } -> std::same_as<bool>;
};
template <class S>
concept ProviderSeesCommits = requires(typename S::Provider& provider, Cursor position,
                                       SyncProviderContext<S>& cx) {
  provider.committed(position, cx);
};
template <class S>
concept ProviderSeesMarkers = requires(typename S::Provider& provider, Cursor position,
                                       Bytes marker, SyncProviderContext<S>& cx) {
  provider.marker(position, std::move(marker), cx);
};
template <class S>
concept ProviderReadsEntries = requires(typename S::Provider& provider, Index from,
                                        std::vector<Entry<typename S::Machine::Command>> entries,
                                        SyncProviderContext<S>& cx) {
  provider.entries_read(from, std::move(entries), cx);
};
template <class S>
concept ProviderAllowsPruning = requires(const typename S::Provider& provider,
                                         SyncProviderContext<S>& cx) {
  { provider.safe_to_prune_prefix(cx) } -> std::convertible_to<std::optional<Index>>;
};

// The hooks of a session.
template <class S>
concept SessionPolls = requires(typename S::Session& session, SyncSessionContext<S>& cx) {
  { session.poll(cx) } -> std::convertible_to<std::optional<Cursor>>;
};
template <class S>
concept SessionReceives = requires(typename S::Session& session, typename S::Message message,
                                   PeerId sender, SyncSessionContext<S>& cx) {
  session.receive(std::move(message), sender, cx);
};
template <class S>
concept SessionBuffers = requires(typename S::Session& session, Cursor preceding,
                                  std::vector<Entry<typename S::Machine::Command>> entries,
                                  SyncSessionContext<S>& cx) {
  session.buffer(preceding, std::move(entries), cx);
};
template <class S>
concept SessionReadsEntries = requires(typename S::Session& session, Index from,
                                       std::vector<Entry<typename S::Machine::Command>> entries,
                                       SyncSessionContext<S>& cx) {
  session.entries_read(from, std::move(entries), cx);
};

template <class S>
concept ProviderReadsParts = requires(typename S::Provider& provider, storage::SnapshotPart part,
                                      std::optional<Bytes> data, SyncProviderContext<S>& cx) {
  provider.part_read(part, std::move(data), cx);
};
template <class S>
concept SessionReadsParts = requires(typename S::Session& session, storage::SnapshotPart part,
                                     std::optional<Bytes> data, SyncSessionContext<S>& cx) {
  session.part_read(part, std::move(data), cx);
};

// A member of a hook's name, whatever its parameters: catches hooks that would never be called.
template <class P>
concept MentionsPoll = requires {
  &P::poll;
};
template <class P>
concept MentionsCommitted = requires {
  &P::committed;
};
template <class P>
concept MentionsMarker = requires {
  &P::marker;
};
template <class P>
concept MentionsEntriesRead = requires {
  &P::entries_read;
};
template <class P>
concept MentionsPartRead = requires {
  &P::part_read;
};
template <class P>
concept MentionsPruning = requires {
  &P::safe_to_prune_prefix;
};
template <class S>
concept MentionsSave = requires {
  &S::save;
};
template <class S>
concept MentionsRestore = requires {
  &S::restore;
};

}  // namespace strategy

/// Strategies that turn the machine into bytes and back: they may `install`, and their members
/// begin a restart from what was saved.
template <class S>
concept SavesState = requires(const S& sync, typename S::Machine& machine) {
  sync.restore(machine, std::declval<const SavedState<S>&>());
  requires std::same_as<SavedState<S>, Bytes> || Codable<SavedState<S>>;
};

/// Strategies that do the same in parts, while the machine goes on: `read_state` gives a view of
/// the machine, `write_state` fills a fresh one. For machines too large to be one value.
template <class S>
concept StreamsState = requires(const S& sync, const typename S::Machine& machine,
                                typename S::Machine& fresh, const Bytes& contents) {
  { sync.read_state(machine) } -> std::same_as<std::unique_ptr<StateReader>>;
  { sync.write_state(fresh, contents) } -> std::same_as<std::unique_ptr<StateWriter>>;
};

template <class S>
concept StateSync = std::copy_constructible<S> && strategy::NamesParts<S> &&
    strategy::MessageIsValue<S> && strategy::HasSignature<S> && strategy::CreatesProviders<S> &&
    strategy::CreatesSessions<S> && strategy::ProviderReceives<S> && strategy::SessionPolls<S> &&
    strategy::SessionReceives<S> && strategy::SessionBuffers<S>;

/// A strategy that serves machines of the type `M`.
template <class S, class M>
concept StateSyncFor = StateSync<S> && std::same_as<typename S::Machine, M>;

/// Does not compile unless `S` is a `StateSync` for `M`, and says why.
template <class S, class M>
constexpr void require_state_sync() {
  static_assert(std::copy_constructible<S>, "a strategy must be copyable");
  static_assert(strategy::NamesParts<S>, "a strategy names Machine, Message, Provider and Session");
  static_assert(strategy::MessageIsValue<S>,
                "Message must be default-constructible, copyable and serialisable with cereal");
  static_assert(strategy::HasSignature<S>, "a strategy has: tessera::UniqueId signature() const;");
  static_assert(strategy::CreatesProviders<S>,
                "a strategy has: Provider create_provider(tessera::SyncContext<S>&) const;");
  static_assert(strategy::CreatesSessions<S>,
                "a strategy has: Session create_session(tessera::SyncSessionContext<S>&, "
                "tessera::Cursor position, tessera::Index leader_commit, "
                "std::vector<tessera::Entry<Command>> entries) const;");
  static_assert(strategy::ProviderReceives<S>,
                "a provider has: std::optional<Message> receive(Message, tessera::PeerId sender, "
                "tessera::SyncProviderContext<S>&);");
  static_assert(strategy::SessionPolls<S>,
                "a session has: std::optional<tessera::Cursor> "
                "poll(tessera::SyncSessionContext<S>&);");
  static_assert(strategy::SessionReceives<S>,
                "a session has: void receive(Message, tessera::PeerId sender, "
                "tessera::SyncSessionContext<S>&);");
  static_assert(strategy::SessionBuffers<S>,
                "a session has: void buffer(tessera::Cursor preceding, "
                "std::vector<tessera::Entry<Command>>, tessera::SyncSessionContext<S>&);");
  using Provider = typename S::Provider;
  using Session = typename S::Session;
  static_assert(!strategy::MentionsPoll<Provider> || strategy::ProviderPolls<S>,
                "a provider's poll is: bool poll(tessera::SyncProviderContext<S>&);");
  static_assert(!strategy::MentionsCommitted<Provider> || strategy::ProviderSeesCommits<S>,
                "committed is: void committed(tessera::Cursor, tessera::SyncProviderContext<S>&);");
  static_assert(!strategy::MentionsMarker<Provider> || strategy::ProviderSeesMarkers<S>,
                "marker is: void marker(tessera::Cursor, tessera::Bytes, "
                "tessera::SyncProviderContext<S>&);");
  static_assert(!strategy::MentionsEntriesRead<Provider> || strategy::ProviderReadsEntries<S>,
                "a provider's entries_read is: void entries_read(tessera::Index from, "
                "std::vector<tessera::Entry<Command>>, tessera::SyncProviderContext<S>&);");
  static_assert(!strategy::MentionsPruning<Provider> || strategy::ProviderAllowsPruning<S>,
                "safe_to_prune_prefix is: std::optional<tessera::Index> "
                "safe_to_prune_prefix(tessera::SyncProviderContext<S>&) const;");
  static_assert(!strategy::MentionsEntriesRead<Session> || strategy::SessionReadsEntries<S>,
                "a session's entries_read is: void entries_read(tessera::Index from, "
                "std::vector<tessera::Entry<Command>>, tessera::SyncSessionContext<S>&);");
  static_assert(!strategy::MentionsPartRead<Provider> || strategy::ProviderReadsParts<S>,
                "a provider's part_read is: void part_read(tessera::storage::SnapshotPart, "
                "std::optional<tessera::Bytes>, tessera::SyncProviderContext<S>&);");
  static_assert(!strategy::MentionsPartRead<Session> || strategy::SessionReadsParts<S>,
                "a session's part_read is: void part_read(tessera::storage::SnapshotPart, "
                "std::optional<tessera::Bytes>, tessera::SyncSessionContext<S>&);");
  static_assert((!strategy::MentionsSave<S> && !strategy::MentionsRestore<S>) || SavesState<S>,
                "a strategy has both or neither of: Saved save(const Machine&) const; "
                "void restore(Machine&, const Saved&) const; with a Saved that cereal serialises");
  static_assert(std::same_as<typename S::Machine, M>,
                "the strategy is made for another machine: its Machine is not this one");
}

}  // namespace tessera
