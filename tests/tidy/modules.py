"""Rules about the module graph: who may include whom, and what the pure parts must not know."""

import re

from source import MODULES, line_of

# The arrows of the architecture, followed to their ends.
MAY_INCLUDE = {
    "primitives": set(),
    "net": {"primitives"},
    "storage": {"primitives"},
    "groups": {"primitives", "storage"},
    "statesync": {"primitives", "storage", "groups"},
    "runtime": {"primitives", "net", "storage", "groups", "statesync"},
}
# The one header of net that the shells of the groups talk to.
SHELL_LINK = "net/link.h"

PURE_FOLDERS = ("groups/core/", "statesync/")

_IMPURE_INCLUDES = re.compile(
    r"<(boost/asio|boost/beast|boost/thread|boost/random|boost/unordered|rocksdb/|sodium|thread>"
    r"|mutex>|shared_mutex>|condition_variable>|future>|stop_token>|semaphore>|random>"
    r"|unordered_map>|unordered_set>|ctime>|time\.h>|sys/time\.h>|unistd\.h>|pthread\.h>"
    r"|fstream>|filesystem>|tessera/storage/rocks/|tessera/net/)"
)
_IMPURE_NAMES = re.compile(
    r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock|file_clock|clock_gettime"
    r"|gettimeofday|SystemClock|SteadyClock|std::time|std::clock|std::thread|std::jthread"
    r"|std::async|thread_local|random_device|SystemRandom|mt19937(?:_64)?|std::rand|srand"
    r"|boost::asio|asio::\w+|rocksdb::\w+|unordered_\w+)\b"
)
_POINTER_ORDER = re.compile(r"\b(?:map|set|multimap|multiset)\s*<\s*[\w:<>\s]*\*\s*[,>]")


def module_arrows(tree):
    for file in tree.modules():
        allowed = MAY_INCLUDE[file.folder] | {file.folder}
        for line, header in file.includes():
            match = re.match(r"<tessera/(?:(\w+)/)?(.*)>$", header)
            if not match:
                continue
            module, rest = match.groups()
            if module is None:
                fine = rest == "version.h" or file.folder == "runtime"
            elif module == "net" and file.name.startswith("groups/shell/"):
                fine = f"{module}/{rest}" == SHELL_LINK
            else:
                fine = module in allowed
            if not fine:
                yield file.name, line, f"{file.folder} may not include {header}"


def pure_core(tree):
    for file in tree.modules():
        if not file.name.startswith(PURE_FOLDERS):
            continue
        for line, header in file.includes():
            if _IMPURE_INCLUDES.match(header):
                yield file.name, line, f"{header} has no place where everything is decided"
        for pattern, reason in (
            (_IMPURE_NAMES, "is not deterministic or does I/O"),
            (_POINTER_ORDER, "orders by address"),
        ):
            for match in pattern.finditer(file.code):
                yield file.name, line_of(file.code, match.start()), f"'{match.group()}' {reason}"


# Which folders may see a heavy library at all.
_LIBRARY_HOMES = (
    (re.compile(r"<rocksdb/"), ("storage/rocks/",)),
    (re.compile(r"<boost/(asio|beast)/"), ("net/asio/", "groups/shell/", "runtime/")),
)


def library_homes(tree):
    for file in tree.modules():
        for line, header in file.includes():
            for library, homes in _LIBRARY_HOMES:
                if library.match(header) and not file.name.startswith(homes):
                    yield file.name, line, f"{header} belongs into {' or '.join(homes)}"


def include_paths(tree):
    """Own headers go by their installed name; only tests and examples may name a neighbour."""
    for file in tree.files:
        for line, header in file.includes():
            if header.startswith('"'):
                neighbour = file.path.parent / header.strip('"')
                if file.folder in MODULES or not neighbour.is_file():
                    yield file.name, line, f"{header}: own headers are included as <tessera/...>"
                continue
            match = re.match(r"<tessera/((\w+)/.*)>$", header)
            if not match:
                continue
            path = match.group(1)
            if path.startswith("conformance/"):
                path = "tests/sim/" + path.removeprefix("conformance/")
            if not tree.exists(path):
                yield file.name, line, f"{header} does not exist"


def public_headers(tree):
    """What is installed must not lean on what is not."""
    for file in tree.modules():
        if not file.name.endswith(".h") or _is_private(file.name):
            continue
        for line, header in file.includes():
            match = re.match(r"<tessera/(.*)>$", header)
            if match and _is_private(match.group(1)):
                yield file.name, line, f"a public header includes the private {header}"


def _is_private(name):
    return "/internal/" in name or name.startswith("runtime/tool/")
