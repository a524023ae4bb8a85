"""Three members of one group, for scripts that do their worst to them."""
import pathlib
import shutil
import sys
import tempfile

from member import Member, online, wait_for
from network import Loopback

MEMBERS = 3


def run_group(program, flags, act):
    """Starts the members and calls `act` with them. What fails ends the process."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tessera-chaos-"))
    network = Loopback(MEMBERS)
    flags = ["--founders", str(MEMBERS), *flags]
    members = [Member(program, folder, number, network, flags) for number in range(MEMBERS)]
    try:
        for member in members:
            member.start(others(members, member))
        wait_for("the group to form", lambda: all(map(online, members)))
        act(members)
    except BaseException:
        print(f"the members' folders and logs are kept in {folder}", file=sys.stderr)
        raise
    finally:
        for member in members:
            if member.alive:
                member.kill()
    shutil.rmtree(folder)


def fail(words):
    raise SystemExit("FAILED: " + words)


def others(members, than):
    return [member for member in members if member is not than]


def status_of(member):
    """Its status; an empty one if it is not there."""
    answer = member.ask(op="status")
    return answer if answer is not None and answer.get("ok") else {}


def leader_of(members):
    """The one of `members` that leads in the latest term any of them knows of."""
    def leader():
        told = [(status_of(member), member) for member in members]
        latest = max((status["term"] for status, _ in told if status), default=0)
        leading = [member for status, member in told
                   if status and status["role"] == "leader" and status["term"] == latest]
        return leading[0] if leading else None
    return wait_for("a leader", leader)


def expect_equal(members):
    """All answer with the same digest of everything that is committed now."""
    def digest(member):
        answer = member.ask(op="digest")
        return answer["digest"] if answer is not None and answer["ok"] else None
    found = [wait_for("a digest", lambda each=member: digest(each)) for member in members]
    if len(set(found)) != 1:
        fail(f"the digests differ: {found}")
