#pragma once

#include <tessera/net/asio/internal/penalties.h>
#include <tessera/net/asio/internal/tcp_link.h>
#include <tessera/net/transport.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

/// Decides which connection is the link to a peer, so that there is never more than one.
///
/// The rule for two connections between the same two peers is that the peer with the lower id
/// decides: it says `accept` on one and `duplicate` on the others, and the peer with the higher id
/// waits for that. So both ends keep the same one, whatever the order in which each of them saw
/// the two come about. Of connections that came about at the same time the first to be complete
/// wins. One that was dialled later than the present link was established comes from a peer that
/// has lost that link, or has started again: the present link is probed, and replaced if it is
/// silent.
///
/// Runs on the transport's strand, except where a function says otherwise.
namespace tessera::net {

/// Hears which peers are linked; on the transport's strand.
class PeerWatcher {
 public:
  virtual ~PeerWatcher() = default;
  virtual void on_peer_up(const PeerId& peer) = 0;
  struct Loss {
    SteadyClock::duration lived;  ///< how long the link was up
    bool is_breach = false;       ///< the peer broke the protocol
  };
  virtual void on_peer_down(const PeerId& peer, const Loss& loss) = 0;
};

class Switchboard final : public LinkOwner, public std::enable_shared_from_this<Switchboard> {
 public:
  /// The peer that is now linked, be it over another connection; or why there is no link.
  using OnDecided = std::function<void(Result<PeerId>)>;

  Switchboard(std::shared_ptr<const TcpContext> context, Strand strand);

  /// Before anything else, once.
  void start(std::weak_ptr<TransportEvents> events, std::weak_ptr<PeerWatcher> watcher);

  /// A connection whose handshake is done. `on_decided` may be empty; it is called once, unless
  /// the transport stops.
  struct Arrival {
    Socket socket;
    Introduction introduction;
    SteadyClock::time_point began;
    OnDecided on_decided;
  };
  void admit(Arrival arrival);

  [[nodiscard]] bool is_linked(const PeerId& peer) const { return links_.contains(peer); }

  /// Lets go of every link. From any thread; nothing is admitted afterwards.
  void stop();

  /// After `stop`: forgets what has been let go.
  void clear();

  // LinkOwner: from any thread.
  void on_link_accepted(std::shared_ptr<TcpLink> link) override;
  void on_bulk_needed(std::shared_ptr<TcpLink> link) override;
  void on_breach(const PeerId& peer, const Error& reason) override;
  void on_link_finished(std::shared_ptr<TcpLink> link, Ending ending) override;

 private:
  struct Candidate {
    std::shared_ptr<TcpLink> link;
    OnDecided on_decided;
  };
  struct Entry {
    std::shared_ptr<TcpLink> link;
    SteadyClock::time_point established;
    std::optional<Candidate> successor;  // Waits for `link` to end, or to prove that it lives.
    std::shared_ptr<Timer> probe;
  };

  void admit_control(Arrival arrival);
  void admit_bulk(Arrival arrival);
  [[nodiscard]] bool decides_about(const PeerId& peer) const;
  void decide(Candidate candidate);
  void obey(Candidate candidate);
  void install(Candidate candidate);
  void park(Entry& entry, Candidate candidate);
  void probe(Entry& entry);
  void on_probed(const PeerId& peer, std::uint64_t bytes_before);
  void decline(Candidate candidate, const Parting& parting);
  void accepted(const std::shared_ptr<TcpLink>& link);
  void finished(const std::shared_ptr<TcpLink>& link, const Ending& ending);
  void lost(const PeerId& peer, const Ending& ending);
  [[nodiscard]] bool remember(const std::shared_ptr<TcpLink>& link);

  const std::shared_ptr<const TcpContext> context_;
  const Strand strand_;
  std::weak_ptr<TransportEvents> events_;
  std::weak_ptr<PeerWatcher> watcher_;
  Penalties penalties_;
  std::map<PeerId, Entry> links_;
  std::map<std::shared_ptr<TcpLink>, OnDecided> undecided_;  // For the peer to decide about.

  // Every link that holds a connection, for `stop`, which may run beside the strand.
  std::mutex all_mutex_;
  std::set<std::shared_ptr<TcpLink>> all_;
  bool is_stopped_ = false;
};

}  // namespace tessera::net
