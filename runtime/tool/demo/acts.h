#pragma once

#include <tessera/runtime/tool/demo/cluster.h>
#include <tessera/runtime/tool/demo/record.h>

#include <boost/asio/awaitable.hpp>

#include <memory>

/// The story of the demo, from three members that find each other to four that hold the same.
namespace tessera::tool::demo {

/// Plays it and fills in `record`, whose data set and seed are given. Fails if a step does not come
/// about in its time; whether the members agree in the end stands in the record.
boost::asio::awaitable<Result<void>> play(std::shared_ptr<Cluster> cluster,
                                          std::shared_ptr<Record> record);

}  // namespace tessera::tool::demo
