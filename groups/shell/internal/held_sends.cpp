#include <tessera/groups/shell/internal/held_sends.h>
#include <tessera/primitives/check.h>

#include <iterator>
#include <utility>

namespace tessera::shell {

void HeldSends::submitted(core::Ticket ticket) {
  check(under_way_.empty() ? ticket > durable_ : ticket > under_way_.back(),
        "writes are numbered in their order");
  under_way_.push_back(ticket);
}

void HeldSends::hold(core::Send send) {
  const core::Ticket after = send.after;
  held_[after].push_back(std::move(send));
}

HeldSends::Released HeldSends::durable(core::Ticket ticket) {
  Released released;
  while (!under_way_.empty() && under_way_.front() <= ticket) {
    durable_ = under_way_.front();
    released.tickets.push_back(durable_);
    under_way_.pop_front();
  }
  const auto end = held_.upper_bound(durable_);
  for (auto each = held_.begin(); each != end; ++each) {
    released.sends.insert(released.sends.end(), std::make_move_iterator(each->second.begin()),
                          std::make_move_iterator(each->second.end()));
  }
  held_.erase(held_.begin(), end);
  return released;
}

}  // namespace tessera::shell
