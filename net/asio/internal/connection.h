#pragma once

#include <tessera/net/asio/internal/tcp_context.h>
#include <tessera/net/channel/channel_reader.h>
#include <tessera/net/channel/channel_writer.h>
#include <tessera/net/channel/frame_queue.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

/// One established connection: reads, opens, seals, writes, keeps alive and notices the end.
///
/// All its work runs on the strand of its socket, except that much at once of the bulk lane is
/// sealed and opened beside it (`TcpOptions::bulk_work`); the public functions are callable from
/// any thread and hop there. Pending operations keep it alive, its user only holds a reference.
namespace tessera::net {

/// How a connection ended.
struct Ending {
  Error reason;
  std::optional<Goodbye> heard;  ///< what the other side said, if it said anything
};

/// How this side ends one.
struct Parting {
  Error reason;
  Goodbye say = Goodbye::closing;
};

/// What a connection tells its user; on the connection's strand.
class ConnectionUser {
 public:
  virtual ~ConnectionUser() = default;
  /// The other side has chosen this connection.
  virtual void on_accepted(Lane lane) = 0;
  /// The listener asks the dialler for the bulk connection.
  virtual void on_bulk_wanted() = 0;
  virtual void on_frame(Lane lane, Frame frame) = 0;
  virtual void on_drained(Lane lane) = 0;
  /// The last call, once.
  virtual void on_ended(Lane lane, const Ending& ending) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Parts {
    std::shared_ptr<const TcpContext> context;
    Socket socket;
    noise::CipherState send;
    noise::CipherState receive;
    Lane lane = Lane::control;
    std::shared_ptr<FrameQueue> queue;
  };
  explicit Connection(Parts parts);

  /// Starts to read, but holds back frames. If `needs_accept`, the other side must say `accept`
  /// within the handshake's time.
  struct Begin {
    std::weak_ptr<ConnectionUser> user;
    bool needs_accept = false;
  };
  void begin(Begin begin);

  /// Both sides have agreed on this connection: frames may be sent, after an `accept` if it is for
  /// this side to say so.
  struct Open {
    bool says_accept = false;
  };
  void open(Open open);

  /// Frames may be delivered.
  void deliver();

  /// There is something in the queue.
  void wake();
  void ping();
  void ask_for_bulk();

  /// Sends what is queued, says goodbye, waits for the other side to close, but all that only for
  /// the linger time.
  void finish(Parting parting);
  /// Closes at once; says goodbye if that takes no waiting.
  void abort(Parting parting);

  /// Grows whenever the other side is heard of.
  [[nodiscard]] std::uint64_t bytes_received() const { return bytes_received_; }

 private:
  void tick();
  void on_tick();
  void read();
  void on_read(std::size_t count);
  void open_received();
  void pump();
  void on_event(ChannelReader::Event event);
  void flush();
  [[nodiscard]] bool may_send_frames();
  [[nodiscard]] bool take_frames(std::size_t bytes);
  void seal_frames(std::size_t bytes);
  void write();
  void seal_signals();
  void on_written();
  void say_end(Goodbye goodbye);
  void on_write_failed(const boost::system::error_code& error);
  void fail(const Error& reason);
  void end(Ending ending, std::optional<Goodbye> say);
  [[nodiscard]] bool has_all_sent() const;

  /// Runs `work`, beside the strand if it is long, and then `after` on it. Meanwhile nobody else
  /// may touch what `work` does.
  template <class Work, class After>
  void beside_strand(std::size_t bytes, Work work, After after);

  std::shared_ptr<const TcpContext> context_;
  Socket socket_;
  Timer timer_;
  Timer pace_timer_;
  ChannelWriter writer_;
  ChannelReader reader_;
  const Lane lane_;
  const std::shared_ptr<FrameQueue> queue_;
  std::weak_ptr<ConnectionUser> user_;
  std::atomic<std::uint64_t> bytes_received_ = 0;

  // Reading: receive, open what was received, hand it out. A frame that may not be delivered yet is
  // held, and nothing is read behind it.
  std::deque<ChannelReader::Event> opened_;
  std::optional<Error> open_failure_;  // What comes behind `opened_`.
  std::optional<Frame> held_;
  bool is_delivering_ = false;
  bool is_reading_ = false;    // Receiving or opening.
  bool has_received_ = false;  // What has not been opened yet.
  SteadyClock::time_point heard_at_;

  // Writing: one operation at a time, of everything that waits up to a batch: sealing, then
  // writing.
  std::vector<std::uint8_t> out_;
  std::deque<Frame> frames_;
  std::size_t bytes_in_flight_ = 0;
  bool is_writing_ = false;
  bool is_sealing_ = false;
  bool is_pacing_ = false;  // The lane has had its share; `pace_timer_` goes on.
  bool is_open_ = false;
  SteadyClock::time_point spoke_at_;
  struct Due {
    bool accept = false;
    bool ping = false;
    bool pong = false;
    bool open_bulk = false;
  } due_;

  std::optional<SteadyClock::time_point> accept_by_;
  std::optional<Parting> finishing_;  // What is reported when the end has been said.
  SteadyClock::time_point finish_by_;
  bool has_said_end_ = false;
  bool has_ended_ = false;
};

}  // namespace tessera::net
