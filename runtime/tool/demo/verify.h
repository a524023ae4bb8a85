#pragma once

#include <tessera/runtime/tool/demo/cluster.h>
#include <tessera/runtime/tool/demo/record.h>

#include <boost/asio/awaitable.hpp>

/// Whether a member holds what was acknowledged.
namespace tessera::tool::demo {

/// The position of a state that holds everything acknowledged so far: that of a strong read.
boost::asio::awaitable<Result<std::string>> read_strongly(Cluster& cluster, Place place);

/// Asks the member for its digest, with the position it belongs to, and for every row it holds,
/// and compares the rows with those that were acknowledged.
boost::asio::awaitable<Result<Verdict>> examine(Cluster& cluster, Place place,
                                                const Record& record);

}  // namespace tessera::tool::demo
