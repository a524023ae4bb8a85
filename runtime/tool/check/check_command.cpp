#include <tessera/net/address.h>
#include <tessera/runtime/tool/bench/throughput.h>
#include <tessera/runtime/tool/check/check_command.h>
#include <tessera/runtime/tool/check/findings.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using bench::Cluster;
using check::Finding;
using Clock = std::chrono::steady_clock;

constexpr int dials = 5;
constexpr std::size_t group_members = 3;
constexpr std::uint64_t group_keys = 100;

Finding failure(const std::string& name, const Error& error, const std::string& meaning) {
  Finding finding;
  finding.name = name;
  finding.measured = error.message();
  finding.meaning = meaning;
  return finding;
}

/// Seconds that half of a few connections to `host` took at most to be made: a round trip each.
Result<double> dial(const std::string& host, const std::string& port) {
  asio::io_context io;
  boost::system::error_code error;
  const auto endpoints = tcp::resolver(io).resolve(host, port, error);
  if (error) return Error(Errc::io_failed, host + ": " + error.message());
  std::array<double, dials> took{};
  for (double& each : took) {
    tcp::socket socket(io);
    const auto began = Clock::now();
    asio::connect(socket, endpoints, error);
    if (error) return Error(Errc::io_failed, host + ":" + port + ": " + error.message());
    each = std::chrono::duration<double>(Clock::now() - began).count();
  }
  std::sort(took.begin(), took.end());
  return took[dials / 2];
}

Finding check_peer(const net::Address& peer) {
  const auto took = dial(peer.host, std::to_string(peer.port));
  if (took) return check::judge_round_trip(peer.to_string(), *took);
  return failure(
      "network", took.error(),
      "no member can reach this one: is it running, and does a firewall let it through?");
}

[[nodiscard]] Cluster::Plan members_in(const std::filesystem::path& folder) {
  Cluster::Plan plan;
  plan.folder = folder;
  plan.member = {"bench", "client-member"};
  plan.members = group_members;
  return plan;
}

/// Three members in a folder of their own write, read strongly, and compare their states.
class SmallGroup {
 public:
  explicit SmallGroup(const std::filesystem::path& folder)
      : cluster_(std::make_shared<Cluster>(members_in(folder))) {}

  Result<bench::ThroughputRun> run() {
    asio::io_context io(1);
    asio::signal_set signals(io, SIGINT, SIGTERM, SIGHUP);
    signals.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) cluster_->interrupt();
    });
    Result<bench::ThroughputRun> outcome = Error(Errc::disconnected, "interrupted");
    auto measured = bench::measure_throughput(cluster_, plan(), {});
    spawn(io.get_executor(), take(std::move(measured), outcome, io));
    io.run();
    return outcome;
  }
  [[nodiscard]] std::vector<std::string> log_tails() const { return cluster_->log_tails(); }

 private:
  static bench::ThroughputPlan plan() {
    bench::ThroughputPlan plan;
    plan.options.work = ThroughputOptions::Work::read;
    plan.options.keys = group_keys;
    plan.options.seconds = 0.6;
    plan.options.warm_up = 0;
    plan.variant = {group_members, 256, "spread", "strong", "fsync"};
    return plan;
  }
  static asio::awaitable<void> take(asio::awaitable<Result<bench::ThroughputRun>> measured,
                                    Result<bench::ThroughputRun>& outcome, asio::io_context& io) {
    outcome = co_await std::move(measured);
    io.stop();
  }

  std::shared_ptr<Cluster> cluster_;
};

Finding check_group(const std::filesystem::path& folder) {
  SmallGroup group(folder);
  const auto began = Clock::now();
  const auto run = group.run();
  if (!run) {
    for (const std::string& line : group.log_tails()) say("    " + line);
    return failure("group", run.error(), "members on this machine do not come to agree");
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  Finding finding;
  finding.name = "group";
  finding.passed = true;
  finding.measured =
      fmt::format("{} members found a group, committed {} writes and answered {} strong reads",
                  group_members, group_keys, run->latency.count());
  finding.meaning = "store, links, elections and commits work here; all members hold the same";
  finding.figure = seconds;
  finding.unit = "seconds";
  return finding;
}

std::vector<Finding> check_machine(const std::filesystem::path& folder, bool with_loopback) {
  const auto machine = bench::measure_machine(folder);
  if (!machine) {
    return {failure("disk", machine.error(), "a member could not keep its data here")};
  }
  std::vector<Finding> findings = {check::judge_disk(machine->sync_time)};
  if (with_loopback) {
    findings.push_back(check::judge_round_trip("this machine itself", machine->round_trip));
  }
  findings.push_back(check::judge_cipher(machine->cipher));
  return findings;
}

}  // namespace

ExitCode run_check(const CheckOptions& options) {
  std::vector<net::Address> peers;
  for (const std::string& each : options.peers) {
    auto peer = net::Address::parse(each);
    if (!peer) {
      static_cast<void>(complain(peer.error().within("--peer " + each)));
      return ExitCode::usage;
    }
    peers.push_back(*std::move(peer));
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<Finding> findings;
  const auto add = [&](Finding finding) {
    if (!options.json) print(text_of(finding));
    findings.push_back(std::move(finding));
  };
  const auto folder = Cluster::make_folder(options.folder);
  if (!folder) {
    add(failure("disk", folder.error(), "a member could not keep its data here"));
  } else {
    for (Finding& each : check_machine(*folder, peers.empty())) add(std::move(each));
  }
  for (const net::Address& peer : peers) add(check_peer(peer));
  if (folder) add(check_group(*folder));
  if (options.json) print(json_of(findings).dump(1));
  return all_passed(findings) ? ExitCode::done : ExitCode::failed;
}

}  // namespace tessera::tool
