#pragma once

#include "tcp_node.h"
#include <tessera/net/channel/channel_reader.h>
#include <tessera/net/channel/channel_writer.h>
#include <tessera/net/channel/handshake.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

/// A peer with a blocking socket that a test makes misbehave.
namespace tessera::net::fixture {

class RawPeer {
 public:
  using Octets = std::vector<std::uint8_t>;

  explicit RawPeer(const Address& address, std::shared_ptr<const Identity> who = new_identity())
      : identity(std::move(who)), socket_(io_) {
    socket_.connect({boost::asio::ip::make_address(address.host), address.port});
  }

  void write(const Octets& bytes) {
    boost::system::error_code closed;  // The other side may have hung up: that is often the point.
    boost::asio::write(socket_, boost::asio::buffer(bytes), closed);
  }
  void write(std::string_view text) { write(Octets(text.begin(), text.end())); }

  /// Reads until the other side closes; returns how much there was.
  std::size_t read_to_end() {
    std::size_t total = 0;
    boost::system::error_code error;
    while (!error) {
      std::array<std::uint8_t, 4096> buffer;
      total += socket_.read_some(boost::asio::buffer(buffer), error);
    }
    return total;
  }

  void close() { socket_.close(); }
  void shutdown() {
    boost::system::error_code closed;  // By the other side already.
    socket_.shutdown(boost::asio::socket_base::shutdown_send, closed);
  }

  /// Completes the handshake as a dialler. False if the other side hangs up.
  bool introduce() {
    HandshakeSettings settings;
    settings.identity = identity;
    settings.static_keys = noise::KeyPair::generate();
    settings.network = network;
    settings.run = RunId(UniqueId::from("raw"));
    settings.records = records;
    return introduce(std::move(settings));
  }
  bool introduce(HandshakeSettings settings) {
    Handshake handshake(std::move(settings));
    for (;;) {
      write(handshake.take_output());
      if (handshake.is_finished()) break;
      Octets bytes(handshake.bytes_wanted());
      boost::system::error_code error;
      boost::asio::read(socket_, boost::asio::buffer(bytes), error);
      if (error || !handshake.feed(bytes)) return false;
    }
    Introduction introduction = handshake.introduction();
    peer = introduction.peer;
    sealer.emplace(introduction.send);
    writer.emplace(RecordCipher(introduction.send, records));
    reader_.emplace(RecordCipher(introduction.receive, records), ChannelReader::Limits{});
    return true;
  }

  /// The next event; nothing at the end of the stream.
  std::optional<ChannelReader::Event> next() {
    for (;;) {
      auto event = reader_->next();
      if (!event) return std::nullopt;
      if (*event) return std::move(**event);
      const std::span<std::uint8_t> space = reader_->space();
      boost::system::error_code error;
      const std::size_t count =
          socket_.read_some(boost::asio::buffer(space.data(), space.size()), error);
      if (error) return std::nullopt;
      reader_->filled(count);
    }
  }

  /// Completes the handshake and brings about the link, whoever of the two decides.
  bool link() {
    if (!introduce()) return false;
    if (identity->peer() < peer) {
      Octets accept;
      writer->signal(Signal::accept, accept);
      sealer_records_ = 1;
      write(accept);
      return true;
    }
    const auto event = next();
    return event && event->signal == Signal::accept;
  }

  /// A record with any content, sealed as the next one. For raw use instead of `writer`.
  Octets sealed(Octets content) {
    for (; sealer_records_ > 0; --sealer_records_) {
      Octets skipped(RecordCipher::tag_size);
      sealer->seal(skipped);
    }
    content.resize(content.size() + RecordCipher::tag_size);
    sealer->seal(content);
    Octets record;
    record.reserve(record_length_size + content.size());
    record.push_back(static_cast<std::uint8_t>(content.size() >> 8U));
    record.push_back(static_cast<std::uint8_t>(content.size()));
    record.insert(record.end(), content.begin(), content.end());
    return record;
  }

  std::shared_ptr<const Identity> identity;
  RecordProtection records = RecordProtection::sealed;
  NetworkId network = test_network();  ///< that it says it is of
  PeerId peer;
  std::optional<RecordCipher> sealer;
  std::optional<ChannelWriter> writer;

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::optional<ChannelReader> reader_;
  int sealer_records_ = 0;
};

}  // namespace tessera::net::fixture
