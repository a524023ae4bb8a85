#pragma once

#include <tessera/conformance/identities.h>
#include <tessera/groups/core/founding/founding.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// A small language for tests of one founding member: people have numbers in the order of their
/// peer ids, a test says what arrives and looks at what leaves.
namespace tessera::core {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline const Signer& signer(std::size_t person) {
  static const std::vector<std::size_t> ascending = [] {
    std::vector<std::size_t> order(sim::identities_max);
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
    std::sort(order.begin(), order.end(), [](std::size_t left, std::size_t right) {
      return sim::identity(left).peer() < sim::identity(right).peer();
    });
    return order;
  }();
  return sim::identity(ascending.at(person));
}

inline MemberId person(std::size_t number) {
  return {signer(number).peer(), StorageId(UniqueId::from("store").derive(number))};
}

inline const GroupId the_group{UniqueId::from("the group")};

inline Proposal set_of(const std::vector<std::size_t>& people, std::uint64_t nonce = 1) {
  Proposal proposal;
  proposal.group = the_group;
  for (const std::size_t each : people) proposal.members.voters.insert(person(each));
  proposal.nonce = nonce;
  return proposal;
}

inline FoundingPromise promise_of(std::size_t number, const Proposal& proposal) {
  const MemberId member = person(number);
  return {proposal.id(), {member, signer(number).sign(promise_text(proposal.id(), member))}};
}

inline FoundingAbandonment abandonment_of(std::size_t number, const Proposal& proposal) {
  const MemberId member = person(number);
  const Signature signature = signer(number).sign(abandonment_text(proposal.id(), member));
  return {proposal, {member, signature}, proposal.nonce, false};
}

inline Certificate certificate_of(const std::vector<std::size_t>& people, std::uint64_t nonce = 1) {
  Certificate certificate{set_of(people, nonce), {}};
  for (const MemberId& member : certificate.proposal.members.voters) {
    for (const std::size_t each : people) {
      if (person(each) == member) {
        certificate.promises.push_back(promise_of(each, certificate.proposal).vow);
      }
    }
  }
  return certificate;
}

class FoundingTest : public testing::Test {
 protected:
  static constexpr seconds long_enough{10};

  /// The member under test is `self`; by default it may found with any three.
  void start(std::size_t self, Genesis genesis = Genesis::expect(3),
             std::optional<Bytes> record = std::nullopt) {
    options_.self = person(self);
    options_.group = the_group;
    options_.genesis = std::move(genesis);
    options_.seed = 7;
    founding_ = std::make_unique<Founding>(options_, signer(self));
    if (record) record_ = *record;
    ASSERT_TRUE(founding_->start(now_, {record_, log_begun_, damage_}));
    written_ = 0;
    take();
  }

  Result<void> bond(std::size_t other, std::uint32_t founders = 3, GenesisId genesis = {},
                    Durability durability = Durability::fsync) {
    auto accepted = founding_->bond_up(now_, {person(other), genesis, founders, durability});
    take();
    return accepted;
  }

  Result<void> receive(std::size_t from, const FoundingMessage& message) {
    auto taken = founding_->receive(now_, person(from).peer, message);
    take();
    return taken;
  }

  /// Time passes; the member is woken whenever it asked for it.
  void pass(Duration time) {
    const TimePoint end = now_ + time;
    for (auto next = founding_->next_deadline(); next && *next <= end;
         next = founding_->next_deadline()) {
      now_ = std::max(now_ + Duration{1}, *next);
      founding_->tick(now_);
      take();
    }
    now_ = std::max(now_, end);
  }

  /// What was written becomes durable.
  void sync() {
    while (!writing_.empty()) {
      record_ = writing_.front().bytes;
      renamed_ = writing_.front().storage ? writing_.front().storage : renamed_;
      const std::uint64_t number = writing_.front().number;
      writing_.erase(writing_.begin());
      founding_->persisted(now_, number);
      take();
    }
  }

  void take() {
    founding_->check_invariants();
    FoundingOutput output = founding_->take_output();
    if (output.record) {
      ++written_;
      writing_.push_back(std::move(*output.record));
    }
    for (FoundingSend& send : output.sends) sent_.push_back(std::move(send));
    for (const FoundingEvent event : output.events) events_.push_back(event);
  }

  /// The messages of one kind sent to `other` since the last call of `forget`.
  template <class Kind>
  [[nodiscard]] std::vector<Kind> sent(std::size_t other) const {
    std::vector<Kind> found;
    for (const FoundingSend& send : sent_) {
      const auto* message = std::get_if<Kind>(&send.message);
      if (message != nullptr && send.to == person(other).peer) found.push_back(*message);
    }
    return found;
  }
  template <class Kind>
  [[nodiscard]] bool sends(std::size_t other) const {
    return !sent<Kind>(other).empty();
  }
  void forget() {
    sent_.clear();
    events_.clear();
    written_ = 0;
  }

  /// Brings `self` to hold the durable certificate of a set it belongs to.
  Certificate found(std::size_t self, const std::vector<std::size_t>& people) {
    start(self, Genesis::expect(people.size()));
    const Certificate certificate = certificate_of(people);
    for (const std::size_t other : people) {
      if (other != self) {
        EXPECT_TRUE(bond(other, static_cast<std::uint32_t>(people.size() + 1)));
        EXPECT_TRUE(receive(other, FoundingProposal{certificate.proposal}));
        EXPECT_TRUE(receive(other, promise_of(other, certificate.proposal)));
      }
    }
    sync();
    EXPECT_TRUE(founding_->acts());
    forget();
    return certificate;
  }

  FoundingOptions options_;
  bool log_begun_ = false;
  std::optional<Damage> damage_;
  TimePoint now_{};
  std::unique_ptr<Founding> founding_;
  Bytes record_;  // durable
  std::optional<StorageId> renamed_;
  std::vector<FoundingOutput::Record> writing_;
  std::vector<FoundingSend> sent_;
  std::vector<FoundingEvent> events_;
  std::size_t written_ = 0;
};

}  // namespace tessera::core
