"""Rules about size and shape: files, functions, lines, headers, READMEs, files nobody uses."""

import re

from source import CONTRACT_TEXTS, MODULES, line_of

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100
README_LINES_MAX = 60


def file_lines(tree):
    for file in tree.files:
        lines = file.text.count("\n")
        if lines > FILE_LINES_MAX:
            yield file.name, lines, f"{lines} lines; at most {FILE_LINES_MAX}: split it"


def columns(tree):
    for file in tree.files:
        if file.name in CONTRACT_TEXTS:
            continue
        for number, line in enumerate(file.text.split("\n"), 1):
            if len(line) > COLUMNS_MAX:
                yield file.name, number, f"{len(line)} columns; at most {COLUMNS_MAX}"


_OUTER_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\s*\"\"\s*$")


def function_lines(tree):
    for file in tree.files:
        for name, first, last in functions(file.code_without_directives):
            lines = last - first + 1
            if lines > FUNCTION_LINES_MAX:
                yield file.name, first, f"{name} has {lines} lines; at most {FUNCTION_LINES_MAX}"


def functions(code):
    """Yields (name, first line, last line) of every function body outside other functions."""
    outer = []  # for each open brace: is it a namespace or a type?
    inside = 0  # braces open within a function or an initialiser
    head_start = 0  # where the declaration before the next brace begins
    depth = 0  # parentheses
    body = None
    for match in re.finditer(r"[(){};]", code):
        at, token = match.start(), match.group()
        if inside:
            inside += {"{": 1, "}": -1}.get(token, 0)
            if inside == 0:
                head = code[body[0] : body[1]]
                # An initialiser in a constructor's list ends in the middle of the declaration.
                following = code[at + 1 :].lstrip()[:1]
                if _is_function(head) and following not in (",", "{"):
                    start = body[0] + len(head) - len(head.lstrip())
                    yield _name(head), line_of(code, start), line_of(code, at)
                if following not in (",", "{"):
                    head_start = at + 1
        elif token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
        elif token == ";":
            if depth == 0:
                head_start = at + 1
        elif token == "}":
            if outer:
                outer.pop()
            head_start = at + 1
        else:
            head = code[head_start:at]
            if depth == 0 and _opens_scope(head):
                outer.append(True)
                head_start = at + 1
            else:
                body = (head_start, at)
                inside = 1


def _opens_scope(head):
    """`class X : Base {` does; `enum Kind f() {` and `template <class T> void f() {` do not."""
    plain = re.sub(r"template\s*<.*?>(?=\s*\w)", "", head, flags=re.S)
    plain = re.sub(r"alignas\s*\([^)]*\)|\[\[.*?\]\]", "", plain, flags=re.S)
    # A macro without a semicolon may stand before; what follows the last parenthesis decides.
    return bool(_OUTER_SCOPE.search(plain.rsplit(")", 1)[-1]))


def _is_function(head):
    return "(" in head and not re.search(r"(=|\breturn)\s*$", head)


def _name(head):
    match = re.search(r"([~\w:]+(?:\s*[^\s\w(]{1,3})?)\s*\(([^)]*)", head)
    if not match:
        return "a function"
    if re.fullmatch(r"TEST(_F|_P)?|TYPED_TEST", match.group(1)):
        return f"{match.group(1)}({match.group(2)})"
    return match.group(1) + "()"


# Directives, the namespace and forward declarations may stand before the comment.
_BEGINS_WITH_COMMENT = re.compile(
    r"(?:\s*(?:#[^\n]*\n|namespace [\w:]+ \{|(?:class|struct|enum class) [\w:]+;|\}))*\s*(?://|/\*)"
)


_BUILT_IN = (
    r"(?:const\s+)?(?:std::)?(?:bool|char|short|int|long|unsigned|float|double|size_t|ptrdiff_t"
    r"|u?int(?:8|16|32|64)_t)(?:\s+(?:int|long))*\s*&?"
)
_NEIGHBOURS = re.compile(
    rf"(?<=[(,])\s*({_BUILT_IN})\s+\w+\s*(?:=[^,()]*)?,\s*({_BUILT_IN})\s+\w+\s*(?=[,)=])"
)


def neighbouring_parameters(tree):
    """Two parameters of one built-in type side by side are sooner or later passed in wrong order."""
    for file in tree.modules():
        for match in _NEIGHBOURS.finditer(file.code):
            first, second = (re.sub(r"\bconst\b|[\s&]", "", kind) for kind in match.groups())
            if first == second:
                what = " ".join(match.group().split())
                yield file.name, line_of(file.code, match.start(1)), f"'{what}': give them types"


def headers(tree):
    """A header begins with what it is for, and guards itself."""
    for file in tree.files:
        if not file.name.endswith(".h") or file.name in CONTRACT_TEXTS:
            continue
        if not re.search(r"^#pragma once$", file.text, re.M):
            yield file.name, 1, "no '#pragma once'"
        if not _BEGINS_WITH_COMMENT.match(file.text):
            yield file.name, 1, "no comment at the top: what it is, whose, which thread, how long"


def readmes(tree):
    for module in MODULES:
        path = tree.root / module / "README.md"
        if not (tree.root / module).is_dir():
            continue
        if not path.is_file():
            yield f"{module}/README.md", 1, "does not exist"
            continue
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > README_LINES_MAX:
            yield f"{module}/README.md", lines, f"{lines} lines; at most {README_LINES_MAX}"


def dead_files(tree):
    """Every source file is built and every header is included by somebody."""
    included = set()
    for file in tree.files:
        for _, header in file.includes():
            included.add(header.strip('<>"').removeprefix("tessera/"))
    build_files = tree.build_files()
    for file in tree.files:
        if file.name.endswith(".h"):
            short = re.sub(r"^tests/sim/", "conformance/", file.name)
            base = file.name.rsplit("/", 1)[1]
            used = file.name in included or short in included or file.name == "runtime/tessera.h"
            if not used and file.folder not in MODULES:
                used = any(name == base or name.endswith("/" + base) for name in included)
            if not used and file.name not in CONTRACT_TEXTS:
                yield file.name, 1, "nobody includes it"
        elif not _is_built(file.name, build_files):
            yield file.name, 1, "no CMakeLists.txt lists it"


def _is_built(name, build_files):
    parts = name.split("/")
    for cut in range(len(parts) - 1, 0, -1):
        folder, rest = "/".join(parts[:cut]), "/".join(parts[cut:])
        text = build_files.get(folder, "")
        if re.search(r"(?<![\w/.-])" + re.escape(rest) + r"(?![\w/.-])", text):
            return True
    # The examples are named without their ending.
    stem = parts[-1].removesuffix(".cpp")
    return parts[0] == "examples" and bool(
        re.search(rf"\b{re.escape(stem)}\b", build_files.get("examples", ""))
    )
