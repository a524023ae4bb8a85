"""Words that do not land: in the code, or anywhere in a source file."""

import re

from source import MODULES, line_of

# In comments and strings too.
_ANYWHERE = (
    (r"\bTODO\b|\bFIXME\b|\bXXX\b", "finish it, or leave it out"),
    (r"(?i)\bplaceholder\b|\bnot (?:yet )?implemented\b", "what is there works, or is not there"),
    (r"\bDISABLED_", "a test runs, or is not there"),
    (r"\bNOLINT|clang-format off", "no waivers: change the code"),
)
_IN_CODE = (
    (r"\bfriend\b", "no friends: give the type the operation it lacks"),
    (r"#\s*include\s*<boost/asio\.hpp>", "include the small Asio headers"),
    (r"\b(?:class|struct)\s+\w*(?:Manager|Helper|Helpers|Util|Utils|Impl)\b", "find the noun"),
)
# Of the library and its program alone.
_IN_MODULES = (
    (
        r"#\s*include\s*<cereal/types/(?:memory|polymorphic)\.hpp>",
        "not for data from outside",
    ),
)
# The program may wait for other processes; the library waits for nothing but its queues.
_SLEEP = r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b"
# Nothing runs without an owner; the one helper that starts coroutines is the owner's.
_DETACHED = re.compile(r"\b(?:asio::)?detached\b")
SPAWN_FILES = ("spawn.h", "spawn.cpp")


def banned_words(tree):
    for file in tree.files:
        in_code = list(_IN_CODE)
        if file.folder in MODULES:
            in_code += _IN_MODULES
            if not file.name.startswith("runtime/tool/"):
                in_code.append((_SLEEP, "wait for the condition"))
        for text, patterns in ((file.text, _ANYWHERE), (file.code, in_code)):
            for pattern, reason in patterns:
                for match in re.finditer(pattern, text):
                    yield _finding(file, text, match, reason)


def detached(tree):
    homes = set()
    for file in tree.files:
        for match in _DETACHED.finditer(file.code):
            if file.name.rsplit("/", 1)[1] in SPAWN_FILES:
                homes.add(file.name)
                continue
            yield _finding(file, file.code, match, "nothing runs without an owner")
    if len({home.rsplit(".", 1)[0] for home in homes}) > 1:
        yield sorted(homes)[1], 1, f"there is one spawn helper, not {len(homes)}"


def _finding(file, text, match, reason):
    return file.name, line_of(text, match.start()), f"'{match.group()}': {reason}"
