#include <tessera/conformance/faults.h>

#include <algorithm>
#include <numeric>
#include <string>

namespace tessera::sim {

Faults::Faults(Parts parts)
    : settings_(parts.settings),
      dice_(parts.seed),
      queue_(parts.queue),
      power_(parts.power),
      network_(parts.network),
      trace_(parts.trace),
      marks_(parts.marks),
      nodes_(parts.nodes) {}

void Faults::begin() {
  running_ = true;
  queue_.after(dice_.around(settings_.interval), [this] { strike(); });
}

void Faults::end(const std::vector<std::size_t>& stay_dead) {
  running_ = false;
  network_.become_good();
  for (const auto& node : nodes_) {
    const bool dead =
        std::find(stay_dead.begin(), stay_dead.end(), node->index()) != stay_dead.end();
    if (node->up() && (dead || node->failed())) power_.crash(node->index());
    if (dead) continue;
    if (!node->up()) power_.start(node->index());
    node->disk().slow_down(1);
    node->set_clock_rate(1000);
    if (node->paused()) node->resume();
  }
}

void Faults::node_started(std::size_t node) {
  if (!running_ || settings_.clock_rate.least == settings_.clock_rate.most) return;
  marks_.add(Mark::clock_skew);
  nodes_[node]->set_clock_rate(static_cast<std::int64_t>(dice_.in(settings_.clock_rate)));
}

void Faults::strike() {
  if (!running_) return;
  queue_.after(dice_.around(settings_.interval), [this] { strike(); });
  const std::uint32_t sum =
      std::accumulate(settings_.weights.begin(), settings_.weights.end(), std::uint32_t{0});
  if (sum == 0) return;
  std::uint64_t drawn = dice_.below(sum);
  for (std::size_t kind = 0; kind < settings_.weights.size(); ++kind) {
    if (drawn < settings_.weights[kind]) return inflict(static_cast<Fault>(kind));
    drawn -= settings_.weights[kind];
  }
}

void Faults::inflict(Fault fault) {
  switch (fault) {
    case Fault::crash:
      return crash(any_node());
    case Fault::crash_all:
      marks_.add(Mark::crash_of_all);
      for (const auto& node : nodes_) crash(node->index());
      return;
    case Fault::pause:
      return pause(any_node());
    case Fault::slow_disk:
      return slow_down(any_node());
    case Fault::disk_failure:
      return fail_disk(any_node());
    case Fault::clock_jump:
      return jump(any_node());
    case Fault::reset_link: {
      const std::size_t from = any_node();
      const std::size_t to = (from + 1 + dice_.below(nodes_.size() - 1)) % nodes_.size();
      marks_.add(Mark::link_reset);
      return network_.reset({from, to});
    }
    case Fault::wipe_disk:
      return wipe(any_node());
    case Fault::partition_symmetric:
    case Fault::partition_one_way:
    case Fault::partition_bridge:
    case Fault::count_of_faults:
      return partition(fault);
  }
}

void Faults::crash(std::size_t node) {
  if (!nodes_[node]->up()) return;
  power_.crash(node);
  queue_.after(a_while(), [this, node] {
    if (running_ && !nodes_[node]->up()) power_.start(node);
  });
}

void Faults::wipe(std::size_t node) {
  if (!nodes_[node]->up() || !power_.wipe(node)) return;
  queue_.after(a_while(), [this, node] {
    if (running_ && !nodes_[node]->up()) power_.start(node);
  });
}

void Faults::fail_disk(std::size_t node) {
  if (!nodes_[node]->up() || nodes_[node]->failed()) return;
  marks_.add(Mark::disk_failure);
  power_.fail_disk(node);
  queue_.after(a_while(), [this, node, life = nodes_[node]->life()] {
    // Somebody starts the process anew.
    if (running_ && nodes_[node]->up() && nodes_[node]->life() == life) {
      power_.crash(node);
      power_.start(node);
    }
  });
}

void Faults::pause(std::size_t node) {
  if (!nodes_[node]->up() || nodes_[node]->paused()) return;
  marks_.add(Mark::pause);
  trace_.line(queue_.now(), "node " + std::to_string(node) + " is paused");
  nodes_[node]->pause();
  queue_.after(a_while(), [this, node, life = nodes_[node]->life()] {
    if (!nodes_[node]->paused() || nodes_[node]->life() != life) return;
    trace_.line(queue_.now(), "node " + std::to_string(node) + " goes on");
    nodes_[node]->resume();
  });
}

void Faults::slow_down(std::size_t node) {
  marks_.add(Mark::slow_disk);
  nodes_[node]->disk().slow_down(50);
  queue_.after(a_while(), [this, node] { nodes_[node]->disk().slow_down(1); });
}

void Faults::jump(std::size_t node) {
  if (!nodes_[node]->up()) return;
  marks_.add(Mark::clock_jump);
  trace_.line(queue_.now(), "the clock of node " + std::to_string(node) + " jumps");
  nodes_[node]->jump_clock(a_while());
}

void Faults::partition(Fault shape) {
  if (nodes_.size() < 2) return;
  const std::vector<Way> ways = ways_to_block(shape);
  if (trace_.wants_text()) {
    std::string text = "partition:";
    for (const Way way : ways) {
      text += " " + std::to_string(way.from) + "/" + std::to_string(way.to);
    }
    trace_.line(queue_.now(), std::move(text));
  }
  network_.unblock_all();
  network_.block(ways);
  queue_.after(a_while(), [this, number = ++partition_] {
    if (!running_ || number != partition_) return;
    trace_.line(queue_.now(), "the partition ends");
    network_.unblock_all();
  });
}

std::vector<Network::Way> Faults::ways_to_block(Fault shape) {
  std::vector<std::size_t> order(nodes_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t at = order.size(); at > 1; --at) {
    std::swap(order[at - 1], order[dice_.below(at)]);
  }
  std::vector<Way> ways;
  if (shape == Fault::partition_bridge) {
    // The first node sees both halves, which do not see each other.
    marks_.add(Mark::partition_bridge);
    const std::size_t middle = 1 + order.size() / 2;
    for (std::size_t left = 1; left < middle; ++left) {
      for (std::size_t right = middle; right < order.size(); ++right) {
        ways.push_back({order[left], order[right]});
        ways.push_back({order[right], order[left]});
      }
    }
    return ways;
  }
  const bool one_way = shape == Fault::partition_one_way;
  marks_.add(one_way ? Mark::partition_one_way : Mark::partition_symmetric);
  const std::size_t cut = 1 + dice_.below(order.size() - 1);
  for (std::size_t left = 0; left < cut; ++left) {
    for (std::size_t right = cut; right < order.size(); ++right) {
      ways.push_back({order[left], order[right]});
      if (!one_way) ways.push_back({order[right], order[left]});
    }
  }
  return ways;
}

}  // namespace tessera::sim
