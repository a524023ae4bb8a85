"""What earlier campaigns found, in build/mutants/results.json: a long one can be gone on with."""

import dataclasses
import json

from campaign import Result
from hunters import Outcome


class Memory:
    def __init__(self, place, options):
        self.path = place / "results.json"
        self.settings = [options.seeds, options.repeats]
        self.known = {}
        if self.path.is_file():
            self.known = json.loads(self.path.read_text(encoding="utf-8"))

    def _key(self, mutant):
        return json.dumps([self.settings, dataclasses.asdict(mutant)], sort_keys=True)

    def find(self, mutant):
        """The result of this very mutant; nothing if it, or how it was hunted, has changed."""
        held = self.known.get(mutant.name)
        if held is None or held["key"] != self._key(mutant):
            return None
        return Result(mutant, [Outcome(**outcome) for outcome in held["outcomes"]])

    def keep(self, result):
        if result.problem:
            return
        outcomes = [dataclasses.asdict(outcome) for outcome in result.outcomes]
        self.known[result.mutant.name] = {"key": self._key(result.mutant), "outcomes": outcomes}
        self.path.write_text(json.dumps(self.known, indent=1), encoding="utf-8")
