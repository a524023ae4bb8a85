#include <tessera/net/channel/record_cipher.h>
#include <tessera/runtime/tool/bench/machine_limits.h>
#include <tessera/runtime/tool/histogram.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tessera::tool::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;

/// Each measurement goes on for so long.
constexpr std::chrono::milliseconds enough{250};
constexpr std::size_t record_bytes = std::size_t{64} << 10U;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

/// A file that is gone with its owner.
class ScratchFile {
 public:
  explicit ScratchFile(std::filesystem::path path)
      : path_(std::move(path)),
        file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~ScratchFile() {
    if (file_ >= 0) ::close(file_);
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  [[nodiscard]] bool append_and_sync(const std::vector<std::uint8_t>& bytes) const {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    return written == static_cast<ssize_t>(bytes.size()) && fdatasync(file_) == 0;
  }

 private:
  std::filesystem::path path_;
  int file_;
};

/// How often something can be done one after the other, and how long it mostly takes.
struct Pace {
  double a_second = 0;
  double median = 0;  ///< seconds
};

/// Calls `once` until it has gone on for long enough, or returns false.
template <class Once>
Pace pace_of(Once once) {
  Histogram times;
  const auto began = Clock::now();
  auto last = began;
  while (last - began < enough && once()) {
    const auto now = Clock::now();
    times.add(now - last);
    last = now;
  }
  Pace pace;
  pace.a_second = static_cast<double>(times.count()) / seconds_since(began);
  pace.median = std::chrono::duration<double>(times.percentile(0.5)).count();
  return pace;
}

/// Appends of `bytes`, each synced.
Result<Pace> appends(const std::filesystem::path& path, std::size_t bytes) {
  const ScratchFile file(path);
  const std::vector<std::uint8_t> block(bytes, 0x5a);
  bool written = true;
  const Pace pace = pace_of([&] { return written = file.append_and_sync(block); });
  if (!written) return Error(Errc::io_failed, path.string() + ": " + std::strerror(errno));
  return pace;
}

/// A few bytes there and back.
Result<Pace> round_trips() {
  asio::io_context io;
  error_code error;
  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  tcp::socket near(io);
  near.connect(acceptor.local_endpoint(), error);
  if (error) return Error(Errc::io_failed, "the loopback interface: " + error.message());
  tcp::socket far = acceptor.accept();
  near.set_option(tcp::no_delay(true));
  far.set_option(tcp::no_delay(true));
  constexpr std::size_t message_bytes = 64;
  std::thread echo([&far] {
    std::array<std::uint8_t, message_bytes> message{};
    error_code ended;
    for (;;) {
      asio::read(far, asio::buffer(message), ended);
      if (!ended) asio::write(far, asio::buffer(message), ended);
      if (ended) return;
    }
  });
  std::array<std::uint8_t, message_bytes> message{};
  const Pace pace = pace_of([&] {
    asio::write(near, asio::buffer(message), error);
    if (!error) asio::read(near, asio::buffer(message), error);
    return !error;
  });
  near.close(error);
  echo.join();
  return pace;
}

/// Bytes a second that one thread sends and this one takes in.
Result<double> loopback_rate() {
  asio::io_context io;
  error_code error;
  tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  tcp::socket sender(io);
  sender.connect(acceptor.local_endpoint(), error);
  if (error) return Error(Errc::io_failed, "the loopback interface: " + error.message());
  tcp::socket receiver = acceptor.accept();
  std::thread sending([&sender] {
    const std::vector<std::uint8_t> block(record_bytes, 0x5a);
    error_code ended;
    while (!ended) asio::write(sender, asio::buffer(block), ended);
  });
  std::vector<std::uint8_t> block(record_bytes);
  const auto began = Clock::now();
  double bytes = 0;
  while (Clock::now() - began < enough && !error) {
    bytes += static_cast<double>(receiver.read_some(asio::buffer(block), error));
  }
  const double rate = bytes / seconds_since(began);
  receiver.close(error);
  sending.join();
  return rate;
}

double sealing_rate() {
  const net::noise::CipherState::Key key(std::array<std::uint8_t, 32>{7});
  net::RecordCipher cipher{net::noise::CipherState(key)};
  std::vector<std::uint8_t> record(record_bytes + net::RecordCipher::tag_size, 0x5a);
  const auto began = Clock::now();
  double bytes = 0;
  for (; Clock::now() - began < enough; bytes += record_bytes) cipher.seal(record);
  return bytes / seconds_since(began);
}

}  // namespace

Result<MachineLimits> measure_machine(const std::filesystem::path& folder) {
  constexpr std::size_t large = std::size_t{1} << 20U;
  constexpr std::size_t small = std::size_t{4} << 10U;
  const auto sequential = appends(folder / "limit", large);
  if (!sequential) return sequential.error();
  const auto syncs = appends(folder / "limit", small);
  if (!syncs) return syncs.error();
  const auto loopback = loopback_rate();
  if (!loopback) return loopback.error();
  const auto trips = round_trips();
  if (!trips) return trips.error();
  MachineLimits limits;
  limits.disk = sequential->a_second * static_cast<double>(large);
  limits.syncs = syncs->a_second;
  limits.sync_time = syncs->median;
  limits.loopback = *loopback;
  limits.round_trip = trips->median;
  limits.cipher = sealing_rate();
  return limits;
}

MachineLimits better_of(const MachineLimits& one, const MachineLimits& other) {
  MachineLimits better;
  better.disk = std::max(one.disk, other.disk);
  better.syncs = std::max(one.syncs, other.syncs);
  better.loopback = std::max(one.loopback, other.loopback);
  better.cipher = std::max(one.cipher, other.cipher);
  better.sync_time = std::min(one.sync_time, other.sync_time);
  better.round_trip = std::min(one.round_trip, other.round_trip);
  return better;
}

}  // namespace tessera::tool::bench
