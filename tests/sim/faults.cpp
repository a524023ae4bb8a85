#include <tessera/conformance/faults.h>

#include <algorithm>
#include <string>

namespace tessera::sim {

Faults::Faults(Parts parts)
    : clock_rate_(parts.clock_rate),
      seed_(parts.seed),
      queue_(parts.queue),
      power_(parts.power),
      network_(parts.network),
      trace_(parts.trace),
      marks_(parts.marks),
      nodes_(parts.nodes) {}

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
    node->set_space(false);
    node->set_clock_rate(1000);
    if (node->paused()) node->resume();
  }
}

void Faults::node_started(std::size_t node) {
  if (!running_ || clock_rate_.least == clock_rate_.most) return;
  marks_.add(Mark::clock_skew);
  // The same for this start of this node, whatever else is left out of the run.
  Dice dice(keyed_seed(seed_, {node, nodes_[node]->disk().starts()}));
  nodes_[node]->set_clock_rate(static_cast<std::int64_t>(dice.in(clock_rate_)));
}

void Faults::inflict(const FaultEvent& event) {
  if (!running_) return;
  switch (event.kind) {
    case FaultEvent::Kind::crash:
      return crash(event);
    case FaultEvent::Kind::crash_all:
      marks_.add(Mark::crash_of_all);
      for (const auto& node : nodes_) {
        FaultEvent each = event;
        each.node = node->index();
        // One after the other they come back.
        each.lasts = event.lasts * static_cast<std::int64_t>(each.node + 1) /
                     static_cast<std::int64_t>(nodes_.size());
        crash(each);
      }
      return;
    case FaultEvent::Kind::pause:
      return pause(event);
    case FaultEvent::Kind::slow_disk:
      return slow_down(event);
    case FaultEvent::Kind::disk_failure:
      return fail_disk(event);
    case FaultEvent::Kind::clock_jump:
      return jump(event);
    case FaultEvent::Kind::reset_link:
      if (event.node == event.other) return;
      marks_.add(Mark::link_reset);
      return network_.reset({event.node, event.other});
    case FaultEvent::Kind::wipe_disk:
      return wipe(event);
    case FaultEvent::Kind::copy_disk:
      return nodes_[event.node]->copy_disk();
    case FaultEvent::Kind::old_disk:
      return put_back(event);
    case FaultEvent::Kind::bit_rot:
      return rot(event);
    case FaultEvent::Kind::full_disk:
      marks_.add(Mark::disk_nearly_full);
      return fill(event);
    case FaultEvent::Kind::full_disks:
      marks_.add(Mark::disks_nearly_full);
      for (const auto& node : nodes_) {
        FaultEvent each = event;
        each.node = node->index();
        fill(each);
      }
      return;
    case FaultEvent::Kind::partition:
    case FaultEvent::Kind::count_of_kinds:
      return partition(event);
  }
}

void Faults::start_later(std::size_t node, Duration delay) {
  queue_.after(delay, [this, node] {
    if (running_ && !nodes_[node]->up()) power_.start(node);
  });
}

void Faults::crash(const FaultEvent& event) {
  if (!nodes_[event.node]->up()) return;
  power_.crash(event.node);
  start_later(event.node, event.lasts);
}

void Faults::wipe(const FaultEvent& event) {
  if (!nodes_[event.node]->up() || !power_.wipe(event.node)) return;
  start_later(event.node, event.lasts);
}

void Faults::put_back(const FaultEvent& event) {
  if (!nodes_[event.node]->up() || !power_.put_back(event.node)) return;
  start_later(event.node, event.lasts);
}

void Faults::rot(const FaultEvent& event) {
  if (!nodes_[event.node]->up() || !power_.rot(event.node)) return;
  start_later(event.node, event.lasts);
}

void Faults::fill(const FaultEvent& event) {
  nodes_[event.node]->set_space(true);
  queue_.after(event.lasts, [this, node = event.node] { nodes_[node]->set_space(false); });
}

void Faults::fail_disk(const FaultEvent& event) {
  const std::size_t node = event.node;
  if (!nodes_[node]->up() || nodes_[node]->failed()) return;
  marks_.add(Mark::disk_failure);
  power_.fail_disk(node);
  queue_.after(event.lasts, [this, node, life = nodes_[node]->life()] {
    // Somebody starts the process anew.
    if (running_ && nodes_[node]->up() && nodes_[node]->life() == life) {
      power_.crash(node);
      power_.start(node);
    }
  });
}

void Faults::pause(const FaultEvent& event) {
  const std::size_t node = event.node;
  if (!nodes_[node]->up() || nodes_[node]->paused()) return;
  marks_.add(Mark::pause);
  trace_.line(queue_.now(), "node " + std::to_string(node) + " is paused");
  nodes_[node]->pause();
  queue_.after(event.lasts, [this, node, life = nodes_[node]->life()] {
    if (!nodes_[node]->paused() || nodes_[node]->life() != life) return;
    trace_.line(queue_.now(), "node " + std::to_string(node) + " goes on");
    nodes_[node]->resume();
  });
}

void Faults::slow_down(const FaultEvent& event) {
  marks_.add(Mark::slow_disk);
  nodes_[event.node]->disk().slow_down(50);
  queue_.after(event.lasts, [this, node = event.node] { nodes_[node]->disk().slow_down(1); });
}

void Faults::jump(const FaultEvent& event) {
  if (!nodes_[event.node]->up()) return;
  marks_.add(Mark::clock_jump);
  trace_.line(queue_.now(), "the clock of node " + std::to_string(event.node) + " jumps");
  nodes_[event.node]->jump_clock(event.lasts);
}

void Faults::partition(const FaultEvent& event) {
  std::vector<Way> ways;
  for (const std::size_t left : event.left) {
    for (const std::size_t right : event.right) {
      ways.push_back({left, right});
      if (!event.one_way) ways.push_back({right, left});
    }
  }
  const bool bridged = event.left.size() + event.right.size() < nodes_.size();
  marks_.add(event.one_way ? Mark::partition_one_way
             : bridged     ? Mark::partition_bridge
                           : Mark::partition_symmetric);
  trace_.line(queue_.now(), to_string(Event{Duration{}, event}));
  network_.unblock_all();
  network_.block(ways);
  queue_.after(event.lasts, [this, number = ++partition_] {
    if (!running_ || number != partition_) return;
    trace_.line(queue_.now(), "the partition ends");
    network_.unblock_all();
  });
}

}  // namespace tessera::sim
