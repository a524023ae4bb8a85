#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/bench/subject.h>
#include <tessera/runtime/tool/bench/write_plan.h>

#include <boost/asio/awaitable.hpp>

#include <memory>

/// Many puts at once, as fast as the group takes them.
namespace tessera::tool::bench {

/// Makes the puts of `plan` through `subject`, which stays until it is done. What failed and may
/// succeed later is put again, since a put twice is a put once; other errors end it.
boost::asio::awaitable<Result<void>> fill(std::shared_ptr<Subject> subject, WritePlan plan);

}  // namespace tessera::tool::bench
