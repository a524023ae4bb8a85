#include <tessera/groups/catch_up.h>
#include <tessera/groups/core/configuration.h>
#include <tessera/groups/core/message_codec.h>
#include <tessera/primitives/random.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace tessera::core {
namespace {

template <std::size_t... kinds>
std::vector<Message> one_of_each(std::index_sequence<kinds...>) {
  return {Message(std::in_place_index<kinds>)...};
}

std::vector<Message> one_of_each() {
  return one_of_each(std::make_index_sequence<std::variant_size_v<Message>>());
}

AppendRequest append() {
  AppendRequest request;
  request.term = Term{3};
  request.preceding = {Term{2}, Index{7}};
  request.commit = Index{6};
  request.election_timeout = std::chrono::milliseconds{1000};
  for (std::uint64_t at = 8; at < 11; ++at) {
    request.entries.push_back({{Term{3}, Index{at}},
                               EntryKind::command,
                               LogTime{5},
                               Bytes::copy("command " + std::to_string(at))});
  }
  return request;
}

TEST(MessageCodec, EveryKindComesBackAsItWent) {
  for (const Message& message : one_of_each()) {
    const Bytes frame = encode_message(message);
    const auto decoded = decode_message(frame);
    ASSERT_TRUE(decoded) << message.index() << decoded.error().message();
    EXPECT_EQ(decoded->index(), message.index());
    EXPECT_EQ(encode_message(*decoded), frame);
  }
}

TEST(MessageCodec, AnAppendToSeveralFollowersIsEncodedOnce) {
  MessageEncoder encoder;
  const Bytes first = encoder.encode(append());
  EXPECT_EQ(first, encode_message(append()));
  EXPECT_EQ(encoder.encode(append()).data(), first.data());
  EXPECT_EQ(encoder.encode(VoteRequest{}), encode_message(VoteRequest{}));
  EXPECT_EQ(encoder.encode(append()).data(), first.data());
}

TEST(MessageCodec, AnAppendThatDiffersInAnythingIsEncodedAnew) {
  std::vector<AppendRequest> others(6, append());
  others[0].term = Term{4};
  others[1].preceding = {Term{2}, Index{6}};
  others[2].commit = Index{7};
  others[3].election_timeout = std::chrono::milliseconds{999};
  others[4].entries.pop_back();
  others[5].entries.erase(others[5].entries.begin());
  MessageEncoder encoder;
  for (const AppendRequest& other : others) {
    EXPECT_EQ(encoder.encode(append()), encode_message(append()));
    EXPECT_EQ(encoder.encode(other), encode_message(other));
  }
}

TEST(MessageCodec, EntriesShareTheStorageOfTheirFrame) {
  const Bytes frame = encode_message(append());
  const auto decoded = decode_message(frame);
  ASSERT_TRUE(decoded);
  const auto& request = std::get<AppendRequest>(*decoded);
  EXPECT_EQ(request.entries, append().entries);
  EXPECT_EQ(request.commit, Index{6});
  for (const RawEntry& entry : request.entries) {
    EXPECT_GE(entry.data.data(), frame.data());
    EXPECT_LE(entry.data.data() + entry.data.size(), frame.data() + frame.size());
  }
}

TEST(MessageCodec, AnUnknownKindIsMalformed) {
  for (const std::uint8_t kind : {std::uint8_t{17}, std::uint8_t{255}}) {
    const auto decoded = decode_message(Bytes(std::vector<std::uint8_t>{kind, 0, 0}));
    ASSERT_FALSE(decoded);
    EXPECT_TRUE(decoded.error().is(Errc::malformed));
  }
  EXPECT_FALSE(decode_message(Bytes{}));
}

TEST(MessageCodec, ATruncatedOrLongerFrameIsMalformed) {
  const Bytes frame = encode_message(append());
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_FALSE(decode_message(frame.slice({0, size}))) << size;
  }
  std::vector<std::uint8_t> longer(frame.view().begin(), frame.view().end());
  longer.push_back(0);
  EXPECT_FALSE(decode_message(Bytes(std::move(longer))));
}

TEST(MessageCodec, ChangedFramesAreRefusedOrDecodeToWhatTheySay) {
  Random random(1);
  std::vector<Message> messages = one_of_each();
  messages.emplace_back(append());
  for (int round = 0; round < 20000; ++round) {
    const Bytes frame = encode_message(messages[random.below(messages.size())]);
    std::vector<std::uint8_t> bytes(frame.view().begin(), frame.view().end());
    for (std::uint64_t change = 0; change <= random.below(3); ++change) {
      bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
    }
    const Bytes changed(std::move(bytes));
    const auto decoded = decode_message(changed);
    if (decoded) {
      EXPECT_EQ(encode_message(*decoded), changed);
    }
  }
}

TEST(Configuration, NeedsAVoterAndLearnersThatDoNotVote) {
  const MemberId one{PeerId(UniqueId::from("1")), StorageId(UniqueId::from("1"))};
  const MemberId two{PeerId(UniqueId::from("2")), StorageId(UniqueId::from("2"))};
  Configuration configuration;
  EXPECT_FALSE(configuration.validate());
  configuration.voters = {one};
  configuration.learners = {two};
  EXPECT_TRUE(configuration.validate());
  EXPECT_EQ(configuration.members(), (std::set{one, two}));
  configuration.voters_outgoing = {two};
  EXPECT_TRUE(configuration.is_voter(two));
  EXPECT_FALSE(configuration.validate());
}

TEST(BondsView, FindsItsPeers) {
  BondsView view;
  for (const char* name : {"a", "b", "c"}) view.peers.emplace_back(UniqueId::from(name));
  std::sort(view.peers.begin(), view.peers.end());
  EXPECT_TRUE(view.contains(PeerId(UniqueId::from("b"))));
  EXPECT_FALSE(view.contains(PeerId(UniqueId::from("d"))));
}

}  // namespace
}  // namespace tessera::core
