#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/bench/shaped_port.h>
#include <tessera/runtime/tool/child_process.h>
#include <tessera/runtime/tool/control_client.h>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// The members that are measured: processes of this program on the loopback interface.
///
/// Used on the one thread that runs the benchmark. `end`, which the destructor calls too, kills the
/// processes and, unless it is told to keep it, removes the folder.
namespace tessera::tool::bench {

/// A member by its place: 0 is the first one, which the others are told of.
using Place = std::size_t;

class Cluster {
 public:
  struct Plan {
    std::filesystem::path folder;     ///< made by `make_folder`
    std::vector<std::string> member;  ///< the words that make this program a member
    std::size_t members = 3;          ///< found the group
    std::size_t joiners = 0;          ///< come later, in the places behind them, and never vote
    std::filesystem::path joiners_folder;   ///< made by `make_folder`; empty: `folder`
    bool joiners_yield = false;             ///< these get the processor time nobody else wants
    std::size_t bulk_bytes_per_second = 0;  ///< of each member; 0: no bound
    LineShape shape;                        ///< of what leads to each member
    bool keep = false;
  };
  explicit Cluster(Plan plan);
  ~Cluster() { end(); }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// A new folder within `parent`, readable by its owner only.
  static Result<std::filesystem::path> make_folder(const std::filesystem::path& parent);

  /// Starts the member at `place` with what it has stored, and waits until it answers.
  boost::asio::awaitable<Result<void>> start(Place place);
  /// SIGKILL, as a power failure would end it.
  void kill(Place place);
  /// SIGTERM: it closes its groups in good order. Completes when it has ended, at the latest
  /// killed.
  boost::asio::awaitable<Result<void>> close(Place place);
  /// What a killed member stored is lost; its identity is not.
  Result<void> wipe(Place place);
  /// Kills all; what they stored stays until the end.
  void stop();
  void end();
  /// Who waits for an answer, or for a member to answer, gets an error.
  void interrupt();

  /// Asks one member; its error names the member.
  boost::asio::awaitable<Result<nlohmann::json>> ask(Place place, nlohmann::json request);
  /// The member that says it leads.
  boost::asio::awaitable<Result<Place>> leader();
  [[nodiscard]] bool runs(Place place) const { return members_[place].client != nullptr; }
  /// All places.
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] std::size_t founders() const { return plan_.members; }
  /// The last lines of each member's log, for when something went wrong.
  [[nodiscard]] std::vector<std::string> log_tails() const;

 private:
  struct Member {
    std::filesystem::path data_dir;
    std::filesystem::path log;
    std::string listen = "127.0.0.1:0";  ///< known once it has run; it is then started there again
    std::unique_ptr<ShapedPort> line;    ///< where others reach it, if that is not where it listens
    bool rebuilt = false;                ///< it has lost its store: it joins, and never founds
    ChildProcess process;
    std::shared_ptr<ControlClient> client;
  };

  [[nodiscard]] std::string name(Place place) const;
  [[nodiscard]] bool is_joiner(Place place) const { return place >= plan_.members; }
  [[nodiscard]] std::vector<std::string> arguments(Place place) const;
  /// Where others reach a member; empty if that is not known yet.
  [[nodiscard]] std::string address(Place place) const;
  Result<void> shape_line(const boost::asio::any_io_executor& executor, Member& member) const;

  Plan plan_;
  std::string key_;
  bool interrupted_ = false;
  std::vector<Member> members_;
};

}  // namespace tessera::tool::bench
