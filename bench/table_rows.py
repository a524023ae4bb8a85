"""What tessera must reach, row by row."""

import dataclasses
import typing


def times(value):
    return f"{value:.2f}"


def rate(value):
    return f"{value:,.0f}/s"


def share(value):
    return f"{value:.1%}"


@dataclasses.dataclass(frozen=True)
class Row:
    """`figure` gets one measurement of each of the `cases`, all of one round."""

    name: str
    work: str
    demand: str
    cases: tuple
    figure: typing.Callable
    text: typing.Callable = times
    least: float = None
    most: float = None
    # Of a peer that cannot be run here; then nothing is judged.
    seen_elsewhere: str = ""


def of(field):
    return lambda run: run[field]


def calls(run):
    return run["calls_per_second"]


def ratio(one, other):
    return calls(one) / calls(other)


def worst_change(run):
    """How many times as much a tenth takes, of bytes or of time, whichever is more."""
    return max(run["tenth"][field] / run["hundredth"][field] for field in ("bytes", "seconds"))


def unsteady(run):
    """What the soak did not pass."""
    return float(sum(not check["good"] for check in run["checks"]))


NURAFT = "NuRaft is not packaged by Debian and was not run; elsewhere it had {}; tessera here: "
CLIENTS = "64 clients in the leader's process, 256 B"

ROWS = (
    Row("etcd", f"writes, {CLIENTS}", "8 x etcd", ("write", "etcd"), ratio, least=8.0),
    Row("nuraft", f"writes, {CLIENTS}", "1.3 x NuRaft with its log in memory", ("write",), calls,
        rate, seen_elsewhere=NURAFT.format("28,000/s, not durable")),
    Row("follower", "the same, clients on a follower", "0.8 of the leader's",
        ("write_follower", "write"), ratio, least=0.8),
    Row("one", "writes, 1 client on the leader, p50", "at most 2 x (one sync + one round trip)",
        ("write_one",), of("p50_of_sync_and_round_trip"), most=2.0),
    Row("one-nuraft", "writes, 1 client on the leader", "no slower than NuRaft in memory",
        ("write_one",), calls, rate, seen_elsewhere=NURAFT.format("3,400/s, not durable")),
    Row("1k", "writes of 1 KiB, 64 clients on the leader",
        "as much of the disk's or the cipher's rate as can be", ("write_1k",),
        of("share_of_disk_or_cipher"), share),
    Row("16k", "writes of 16 KiB, 64 clients on the leader",
        "0.5 of the disk's or the cipher's rate, whichever is less", ("write_16k",),
        of("share_of_disk_or_cipher"), least=0.5),
    Row("strong", "strong reads, 64 clients over 3 members", "3 x the write rate",
        ("read_strong", "write"), ratio, least=3.0),
    Row("weak", "weak reads, 64 clients over 3 members", "limited by the machine's query itself",
        ("read_weak",), calls, rate),
    Row("log", "catch-up from the log, 200,000 entries, restart included",
        "0.7 of the pipeline bound", ("log",), of("share_of_bound"), least=0.7),
    Row("log-nuraft", "the same", "2 x NuRaft's 175,000/s", ("log",), of("entries_per_second"),
        rate, seen_elsewhere=NURAFT.format("175,000/s")),
    Row("snapshot", "catch-up by snapshot, a whole state (--state-mib)",
        "0.7 of the pipeline bound", ("snapshot",), of("share_of_bound"), least=0.7),
    Row("snapshot-nuraft", "the same", "2 x NuRaft's 69 MB/s", ("snapshot",),
        of("mb_per_second"), lambda value: f"{value:.0f} MB/s",
        seen_elsewhere=NURAFT.format("69 MB/s")),
    Row("diff", "differential catch-up, a tenth of the state compared with a hundredth",
        "at most 12 x the bytes and the time", ("diff",), worst_change,
        lambda value: f"{value:.1f} x", most=12.0),
    Row("diff-bytes", "differential catch-up of a hundredth of the state",
        "at most 5 % of the state's bytes on the wire", ("diff",),
        lambda run: run["hundredth"]["of_state"], share, most=0.05),
    Row("failover", "the leader is killed, the longest of 5", "writes within 2 election timeouts",
        ("failover",), lambda run: run["kill"]["most_election_timeouts"], most=2.0),
    Row("transfer", "leadership is transferred, the longest of 5", "writes within 5 heartbeats",
        ("failover",), lambda run: run["transfer"]["most_heartbeats"], most=5.0),
    Row("groups-idle", "1,000 groups on 3 nodes, idle: the busiest node",
        "under 2 % of a core", ("groups",), of("idle_cores"), share, most=0.02),
    Row("groups-memory", "the same: the largest node", "under 200 MiB", ("groups",),
        lambda run: run["idle_memory"] / (1 << 20), lambda value: f"{value:.0f} MiB", most=200.0),
    Row("groups-rate", "writes, 64 clients spread over 1,000 groups", "those of one group",
        ("groups", "write"), ratio, least=1.0),
    Row("memory", "a soak with a follower that keeps going away: checks that fail",
        "none: memory and disk steady, no stall, equal states", ("soak",), unsteady,
        lambda value: f"{value:.0f}", most=0.0),
)
