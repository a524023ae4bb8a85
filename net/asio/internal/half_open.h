#pragma once

#include <tessera/net/asio/internal/handshaker.h>

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <list>
#include <memory>

/// The incoming connections whose peers have not proved who they are, bounded in number.
///
/// When there are too many, the oldest goes, not the newest: an honest peer is done within
/// milliseconds, so it is the silent ones that give way. On the transport's strand.
namespace tessera::net {

class HalfOpen {
 public:
  struct Limits {
    std::size_t total = 0;
    std::size_t per_address = 0;
  };
  explicit HalfOpen(Limits limits) : limits_(limits) {}

  struct Entry {
    boost::asio::ip::address address;
    std::weak_ptr<Operation> handshake;
  };
  using Ticket = std::uint64_t;

  /// Takes in one more. Whoever had to give way for it is aborted; returns their number.
  std::size_t add(Ticket ticket, Entry entry);
  void remove(Ticket ticket);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Numbered {
    Ticket ticket;
    Entry entry;
  };
  [[nodiscard]] std::size_t count(const boost::asio::ip::address& address) const;
  [[nodiscard]] boost::asio::ip::address most_frequent() const;
  void evict_oldest(const boost::asio::ip::address& address);

  const Limits limits_;
  std::list<Numbered> entries_;  // Oldest first; at most `total`, a few dozen.
};

}  // namespace tessera::net
