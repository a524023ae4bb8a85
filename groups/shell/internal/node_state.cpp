#include <tessera/groups/shell/internal/node_state.h>
#include <tessera/storage/memory/memory_store.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

/// Under what name the store keeps the address book.
constexpr std::string_view addresses_record = "addresses";

/// A failed dial is repeated within seconds: older ones have come right, or are no longer tried.
constexpr Duration dial_failure_age_max = std::chrono::seconds(15);

}  // namespace

Node::State::State(NodeOptions options, std::shared_ptr<OffloadThreads> threads)
    : options_(std::move(options)),
      threads_(std::move(threads)),
      keys_(std::make_shared<KeyRing>(options_.network)) {}

Result<void> Node::State::open() {
  auto parts = options_.parts(offload());
  if (!parts) {
    return std::move(parts).error();
  }
  identity_ = std::move(parts->identity);
  source_ = std::move(parts->links);
  auto store = options_.store(identity_->peer());
  if (!store) {
    return std::move(store).error();
  }
  store_repaired_ = (*store)->repaired();
  vault_ = std::make_shared<Vault>(*std::move(store));
  LinkTable::Options links;
  links.executor = options_.executor;
  links.self = identity_->peer();
  links.run = vault_->draw_run();
  links.source = source_;
  links.peers = options_.peers;
  links.proof_wait = options_.proof_wait;
  links.incoming_bytes_max = options_.incoming_bytes_max;
  links.log = options_.log;
  links.metrics = options_.metrics;
  vault_->use([&](storage::Store& opened) {
    if (auto kept = opened.node_records().kept(addresses_record)) {
      links.kept_addresses = *std::move(kept);
    } else if (!kept.error().is(Errc::not_found)) {
      log(LogLevel::warning, "the addresses of peers are lost: " + kept.error().message());
    }
  });
  links.keep_addresses = [weak = std::weak_ptr<Vault>(vault_), sink = options_.log](Bytes book) {
    const auto vault = weak.lock();
    if (!vault) {
      return;
    }
    vault->run_in_order([book = std::move(book), sink](storage::Store& opened) {
      auto kept = opened.node_records().keep(addresses_record, book);
      if (!kept && sink) {
        sink({LogLevel::warning, "node", "addresses are not kept: " + kept.error().message()});
      }
    });
  };
  links_ = std::make_shared<LinkTable>(std::move(links));
  if (auto started = source_->start(links_); !started) {
    vault_->close();
    return std::move(started).error();
  }
  links_->begin();
  watch_space();
  return {};
}

void Node::State::watch_space() {
  if (!options_.space) {
    return;
  }
  SpaceWatch::Options watch;
  watch.executor = options_.executor;
  watch.offload = offload();
  watch.probe = options_.space;
  watch.reserve = options_.disk_reserve;
  watch.interval = options_.space_interval;
  watch.changed = [weak = weak_from_this()](const std::optional<Error>& shortage) {
    if (const auto state = weak.lock()) {
      state->space(shortage);
    }
  };
  space_ = std::make_shared<SpaceWatch>(std::move(watch));
  space_->begin();
}

void Node::State::space(const std::optional<Error>& shortage) {
  const std::scoped_lock lock(mutex_);
  disk_shortage_ = shortage;
  for (const Joined& joined : joined_) {
    if (const auto strand = joined.strand.lock()) {
      strand->space(shortage);
    }
  }
}

boost::asio::any_io_executor Node::State::offload() const {
  return options_.offload ? *options_.offload : threads_->executor();
}

std::shared_ptr<Member> Node::State::join(JoinOptions options) {
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<MemberStrand> before;
  std::optional<Error> refusal;
  for (const Joined& joined : joined_) {
    if (!is_same_group(joined, options)) {
      continue;
    }
    before = joined.strand.lock();
    const auto handle = joined.handle.lock();
    if (!handle || !before || before->is_closing()) {
      continue;
    }
    if (joined.machine_type == options.machine_type) {
      return handle;
    }
    refusal = Error(Errc::machine_mismatch,
                    "the group is joined already, with a machine of another C++ type");
  }
  if (!refusal && storage_failure_) {
    refusal = storage_failure_;
  }
  if (!refusal && stopped_) {
    refusal = Error(Errc::group_closed, "the network has been closed");
  }
  Joined joined{options.key,
                options.machine_signature,
                options.state_sync_signature,
                options.machine_type,
                {},
                {}};
  const Durability durability = options.durability;
  const auto strand = std::make_shared<MemberStrand>(home(durability), std::move(options));
  auto member = std::make_shared<Member>(strand);
  if (refusal) {
    strand->stop(*refusal);
    return member;
  }
  joined.handle = member;
  joined.strand = strand;
  std::erase_if(joined_, [&](const Joined& each) {
    const auto other = each.strand.lock();
    return !other || other == before;
  });
  joined_.push_back(joined);
  open_after(before, strand);
  return member;
}

void Node::State::open_after(const std::shared_ptr<MemberStrand>& before,
                             const std::shared_ptr<MemberStrand>& strand) {
  if (!before) {
    strand->open();
    return;
  }
  // The one before must have written and left everything before this one reads and enters.
  before->close([weak = std::weak_ptr<MemberStrand>(strand)] {
    if (const auto next = weak.lock()) {
      next->open();
    }
  });
}

bool Node::State::is_same_group(const Joined& joined, const JoinOptions& options) {
  return joined.key == options.key && joined.machine == options.machine_signature &&
         joined.state_sync == options.state_sync_signature;
}

MemberHome Node::State::home(Durability durability) {
  MemberHome home;
  home.executor = options_.executor;
  home.offload = offload();
  home.threads = threads_;
  home.vault = vault_;
  if (durability == Durability::memory && vault_->durable()) {
    if (!memory_vault_) {
      memory_vault_ = std::make_shared<Vault>(storage::make_memory_store());
    }
    home.vault = memory_vault_;
  } else {
    home.store_repaired = store_repaired_;
  }
  home.disk_shortage = disk_shortage_;
  home.keys = keys_;
  home.links = links_;
  home.identity = identity_;
  home.network = options_.network;
  home.genesis_wait = options_.peers.empty() ? std::chrono::milliseconds(0) : options_.genesis_wait;
  home.operation_timeout = options_.operation_timeout;
  home.may_sleep = options_.may_sleep;
  home.command_max = options_.command_max;
  home.waiting_max = options_.waiting_max;
  home.retention_max = options_.retention_max;
  home.writer_bytes_max = options_.writer_bytes_max;
  home.log = options_.log;
  home.metrics = options_.metrics;
  home.store_failed = [weak = weak_from_this()](const Error& reason) {
    if (const auto state = weak.lock()) {
      state->store_failed(reason);
    }
  };
  return home;
}

void Node::State::store_failed(const Error& reason) {
  const std::scoped_lock lock(mutex_);
  if (storage_failure_) {
    return;
  }
  storage_failure_ = reason;
  log(LogLevel::error, "the store has failed; every group of this node stops: " + reason.message());
  for (const Joined& joined : joined_) {
    if (const auto strand = joined.strand.lock()) {
      strand->stop(reason);
    }
  }
}

NodeStatus Node::State::status() const {
  NodeStatus status;
  status.self = self();
  status.listen = listen_addresses();
  LinkTable::Facts facts = links_->facts();
  status.links = std::move(facts.links);
  const TimePoint now = system_clock().now();
  for (const auto& [address, failure] : facts.dial_failures) {
    if (now - failure.second < dial_failure_age_max) {
      status.dial_failures.push_back({address, failure.first});
    }
  }
  for (AddressRecord& record : facts.known) {
    status.known.push_back({record.peer, std::move(record.addresses)});
  }
  const std::scoped_lock lock(mutex_);
  status.storage_failure = storage_failure_;
  status.store_repaired = store_repaired_;
  status.disk_shortage = disk_shortage_;
  return status;
}

void Node::State::stop() {
  std::shared_ptr<Vault> memory_vault;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(stopped_, true)) {
      return;
    }
    for (const Joined& joined : joined_) {
      if (const auto strand = joined.strand.lock()) {
        strand->close({});
      }
    }
    memory_vault = memory_vault_;
  }
  if (space_) {
    space_->end();
  }
  if (source_) {
    source_->stop();
  }
  if (links_) {
    links_->end();
  }
  if (vault_) {
    vault_->close();
  }
  if (memory_vault) {
    memory_vault->close();
  }
  if (threads_) {
    threads_->stop();
  }
}

void Node::State::log(LogLevel level, std::string message) const {
  if (options_.log) {
    options_.log({level, "node", std::move(message)});
  }
}

}  // namespace tessera::shell
