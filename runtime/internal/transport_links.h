#pragma once

#include <tessera/groups/shell/link_source.h>
#include <tessera/net/transport.h>

#include <memory>

/// A `net::Transport` as the shell's source of links.
namespace tessera::runtime {

[[nodiscard]] std::unique_ptr<shell::LinkSource> make_transport_links(
    std::unique_ptr<net::Transport> transport);

}  // namespace tessera::runtime
