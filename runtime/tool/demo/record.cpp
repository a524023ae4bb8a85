#include <tessera/runtime/tool/demo/record.h>

#include <algorithm>

namespace tessera::tool::demo {

Millis Record::now() const {
  return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - started);
}

Record::Gap Record::gap() const {
  Gap longest;
  if (!killed) return longest;
  Millis before = load_began;
  for (const Millis since : progress.acknowledged_at) {
    const Millis at = load_began + since;
    if (at > *killed && at - before > longest.to - longest.from) longest = {before, at};
    before = at;
  }
  return longest;
}

bool Record::positions_agree() const {
  return !verdicts.empty() && std::all_of(verdicts.begin(), verdicts.end(), [&](const auto& each) {
    return each.position == verdicts.front().position;
  });
}

bool Record::digests_agree() const {
  return positions_agree() && std::all_of(verdicts.begin(), verdicts.end(), [&](const auto& each) {
           return !each.digest.empty() && each.digest == verdicts.front().digest;
         });
}

bool Record::complete() const {
  return !verdicts.empty() && progress.acknowledged == data.rows.size() &&
         std::all_of(verdicts.begin(), verdicts.end(), [&](const Verdict& each) {
           return each.found == data.rows.size() && each.size == data.rows.size();
         });
}

double Record::rate() const {
  const std::chrono::duration<double> time = load_ended.value_or(load_began) - load_began;
  return time.count() > 0 ? static_cast<double>(progress.acknowledged) / time.count() : 0;
}

double bytes_per_second(const CatchUp& catch_up) {
  if (!catch_up.finished) return 0;
  const std::chrono::duration<double> time =
      *catch_up.finished - catch_up.answered.value_or(catch_up.began);
  return static_cast<double>(catch_up.bytes) / std::max(time.count(), 0.001);
}

}  // namespace tessera::tool::demo
