#include <tessera/net/noise/hash.h>
#include <tessera/primitives/check.h>

#include <sodium.h>

namespace tessera::net::noise {
namespace {

/// Unkeyed BLAKE2b with 64 bytes of output; its state is wiped because HMAC feeds it keys.
class Blake2b {
 public:
  Blake2b() {
    check(crypto_generichash_init(&state_, nullptr, 0, hash_size) == 0, "BLAKE2b did not start");
  }
  Blake2b(const Blake2b&) = delete;
  Blake2b& operator=(const Blake2b&) = delete;
  ~Blake2b() { sodium_memzero(&state_, sizeof state_); }

  void update(ByteView bytes) { crypto_generichash_update(&state_, bytes.data(), bytes.size()); }
  void final(std::span<std::uint8_t, hash_size> out) {
    crypto_generichash_final(&state_, out.data(), out.size());
  }

 private:
  crypto_generichash_state state_{};
};

Secret<hash_block_size> padded_key(const ChainingKey& key, std::uint8_t pad) {
  Secret<hash_block_size> block;
  std::copy_n(key.data(), hash_size, block.data());
  for (std::uint8_t& byte : block.span()) byte ^= pad;
  return block;
}

}  // namespace

Digest hash(std::initializer_list<ByteView> parts) {
  Blake2b blake;
  for (const ByteView part : parts) blake.update(part);
  Digest digest;
  blake.final(digest);
  return digest;
}

ChainingKey hmac(const ChainingKey& key, std::initializer_list<ByteView> parts) {
  ChainingKey inner_digest;
  {
    Blake2b inner;
    inner.update(padded_key(key, 0x36).view());
    for (const ByteView part : parts) inner.update(part);
    inner.final(inner_digest.span());
  }
  ChainingKey digest;
  Blake2b outer;
  outer.update(padded_key(key, 0x5c).view());
  outer.update(inner_digest.view());
  outer.final(digest.span());
  return digest;
}

Derived hkdf(const ChainingKey& chaining_key, ByteView input_key_material) {
  static constexpr std::array<std::uint8_t, 3> counter{1, 2, 3};
  const ByteView counters(counter);
  const ChainingKey temporary = hmac(chaining_key, {input_key_material});
  Derived derived;
  derived.first = hmac(temporary, {counters.subspan(0, 1)});
  derived.second = hmac(temporary, {derived.first.view(), counters.subspan(1, 1)});
  derived.third = hmac(temporary, {derived.second.view(), counters.subspan(2, 1)});
  return derived;
}

}  // namespace tessera::net::noise
