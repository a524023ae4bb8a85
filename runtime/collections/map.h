#pragma once

#include <tessera/groups/genesis.h>
#include <tessera/runtime/collections/map_machine.h>
#include <tessera/runtime/network.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A replicated map, opened on a network by name: `network.map<K, V>("accounts")`.
namespace tessera {

/// A handle, cheap to copy; callable from any thread. Reads are answered at once from this node's
/// copy, which may lag behind the group; writes are commands of the group and complete, with their
/// position and outcome, when this node has applied them. Tokens and errors are those of
/// `Group::execute`.
template <class K, class V>
class Map {
 public:
  using Machine = MapMachine<K, V>;
  using Command = typename Machine::Command;
  using Content = typename Machine::Content;

  /// `content`: what the machine of `group` keeps its entries in.
  Map(Group<Machine> group, std::shared_ptr<const Content> content)
      : group_(std::move(group)), content_(std::move(content)) {}

  /// Sets `key`. The outcome: `done` if the key was new, and what it held before.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto insert(K key, V value, Token&& token = {}) const {
    Command command;
    command.kind = Command::Kind::write;
    command.entries.emplace_back(std::move(key), std::move(value));
    return group_.execute(command, std::forward<Token>(token));
  }
  /// Sets all of `entries` at once. `done` if any key was new; `changed` counts.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto extend(std::vector<std::pair<K, V>> entries, Token&& token = {}) const {
    Command command;
    command.kind = Command::Kind::write;
    command.entries = std::move(entries);
    return group_.execute(command, std::forward<Token>(token));
  }
  /// Removes `key`. `done` if it was there.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto remove(K key, Token&& token = {}) const {
    return remove_many(std::vector<K>{std::move(key)}, std::forward<Token>(token));
  }
  /// Removes all of `keys` at once. `changed` counts those that were there.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto remove_many(std::vector<K> keys, Token&& token = {}) const {
    Command command;
    command.kind = Command::Kind::remove;
    command.keys = std::move(keys);
    return group_.execute(command, std::forward<Token>(token));
  }
  /// Removes everything. `changed` counts.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto clear(Token&& token = {}) const {
    Command command;
    command.kind = Command::Kind::clear;
    return group_.execute(command, std::forward<Token>(token));
  }
  /// If `key` holds `expected` (nothing: is absent), makes it hold `desired` (nothing: removes it).
  /// `done` tells whether it did, `before` what it held.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto compare_exchange(K key, std::optional<V> expected, std::optional<V> desired,
                        Token&& token = {}) const {
    Command command;
    command.kind = Command::Kind::compare_exchange;
    command.expected = std::move(expected);
    if (desired) command.entries.emplace_back(key, *std::move(desired));
    command.keys.push_back(std::move(key));
    return group_.execute(command, std::forward<Token>(token));
  }

  /// What this node's copy holds under `key`.
  [[nodiscard]] std::optional<V> get(const K& key) const { return content_->get(key); }
  [[nodiscard]] bool contains(const K& key) const { return get(key).has_value(); }
  [[nodiscard]] std::size_t size() const { return content_->size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// A copy of everything at one moment, to iterate over.
  [[nodiscard]] std::map<K, V> snapshot() const { return content_->copy(); }
  /// In the order of the keys.
  [[nodiscard]] std::vector<K> keys() const {
    std::vector<K> keys;
    content_->for_each([&](const K& key, const V&) { keys.push_back(key); });
    return keys;
  }
  [[nodiscard]] std::vector<V> values() const {
    std::vector<V> values;
    content_->for_each([&](const K&, const V& value) { values.push_back(value); });
    return values;
  }
  /// Calls `visit(key, value)` for everything at one moment, in the order of the keys. Writes wait
  /// meanwhile: it must be quick, and must not call the map.
  template <class Visit>
  void for_each(Visit visit) const {
    content_->for_each(std::move(visit));
  }

  [[nodiscard]] Conditions when() const { return group_.when(); }
  [[nodiscard]] GroupStatus status() const { return group_.status(); }
  /// The group behind the map.
  [[nodiscard]] const Group<Machine>& group() const { return group_; }

 private:
  Group<Machine> group_;
  std::shared_ptr<const Content> content_;
};

template <class K, class V>
Map<K, V> Network::map(const std::string& name, Genesis genesis) const {
  using Machine = MapMachine<K, V>;
  using Content = typename Machine::Content;
  auto content = std::make_shared<Content>();
  runtime::Joining joining(state_, collection_key("map", name));
  joining.view = content;
  auto group = GroupBuilder(std::move(joining))
                   .genesis(std::move(genesis))
                   .state_machine([name, content] { return Machine(name, content); })
                   .join();
  auto view = std::static_pointer_cast<const Content>(group.handle().view);
  return Map<K, V>(std::move(group), std::move(view));
}

}  // namespace tessera
