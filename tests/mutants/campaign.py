"""One mutant after the other: put in, built, hunted, taken out."""

import dataclasses
import statistics

from hunters import PROGRAM, Simulator, hunter_of
from tree import BuildError

# Repeated hunts begin so far apart that they never meet.
STRIDE = 1_000_000
# What the unmutated simulator must pass before anything is hunted.
CLEAN_SEEDS = 30


class UnsoundError(Exception):
    """The unmutated sources fail where a mutant should have."""


@dataclasses.dataclass
class Result:
    mutant: object
    outcomes: list
    problem: str = ""  # it does not compile

    @property
    def survived(self):
        return not self.problem and not all(outcome.caught_by for outcome in self.outcomes)

    @property
    def caught_by(self):
        seen = [outcome.caught_by for outcome in self.outcomes if outcome.caught_by]
        return ", ".join(sorted(set(seen), key=lambda words: (-seen.count(words), words)))

    @property
    def median(self):
        return round(statistics.median(outcome.seeds for outcome in self.outcomes))

    @property
    def worst(self):
        return max(outcome.seeds for outcome in self.outcomes)

    def line(self):
        if self.problem:
            how = f"does not compile:\n{self.problem}"
        elif self.survived:
            how = f"SURVIVED {self.worst} seeds" if self.worst else "SURVIVED the tests"
        else:
            how = f"caught by {self.caught_by}"
            if len(self.outcomes) > 1:
                how += f"; seeds: median {self.median}, worst {self.worst}"
            elif self.worst:
                how += f"; seeds: {self.worst}"
        return f"{self.mutant.row:4} {self.mutant.name}: {how}"


class Campaign:
    def __init__(self, tree, options, say):
        self.tree = tree
        self.options = options
        self.say = say
        self.clean = set()  # programs and seeds that passed without a mutant

    def run(self, mutants):
        self.tree.copy()
        self.say("building what hunts, without a mutant")
        self.tree.configure()
        for target in sorted({hunter_of(self.tree, mutant).target for mutant in mutants}):
            self.tree.make(target)
        self._check_clean(mutants)
        for mutant in mutants:
            yield self._hunt(mutant)

    def _check_clean(self, mutants):
        for mutant in mutants:
            hunter = hunter_of(self.tree, mutant)
            if hunter.target == PROGRAM:
                name, seeds = f"{PROGRAM} {mutant.nodes}", min(CLEAN_SEEDS, self.options.seeds)
            else:
                name, seeds = f"{mutant.hunter} {mutant.filter}", 0
            if name in self.clean:
                continue
            outcome = hunter.hunt(1, seeds)
            if outcome.caught_by:
                raise UnsoundError(f"without any mutant {name} fails: {outcome.caught_by}"
                                   + (f", seed {outcome.seed}" if outcome.seed else ""))
            self.clean.add(name)
        # Kept, to try later whether a seed that catches a mutant passes without one.
        program = self.tree.program(PROGRAM)
        if program.is_file():
            self._clean_program().write_bytes(program.read_bytes())
            self._clean_program().chmod(0o755)

    def _clean_program(self):
        return self.tree.program("clean_hunter")

    def _hunt(self, mutant):
        hunter = hunter_of(self.tree, mutant)
        self.tree.put(mutant)
        try:
            self.tree.make(hunter.target)
            repeats = self.options.repeats if hunter.target == PROGRAM else 1
            outcomes = [hunter.hunt(1 + number * STRIDE, self.options.seeds)
                        for number in range(repeats)]
        except BuildError as error:
            return Result(mutant, [], str(error))
        finally:
            self.tree.restore(mutant)
        for outcome in outcomes:
            if outcome.seed:
                self._check_seed(mutant, outcome.seed)
        return Result(mutant, outcomes)

    def _check_seed(self, mutant, seed):
        if (mutant.nodes, seed) in self.clean:
            return
        self.clean.add((mutant.nodes, seed))
        unmutated = Simulator(self.tree, mutant.nodes)
        unmutated.program = self._clean_program()
        outcome = unmutated.hunt(seed, 1)
        if outcome.caught_by:
            raise UnsoundError(f"seed {seed} fails without any mutant: {outcome.caught_by}")
