#pragma once

#include <tessera/groups/core/messages.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

/// Bounds what has arrived from a peer and has not been handled yet.
namespace tessera::shell {

/// Bytes in use, of a bound. Any thread may claim some; a claim gives them back when it dies.
class Allowance : public std::enable_shared_from_this<Allowance> {
 public:
  explicit Allowance(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  class Claim {
   public:
    Claim(std::shared_ptr<Allowance> allowance, std::size_t bytes)
        : allowance_(std::move(allowance)), bytes_(bytes) {}
    Claim(Claim&& other) noexcept
        : allowance_(std::move(other.allowance_)), bytes_(std::exchange(other.bytes_, 0)) {}
    Claim& operator=(Claim&&) = delete;
    ~Claim() {
      if (allowance_) {
        allowance_->bytes_.fetch_sub(bytes_, std::memory_order_relaxed);
      }
    }

   private:
    std::shared_ptr<Allowance> allowance_;
    std::size_t bytes_;
  };

  /// Nothing if the bound would be passed; one claim of any size fits where there is none.
  [[nodiscard]] std::optional<Claim> claim(std::size_t bytes) {
    const std::size_t before = bytes_.fetch_add(bytes, std::memory_order_relaxed);
    if (before != 0 && before + bytes > bytes_max_) {
      bytes_.fetch_sub(bytes, std::memory_order_relaxed);
      return std::nullopt;
    }
    return Claim(shared_from_this(), bytes);
  }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> bytes_ = 0;
};

/// A message on its way from a link to a member.
struct Incoming {
  core::Message message;
  Allowance::Claim claim;
};

}  // namespace tessera::shell
