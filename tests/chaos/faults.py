"""What goes wrong during a run, drawn from its seed."""
import collections
import itertools
import random
import threading

from member import votes

# Each kind, and what the machine must allow for it.
PROCESS_FAULTS = ("kill_one", "kill_several", "kill_all", "pause_one", "pause_several",
                  "pause_leader", "kill_leader", "wipe_disk")
NETWORK_FAULTS = {"cut_off_one": "partitions", "cut_off_leader": "partitions",
                  "halves": "partitions", "bridge": "partitions", "one_way": "partitions",
                  "one_way_from_leader": "partitions", "packet_loss": "loss", "slow_links": "delay"}
FAULTS = (*PROCESS_FAULTS, *NETWORK_FAULTS)


class Deck:
    """Draws each of its cards once before it draws one again."""

    def __init__(self, cards, dice):
        self.cards, self.dice, self.left = list(cards), dice, []

    def draw(self):
        if not self.left:
            self.left = self.dice.sample(self.cards, len(self.cards))
        return self.left.pop()


class Faults:
    """Two threads, one for processes and one for the network, so that faults of both meet."""

    def __init__(self, members, network, kinds, seed):
        self.members, self.network = members, network
        self.count = collections.Counter()
        self.stop = threading.Event()
        self.failure = None
        self.wiped = None  # the last member that lost its disk
        self.threads = []
        for name, each in (("processes", PROCESS_FAULTS), ("network", tuple(NETWORK_FAULTS))):
            enabled = [kind for kind in each if kind in kinds]
            if enabled:
                dice = random.Random(f"{seed}/{name}")
                thread = threading.Thread(target=self._run, args=(Deck(enabled, dice), dice))
                self.threads.append(thread)

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        """Everything is whole again when this returns: all run, and all reach each other."""
        self.stop.set()
        for thread in self.threads:
            if thread.ident is not None:
                thread.join()

    def _run(self, deck, dice):
        try:
            while not self.stop.wait(dice.uniform(0.3, 2.5)):
                kind = deck.draw()
                self.count[kind] += 1
                getattr(self, "_" + kind)(dice)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = f"the fault could not be made: {error!r}"

    def _leader(self, dice):
        """Whom some member takes for the leader; any member if none does."""
        for member in dice.sample(self.members, len(self.members)):
            status = member.ask(timeout=0.5, op="status") or {}
            for other in self.members:
                if other.peer is not None and status.get("leader") == other.peer:
                    return other
        return dice.choice(self.members)

    # Processes.

    def _kill(self, victims, dice):
        for victim in victims:
            victim.kill()
        self.stop.wait(dice.choice([0.0, dice.uniform(0.0, 0.5), dice.uniform(0.5, 4.0)]))
        for victim in victims:
            victim.start([member for member in self.members if member is not victim])

    def _kill_one(self, dice):
        self._kill([dice.choice(self.members)], dice)

    def _kill_leader(self, dice):
        self._kill([self._leader(dice)], dice)

    def _kill_several(self, dice):
        self._kill(dice.sample(self.members, dice.randint(2, len(self.members) - 1)), dice)

    def _kill_all(self, dice):
        self._kill(self.members, dice)

    def _wipe_disk(self, dice):
        """A member loses what it stored. Until its successor votes, another such loss would be
        more than a group must survive."""
        if self.wiped is not None and not votes(self.wiped):
            self.count["wipe_disk"] -= 1
            return
        victim = dice.choice(self.members)
        victim.kill()
        victim.lose_disk()
        self.wiped = victim
        self.stop.wait(dice.uniform(0.0, 2.0))
        victim.start([member for member in self.members if member is not victim])

    def _pause(self, victims, dice):
        for victim in victims:
            victim.pause()
        self.stop.wait(dice.uniform(0.1, 5.0))
        for victim in victims:
            victim.resume()

    def _pause_one(self, dice):
        self._pause([dice.choice(self.members)], dice)

    def _pause_leader(self, dice):
        self._pause([self._leader(dice)], dice)

    def _pause_several(self, dice):
        self._pause(dice.sample(self.members, dice.randint(2, len(self.members))), dice)

    # The network.

    def _cut(self, pairs, dice):
        self.network.shape({(a.number, b.number) for a, b in pairs}, {})
        self.stop.wait(dice.uniform(0.5, 6.0))
        self.network.shape(set(), {})

    def _between(self, some, others):
        return [*itertools.product(some, others), *itertools.product(others, some)]

    def _cut_off(self, victim, dice):
        self._cut(self._between([victim], [each for each in self.members if each is not victim]),
                  dice)

    def _cut_off_one(self, dice):
        self._cut_off(dice.choice(self.members), dice)

    def _cut_off_leader(self, dice):
        self._cut_off(self._leader(dice), dice)

    def _halves(self, dice):
        shuffled = dice.sample(self.members, len(self.members))
        middle = len(shuffled) // 2
        self._cut(self._between(shuffled[:middle], shuffled[middle:]), dice)

    def _bridge(self, dice):
        """One member reaches all; those on its left do not reach those on its right."""
        _, *others = dice.sample(self.members, len(self.members))
        middle = len(others) // 2
        self._cut(self._between(others[:middle], others[middle:]), dice)

    def _one_way(self, dice):
        """Some members do not hear some others, who hear them."""
        pairs = list(itertools.permutations(self.members, 2))
        self._cut(dice.sample(pairs, dice.randint(1, len(pairs) // 2)), dice)

    def _one_way_from_leader(self, dice):
        leader = self._leader(dice)
        pairs = [(leader, each) for each in self.members if each is not leader]
        if dice.random() < 0.5:
            pairs = [(each, from_leader) for from_leader, each in pairs]
        self._cut(pairs, dice)

    def _packet_loss(self, dice):
        self.network.shape(set(), {each.number: dice.choice([0, 5, 15, 30])
                                   for each in self.members})
        self.stop.wait(dice.uniform(2.0, 8.0))
        self.network.shape(set(), {})

    def _slow_links(self, dice):
        self.network.slow(dice.choice([5, 50, 200]))
        self.stop.wait(dice.uniform(2.0, 8.0))
        self.network.slow(0)
