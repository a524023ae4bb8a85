#include <tessera/net/channel/record_cipher.h>
#include <tessera/runtime/tool/bench/machine_limits.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

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

/// Appends of `bytes` a second, each synced.
Result<double> appends_a_second(const std::filesystem::path& path, std::size_t bytes) {
  const ScratchFile file(path);
  const std::vector<std::uint8_t> block(bytes, 0x5a);
  const auto began = Clock::now();
  double appends = 0;
  for (; Clock::now() - began < enough; ++appends) {
    if (!file.append_and_sync(block)) {
      return Error(Errc::io_failed, path.string() + ": " + std::strerror(errno));
    }
  }
  return appends / seconds_since(began);
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
  const auto sequential = appends_a_second(folder / "limit", large);
  if (!sequential) return sequential.error();
  const auto syncs = appends_a_second(folder / "limit", small);
  if (!syncs) return syncs.error();
  const auto loopback = loopback_rate();
  if (!loopback) return loopback.error();
  MachineLimits limits;
  limits.disk = *sequential * static_cast<double>(large);
  limits.syncs = *syncs;
  limits.loopback = *loopback;
  limits.cipher = sealing_rate();
  return limits;
}

}  // namespace tessera::tool::bench
