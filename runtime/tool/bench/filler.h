#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/bench/subject.h>
#include <tessera/runtime/tool/bench/write_plan.h>

#include <boost/asio/awaitable.hpp>

#include <memory>

/// Many puts at once, as fast as the group takes them.
namespace tessera::tool::bench {

struct FillPlan {
  WritePlan writes;
  std::uint64_t puts_in_one = 1;  ///< that one command carries
  bool made = false;  ///< commands carry the plan, and every member makes the puts by itself

  /// How many that takes.
  [[nodiscard]] std::uint64_t commands() const;
  /// How many puts come about by one.
  [[nodiscard]] std::uint64_t puts_of_one() const;
};

/// Makes the puts of `plan` through `subject`, which stays until it is done. What failed and may
/// succeed later is put again, since a put twice is a put once; other errors end it.
boost::asio::awaitable<Result<void>> fill(std::shared_ptr<Subject> subject, FillPlan plan);

}  // namespace tessera::tool::bench
