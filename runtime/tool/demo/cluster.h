#pragma once

#include <tessera/primitives/result.h>
#include <tessera/runtime/tool/child_process.h>
#include <tessera/runtime/tool/control_client.h>
#include <tessera/runtime/tool/demo/member_view.h>

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// The demo's members: processes of this program on the loopback interface, each with its own
/// folder and log, and what each last said of itself.
///
/// Used on the one thread that runs the demo. `end`, which the destructor calls too, kills the
/// processes and, unless it is told to keep it, removes the folder.
namespace tessera::tool::demo {

/// A member by its place: 0 is the first one, which the others are told of.
using Place = std::size_t;

class Cluster : public std::enable_shared_from_this<Cluster> {
 public:
  struct Member {
    std::string name;
    std::filesystem::path data_dir;
    std::filesystem::path log;
    std::string listen;  ///< known once it has run; it is then started there again
    ChildProcess process;
    std::shared_ptr<ControlClient> client;
    std::optional<MemberView> view;       ///< nothing while it does not answer
    std::optional<MemberView> last_view;  ///< the last there was
    bool wanted = false;                  ///< it should be running
  };

  /// `folder`: made by `make_folder`; removed in the end unless `keep`.
  Cluster(std::filesystem::path folder, bool keep);
  ~Cluster() { end(); }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// A new folder for one run, readable by its owner only, its path short enough for sockets.
  static Result<std::filesystem::path> make_folder();

  enum class Part { founder, joiner };
  /// Starts the member at `place`: again, if it has run before, with the same data and address.
  Result<void> start(Place place, Part part);
  /// SIGKILL.
  void kill(Place place);
  /// SIGKILL, and what it stored is lost; its identity is not.
  Result<void> wipe(Place place);
  /// Kills all of them; who waits for something then gets an error.
  void interrupt();
  [[nodiscard]] bool interrupted() const { return interrupted_; }
  void end();

  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  /// The places of those that should be running.
  [[nodiscard]] std::vector<Place> running() const;
  /// The member that leads in the highest term, as far as anybody says.
  [[nodiscard]] std::optional<Place> leader() const;
  /// The highest commit index that anybody has told of.
  [[nodiscard]] std::uint64_t committed() const;

  /// Asks one member; its error names the member.
  boost::asio::awaitable<Result<nlohmann::json>> ask(Place place, nlohmann::json request);

  struct Wait {
    std::string what;  ///< "the three members to elect a leader"
    std::chrono::milliseconds patience{40'000};
    std::function<bool()> until;
    std::function<void()> meanwhile;  ///< called every few hundredths of a second; may be empty
  };
  /// Waits for a condition. `timed_out` with what was waited for and how each member is, or
  /// `disconnected` if a member ends that should run.
  boost::asio::awaitable<Result<void>> wait(Wait wait);

  /// Each member's state on a line of its own.
  [[nodiscard]] std::vector<std::string> states() const;
  /// The last lines of a member's log.
  [[nodiscard]] std::vector<std::string> log_tail(Place place) const;

 private:
  static boost::asio::awaitable<void> keep_watching(std::weak_ptr<Cluster> cluster, Place place);
  boost::asio::awaitable<void> look_at(Place place);
  [[nodiscard]] std::optional<Error> unexpected_end();

  std::filesystem::path folder_;
  std::string key_;
  bool keep_;
  bool interrupted_ = false;
  bool watching_ = false;  ///< the members' states are being asked for
  std::vector<Member> members_;
};

}  // namespace tessera::tool::demo
