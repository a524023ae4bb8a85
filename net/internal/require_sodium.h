#pragma once

/// Starts libsodium. Every function that makes a key calls it first; any thread, any number of
/// times.
namespace tessera::net {

void require_sodium();

}  // namespace tessera::net
