"""The source tree as the rules see it: files, their text, and their code alone."""

import pathlib
import re

MODULES = ("primitives", "net", "storage", "groups", "statesync", "runtime")
CODE_FOLDERS = MODULES + ("tests", "bench", "examples")

# The texts of the API contract: kept to the letter, whatever our own style says.
CONTRACT_TEXTS = ("examples/quickstart.cpp", "examples/whole_state.h")

_LITERALS = re.compile(
    r"""//[^\n]*                                  # line comment
      | /\*.*?\*/                                 # block comment
      | R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"   # raw string
      | "(?:\\.|[^"\\\n])*"                       # string
      | (?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'      # character, not a digit separator
    """,
    re.S | re.X,
)


def _blanked(match):
    text = match.group()
    lines = "\n" * text.count("\n")
    if text.startswith("/"):
        return " " + lines
    return ('""' if text[0] in 'R"' else "''") + lines


class SourceFile:
    def __init__(self, root, path):
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self.text = path.read_text(encoding="utf-8")
        self._code = None

    @property
    def folder(self):
        """The top-level folder the file lives in."""
        return self.name.split("/")[0]

    @property
    def code(self):
        """The text without comments and literals; every line keeps its number."""
        if self._code is None:
            self._code = _LITERALS.sub(_blanked, self.text)
        return self._code

    @property
    def code_without_directives(self):
        """Also without preprocessor lines, so that braces pair up."""
        return re.sub(
            r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
            lambda match: "\n" * match.group().count("\n"),
            self.code,
            flags=re.M,
        )

    def includes(self):
        """Yields (line number, header with its brackets or quotes)."""
        pattern = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")')
        for number, line in enumerate(self.text.split("\n"), 1):
            match = pattern.match(line)
            if match:
                yield number, match.group(1)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = []
        for folder in CODE_FOLDERS:
            for path in sorted((self.root / folder).rglob("*")):
                if path.suffix in (".h", ".cpp") and path.is_file():
                    self.files.append(SourceFile(self.root, path))

    def modules(self):
        """The files of the library and its program."""
        return [file for file in self.files if file.folder in MODULES]

    def exists(self, name):
        return (self.root / name).is_file()

    def build_files(self):
        """The text of every CMakeLists.txt, by the folder it describes."""
        texts = {}
        for folder in CODE_FOLDERS:
            for path in sorted((self.root / folder).rglob("CMakeLists.txt")):
                name = path.parent.relative_to(self.root).as_posix()
                texts[name] = path.read_text(encoding="utf-8")
        return texts
