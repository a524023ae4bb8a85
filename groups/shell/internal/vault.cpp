#include <tessera/groups/shell/internal/vault.h>

#include <mutex>
#include <utility>

namespace tessera::shell {

Vault::Vault(std::unique_ptr<storage::Store> store)
    : run_(store->run()),
      durable_(store->durable()),
      store_(std::move(store)),
      writer_(std::make_unique<storage::Writer>(store_->log())) {}

Vault::~Vault() { close(); }

std::uint64_t Vault::draw_run() {
  const std::uint64_t run = run_.number + drawn_++;
  return run != 0 ? run : draw_run();
}

void Vault::submit(storage::GroupWrite write, storage::Writer::Completion completion) {
  const std::shared_lock lock(mutex_);
  if (writer_) {
    writer_->submit(std::move(write), std::move(completion));
  }
}

bool Vault::run_in_order(Work work) {
  const std::shared_lock lock(mutex_);
  if (!writer_) {
    return false;
  }
  // The writer ends before the store does, so the reference outlives the call.
  writer_->run([work = std::move(work), store = store_.get()] { work(*store); });
  return true;
}

bool Vault::use(const Work& work) {
  const std::shared_lock lock(mutex_);
  if (!store_) {
    return false;
  }
  work(*store_);
  return true;
}

std::size_t Vault::bytes_waiting() const {
  const std::shared_lock lock(mutex_);
  return writer_ ? writer_->bytes_waiting() : 0;
}

void Vault::close() {
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<storage::Writer> writer;
  {
    const std::unique_lock lock(mutex_);
    store = std::move(store_);
    writer = std::move(writer_);
  }
  // In this order, and without the lock: the last completions may ask something of the vault.
  writer.reset();
  store.reset();
}

}  // namespace tessera::shell
