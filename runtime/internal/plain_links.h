#pragma once

#include <tessera/runtime/network.h>

#include <boost/asio/any_io_executor.hpp>

/// Links that are not encrypted, for `tessera bench --plain`, which measures what encryption costs.
namespace tessera::runtime {

/// As the constructor of `Network`, but for what its links carry behind the handshake: that can be
/// read and changed by anybody on its way. Peers still prove who they are; those whose links are
/// encrypted refuse this node, and it them. There is no setting for this, and no installed header:
/// docs/decisions/0503.
[[nodiscard]] Network open_with_plain_links(boost::asio::any_io_executor executor,
                                            const NetworkConfig& config);

}  // namespace tessera::runtime
