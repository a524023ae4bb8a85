"""Who hunts mutants: the simulator, seed by seed, or the tests of one program."""

import dataclasses
import re
import resource
import signal
import subprocess

# One simulated run takes a tenth of a second, the tests of a program a few.
RUN_SECONDS_MAX = 60
TESTS_SECONDS_MAX = 180
# A mutant may well ask for all memory there is.
MEMORY_MAX = 4 << 30

PROGRAM = "mutant_hunter"


@dataclasses.dataclass(frozen=True)
class Outcome:
    caught_by: str  # empty: it was not caught
    seeds: int  # how many it took; 0 for tests
    seed: int = 0  # the one that caught it


class HuntError(Exception):
    """The hunter itself does not work."""


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, seconds):
    """The exit code (negative for a signal, None if it took too long), and both outputs."""
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace",
                          preexec_fn=limit_memory) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            return None, out, err
    return process.returncode, out, err


def words_of_failure(text):
    """An invariant's finding in as few words as tell which it was."""
    late = re.match(r"liveness: not in time: ([^;]*)", text)
    if late:
        return "liveness: " + late.group(1)
    return text.split(":", 1)[0]


def words_of_end(code, err):
    """How a process ended that should have ended otherwise."""
    check = re.search(r"check failed: (.*) \([^()]*\.(?:cpp|h):\d+", err)
    if check:
        return "check: " + check.group(1)
    if code is None or code == -signal.SIGALRM:
        return "a run that does not end"
    thrown = re.search(r"terminate called .* '([^']*)'", err)
    if thrown:
        return "an exception: " + thrown.group(1)
    return f"a crash ({signal.Signals(-code).name})" if code < 0 else f"exit code {code}"


class Simulator:
    target = PROGRAM

    def __init__(self, tree, nodes):
        self.program = tree.program(PROGRAM)
        self.nodes = nodes

    def hunt(self, first, seeds):
        command = [self.program, "--first", first, "--seeds", seeds,
                   "--limit", RUN_SECONDS_MAX]
        if self.nodes:
            command += ["--nodes", self.nodes]
        code, out, err = run(command, None)
        runs = re.findall(r"^run (\d+) \d+$", out, re.M)
        if code == 0 and out.endswith("survived\n"):
            return Outcome("", seeds)
        if code == 2 or not runs:
            raise HuntError(err.strip() or f"the simulator ended with exit code {code}")
        found = re.search(r"^caught (.*)", out, re.M)
        words = words_of_failure(found.group(1)) if found else words_of_end(code, err)
        return Outcome(words, len(runs), int(runs[-1]))


class Tests:
    def __init__(self, tree, target, tests):
        self.tree = tree
        self.target = target
        self.tests = tests

    def hunt(self, _first, _seeds):
        command = [self.tree.program(self.target), f"--gtest_filter={self.tests}",
                   "--gtest_fail_fast", "--gtest_brief=1"]
        code, out, err = run(command, TESTS_SECONDS_MAX)
        if code == 0:
            if re.search(r"^\[==========\] 0 tests", out, re.M):
                raise HuntError(f"{self.target} has no test '{self.tests}'")
            return Outcome("", 0)
        failed = re.search(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", out, re.M)
        if failed:
            return Outcome("test " + failed.group(1), 0)
        return Outcome(f"{self.target}: {words_of_end(code, err)}", 0)


def hunter_of(tree, mutant):
    if mutant.hunter == "simulator":
        return Simulator(tree, mutant.nodes)
    return Tests(tree, mutant.hunter, mutant.filter)
