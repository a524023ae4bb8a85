"""Where the members listen, and what can happen between them.

On the loopback interface nothing can. Where the machine lets us, each member lives in a network
namespace of its own, joined to the others by a bridge, and drops incoming packets as it is told.
"""
import os
import shutil
import socket
import subprocess


class Loopback:
    """All members on this machine's own address."""

    def __init__(self, members):
        self.ports = [free_port() for _ in range(members)]

    def address(self, number):
        return f"127.0.0.1:{self.ports[number]}"

    def enter(self, number):
        return []

    def close(self):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Namespaces:
    """A namespace for each member and one for the bridge between them. Needs root.

    What is cut is a set of pairs: (from, to) says that `to` drops what comes from `from`.
    """

    PORT = 7000

    def __init__(self, members):
        self.members = members
        self.prefix = f"tessera-{os.getpid()}"
        self.made = []
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def _build(self):
        hub = self._add("hub")
        run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge")
        run("ip", "-n", hub, "link", "set", "bridge", "up")
        for number in range(self.members):
            name = self._add(number)
            run("ip", "link", "add", "eth0", "netns", name, "type", "veth",
                "peer", "name", f"port{number}", "netns", hub)
            run("ip", "-n", hub, "link", "set", f"port{number}", "master", "bridge", "up")
            run("ip", "-n", name, "addr", "add", f"{self.host(number)}/24", "dev", "eth0")
            run("ip", "-n", name, "link", "set", "eth0", "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        self.shape(set(), {})

    def _add(self, suffix):
        name = self.name(suffix)
        run("ip", "netns", "add", name)
        self.made.append(name)
        return name

    def name(self, suffix):
        return f"{self.prefix}-{suffix}"

    def host(self, number):
        return f"10.87.0.{number + 1}"

    def address(self, number):
        return f"{self.host(number)}:{self.PORT}"

    def enter(self, number):
        return ["ip", "netns", "exec", self.name(number)]

    def shape(self, cut, loss):
        """`cut`: pairs (from, to); `loss`: percentage of what each member receives."""
        for number in range(self.members):
            rules = [f"ip saddr {self.host(other)} drop"
                     for other, to in sorted(cut) if to == number]
            if loss.get(number):
                rules.append(f"numgen random mod 100 < {loss[number]} drop")
            text = ("table inet chaos\ndelete table inet chaos\ntable inet chaos {\n"
                    "chain input { type filter hook input priority 0; policy accept;\n"
                    'iifname "lo" accept\n' + "\n".join(rules) + "\n}\n}\n")
            run(*self.enter(number), "nft", "-f", "-", text=text)

    def slow(self, milliseconds):
        """Delays what each member sends, some of it more than other; 0: no longer."""
        for number in range(self.members):
            device = (*self.enter(number), "tc", "qdisc")
            if milliseconds:
                run(*device, "replace", "dev", "eth0", "root", "netem",
                    "delay", f"{milliseconds}ms", f"{milliseconds}ms")
            else:
                subprocess.run([*device, "del", "dev", "eth0", "root"], check=False,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        for name in self.made:
            subprocess.run(["ip", "netns", "del", name], check=False)
        self.made = []


def run(*command, text=None):
    """`OSError` with what the command said if it fails."""
    ended = subprocess.run(command, input=text, text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ended.returncode != 0:
        said = ended.stdout.strip().splitlines() or ["it says nothing"]
        raise OSError(f"{' '.join(command)}: {said[0]}")


def make_network(members):
    """The network, and for each kind of network fault it does not allow the reason."""
    reason = None
    if os.geteuid() != 0:
        reason = "network namespaces need root"
    for program in ("ip", "nft"):
        if shutil.which(program) is None:
            reason = f"there is no program '{program}' (scripts/setup --test installs it)"
    if reason is None:
        try:
            network = Namespaces(members)
        except OSError as error:
            reason = f"the machine refuses: {error}"
    if reason is not None:
        return Loopback(members), {"partitions": reason, "loss": reason, "delay": reason}
    try:
        network.slow(1)
        network.slow(0)
    except OSError as error:
        return network, {"delay": f"the machine refuses: {error}"}
    return network, {}
