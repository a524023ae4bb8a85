#include <tessera/groups/shell/internal/held_sends.h>

#include <gtest/gtest.h>

namespace tessera::shell {
namespace {

using core::Ticket;

core::Send after(std::uint64_t ticket, std::uint64_t term) {
  return {PeerId(UniqueId::from("peer")), core::VoteResponse{Term(term)}, Ticket(ticket)};
}

TEST(HeldSends, NothingLeavesBeforeItsWriteIsDurable) {
  HeldSends held;
  EXPECT_TRUE(held.may_leave(Ticket()));
  held.submitted(Ticket(1));
  held.submitted(Ticket(2));
  EXPECT_FALSE(held.may_leave(Ticket(1)));
  held.hold(after(1, 10));
  held.hold(after(2, 20));
  held.hold(after(1, 11));

  const auto first = held.durable(Ticket(1));
  EXPECT_EQ(first.tickets, std::vector{Ticket(1)});
  ASSERT_EQ(first.sends.size(), 2U);
  EXPECT_EQ(std::get<core::VoteResponse>(first.sends[0].message).term, Term(10));
  EXPECT_EQ(std::get<core::VoteResponse>(first.sends[1].message).term, Term(11));
  EXPECT_TRUE(held.may_leave(Ticket(1)));
  EXPECT_FALSE(held.may_leave(Ticket(2)));
  EXPECT_EQ(held.durable(Ticket(2)).sends.size(), 1U);
}

TEST(HeldSends, EveryWriteOfABatchIsReportedInOrder) {
  HeldSends held;
  for (std::uint64_t ticket = 1; ticket <= 4; ++ticket) {
    held.submitted(Ticket(ticket));
  }
  EXPECT_EQ(held.durable(Ticket(3)).tickets, (std::vector{Ticket(1), Ticket(2), Ticket(3)}));
  EXPECT_EQ(held.durable(Ticket(3)).tickets, std::vector<Ticket>{});
}

}  // namespace
}  // namespace tessera::shell
