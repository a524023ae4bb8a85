#include <tessera/conformance/runner.h>
#include <tessera/conformance/world.h>
#include <tessera/groups/command_envelope.h>
#include <tessera/groups/core/entry_data.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

/// A simulator that finds nothing proves nothing: each of these plants a fault that real systems
/// had, and expects the invariant that is there for it to speak.
namespace tessera::sim {
namespace {

constexpr std::uint64_t seeds_max = 60;

/// The messages after this one in `core::Message` are those of the founding.
const std::size_t bulk_message = core::Message(core::SyncMessage{}).index();

bool begins(const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; }

/// Plants the fault in seed after seed until one of them fails with words that begin so; returns
/// what it says.
std::string first_finding(const Sabotage& sabotage, const std::string& beginning = "") {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    const Swarm swarm = Swarm::draw(seed, 3);
    const RunReport report = run_once(swarm, Trace::Detail::hash, sabotage);
    if (report.failure && begins(*report.failure, beginning)) return *report.failure;
  }
  return "nothing in " + std::to_string(seeds_max) + " seeds";
}

/// For faults that more than one invariant may see first.
bool some_seed_says(const std::string& beginning, const Sabotage& sabotage) {
  return begins(first_finding(sabotage, beginning), beginning);
}

/// Every node's effects go through `filter`.
Sabotage filtering(const Node::Filter& filter) {
  return [filter](World& world) {
    for (const auto& node : world.nodes()) node->plant(filter);
  };
}

TEST(PlantedFault, MessagesThatDoNotWaitForTheDiskAreSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      const bool founding = send.message.index() > bulk_message;
      if (!founding) send.after = core::Ticket{};
    }
  }));
  EXPECT_TRUE(begins(found, "durable promises")) << found;
}

TEST(PlantedFault, ADiskThatLiesIsSeen) {
  const std::string found = first_finding([](World& world) {
    for (const auto& node : world.nodes()) node->disk().lie();
  });
  EXPECT_TRUE(begins(found, "durable promises") || begins(found, "one genesis")) << found;
}

TEST(PlantedFault, APromiseToFoundThatDoesNotWaitForTheDiskIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      const bool founding = send.message.index() > bulk_message;
      if (founding) send.after = core::Ticket{};
    }
  }));
  EXPECT_TRUE(begins(found, "one genesis")) << found;
}

TEST(PlantedFault, AWriteThatIsForgottenIsSeen) {
  // Or that the member commits what its log no longer holds, if that comes first.
  EXPECT_TRUE(some_seed_says("monotonic", filtering([](const Node&, core::Effects& effects) {
                               for (core::Persist& persist : effects.persists) {
                                 if (persist.write.entries.size() > 1)
                                   persist.write.entries.pop_back();
                               }
                             })));
}

/// The end of the strategy's message is the digest of the state and where it was taken.
void alter_state(const Node& /*node*/, core::Effects& effects) {
  constexpr std::size_t digest_from_end = 9;
  for (core::Send& send : effects.sends) {
    auto* sync = std::get_if<core::SyncMessage>(&send.message);
    if (sync == nullptr || sync->payload.size() < 100) continue;
    std::vector<std::uint8_t> bytes(sync->payload.view().begin(), sync->payload.view().end());
    bytes[bytes.size() - digest_from_end] ^= 1U;
    sync->payload = Bytes(std::move(bytes));
  }
}

TEST(PlantedFault, AStateOfAnotherPositionIsSeen) {
  const std::string found = first_finding([](World& world) {
    if (world.swarm().strategy != Swarm::Strategy::whole_state) return;
    for (const auto& node : world.nodes()) node->plant(alter_state);
  });
  EXPECT_TRUE(begins(found, "applied")) << found;
}

/// What a member stores with its state says nothing of the client sessions.
void forget_sessions(const Node& /*node*/, core::Effects& effects) {
  for (core::SnapshotTask& task : effects.snapshots) {
    auto* stored = std::get_if<core::CompleteSnapshot>(&task.work);
    if (stored == nullptr) continue;
    const auto anchor = core::decode_anchor(stored->manifest.anchor);
    auto part = core::decode_runtime_part(anchor->runtime());
    part->sessions = core::SessionTable{};
    stored->manifest.anchor = core::encode_anchor(
        Anchor({anchor->position(), anchor->time(), core::encode_runtime_part(*part)}));
  }
}

TEST(PlantedFault, ASnapshotWithoutTheClientSessionsIsSeen) {
  const std::string found = first_finding(filtering(forget_sessions));
  EXPECT_TRUE(begins(found, "exactly once")) << found;
}

/// A command that leaves a second time gets another number, as if it were a new one.
class RenumberingClient {
 public:
  void operator()(const Node& node, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      auto* forward = std::get_if<core::ForwardRequest>(&send.message);
      if (forward == nullptr) continue;
      for (core::ForwardedEntry& entry : forward->entries) renumber(node, entry);
    }
  }

 private:
  void renumber(const Node& node, core::ForwardedEntry& entry) {
    if (entry.kind != EntryKind::command) return;
    auto envelope = CommandEnvelope::open(entry.data);
    if (envelope->origin.is_none()) return;
    const auto id = id_of(envelope->command.view());
    if (++left_[{node.life(), node.index(), *id}] != 2) return;
    ++envelope->origin.sequence;
    entry.data = CommandEnvelope::wrap(envelope->origin, envelope->command.view());
  }

  std::map<std::tuple<std::uint64_t, std::size_t, std::uint64_t>, int> left_;
};

TEST(PlantedFault, ACommandUnderTwoNumbersIsSeen) {
  EXPECT_TRUE(some_seed_says("exactly once", [](World& world) {
    for (const auto& node : world.nodes()) node->plant(RenumberingClient{});
  }));
}

TEST(PlantedFault, ATermThatIsTakenBackIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Persist& persist : effects.persists) {
      if (persist.write.hard && persist.write.hard->term > Term(2)) {
        persist.write.hard->term = Term(1);
        persist.write.hard->vote.reset();
      }
    }
  }));
  EXPECT_TRUE(begins(found, "one vote a term") || begins(found, "durable promises")) << found;
}

TEST(PlantedFault, AVoteForEverybodyIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      auto* vote = std::get_if<core::VoteResponse>(&send.message);
      if (vote != nullptr) vote->granted = true;
    }
  }));
  EXPECT_TRUE(begins(found, "one vote a term") || begins(found, "durable promises") ||
              begins(found, "election safety"))
      << found;
}

TEST(PlantedFault, AcknowledgingWhatWasRefusedIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      auto* append = std::get_if<core::AppendResponse>(&send.message);
      if (append != nullptr) append->rejected = false;
    }
  }));
  EXPECT_TRUE(begins(found, "durable promises") || begins(found, "committed")) << found;
}

TEST(PlantedFault, ASuccessThatIsNoneIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Reply& reply : effects.replies) reply.error.reset();
  }));
  EXPECT_TRUE(begins(found, "acknowledged") || begins(found, "fresh reads")) << found;
}

TEST(PlantedFault, AFailureThatIsASuccessIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Reply& reply : effects.replies) {
      if (reply.error && reply.error->is(Errc::unknown_outcome)) {
        reply.error = Error(Errc::not_committed, "a planted lie");
      }
    }
  }));
  EXPECT_TRUE(begins(found, "acknowledged")) << found;
}

TEST(PlantedFault, ReadsThatAskNobodyAreSeen) {
  const std::string found = first_finding([](World& world) { world.clients().weaken_reads(); });
  EXPECT_TRUE(begins(found, "fresh reads")) << found;
}

TEST(PlantedFault, ASkippedEntryInAnAppendIsSeen) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      auto* append = std::get_if<core::AppendRequest>(&send.message);
      if (append != nullptr && append->entries.size() > 2) {
        append->entries.erase(append->entries.begin() + 1);
      }
    }
  }));
  EXPECT_TRUE(begins(found, "sound messages")) << found;
}

TEST(PlantedFault, ALogPrunedBehindNoSnapshotIsSeen) {
  EXPECT_TRUE(some_seed_says("ordered store", filtering([](const Node&, core::Effects& effects) {
                               for (core::Persist& persist : effects.persists) {
                                 if (persist.write.reset || !persist.write.snapshot) continue;
                                 persist.write.snapshot.reset();
                               }
                             })));
}

TEST(PlantedFault, AnAcknowledgementOfOnesOwnLogIsSeen) {
  const Sabotage fault = filtering([](const Node& node, core::Effects& effects) {
    for (core::Send& send : effects.sends) {
      auto* append = std::get_if<core::AppendResponse>(&send.message);
      if (append == nullptr || append->rejected) continue;
      append->index = std::max(append->index, node.disk().durable().last().index);
    }
  });
  EXPECT_TRUE(some_seed_says("kept acknowledgements", fault));
}

TEST(PlantedFault, AnOldCopyThatGoesOnIsSeen) {
  EXPECT_TRUE(some_seed_says("old copies", filtering([](const Node& node, core::Effects& effects) {
                               if (!node.has_old_disk()) return;
                               for (core::Persist& persist : effects.persists) {
                                 persist.write.storage.reset();
                               }
                             })));
}

TEST(PlantedFault, AGroupThatNeverAnswersHeartbeatsIsNotAlive) {
  const std::string found = first_finding(filtering([](const Node&, core::Effects& effects) {
    std::erase_if(effects.sends, [](const core::Send& send) {
      return std::holds_alternative<core::HeartbeatResponse>(send.message) ||
             std::holds_alternative<core::AppendResponse>(send.message);
    });
  }));
  EXPECT_TRUE(begins(found, "liveness")) << found;
}

TEST(PlantedFault, ARunThatDependsOnAnythingElseHasAnotherHash) {
  const Swarm swarm = Swarm::draw(1, 3);
  Swarm other = swarm;
  other.clients.interval += std::chrono::microseconds{1};
  const RunReport first = run_once(swarm, Trace::Detail::hash);
  EXPECT_EQ(first.hash, run_once(swarm, Trace::Detail::hash).hash);
  EXPECT_NE(first.hash, run_once(other, Trace::Detail::hash).hash);
}

}  // namespace
}  // namespace tessera::sim
