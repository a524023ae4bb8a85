#include <tessera/groups/core/raft/read_rounds.h>
#include <tessera/primitives/check.h>

#include <utility>

namespace tessera::core {

bool ReadRounds::add(const ReadAsk& ask) {
  if (waiting_.size() >= waiting_max) return false;
  waiting_.push_back(ask);
  return true;
}

void ReadRounds::open(Term term, Index index) {
  check(!round_, "one round is in flight at a time");
  round_ = ReadRound{term, ++counter_};
  index_ = index;
  answers_.clear();
  asked_ = std::exchange(waiting_, {});
}

bool ReadRounds::answered(const MemberId& member, const ReadRound& round) {
  if (!round_ || round != *round_) return false;
  answers_.insert(member);
  return true;
}

std::vector<ReadAsk> ReadRounds::close() {
  round_.reset();
  return std::exchange(asked_, {});
}

std::vector<ReadAsk> ReadRounds::abandon() {
  std::vector<ReadAsk> all = close();
  all.insert(all.end(), waiting_.begin(), waiting_.end());
  waiting_.clear();
  return all;
}

}  // namespace tessera::core
