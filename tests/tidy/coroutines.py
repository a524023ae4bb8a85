"""A statement with co_await holds no braces, no lambda and no `?:`.

g++ 12 destroys such temporaries twice: once when the coroutine resumes and once at the end of the
statement. A value made with parentheses cannot be told from a call here; the runs under
AddressSanitizer catch those.

The code is read as nested blocks of statements. What stands in the body of a lambda belongs to the
statements of that body; the lambda itself belongs to the statement around it.
"""

import re

from source import line_of

_TOKEN = re.compile(r"\w+|->|::|\[\[|\]\]|[^\s\w]")
_BODY_WORDS = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable", "requires"}
_SCOPE_WORDS = {"namespace", "class", "struct", "union", "enum", "extern"}
# Before a `[` these words do not name what is being subscripted.
_BEFORE_LAMBDA = {"return", "co_return", "co_await", "co_yield", "throw", "case", "else", "in"}


class Statement:
    """The tokens that stand directly in one statement, and what it holds."""

    def __init__(self):
        self.tokens = []
        self.awaits = []  # offsets
        self.faults = set()


def co_await_statements(tree):
    for file in tree.files:
        if "co_await" not in file.code:
            continue
        code = file.code_without_directives
        for offset, faults in findings(code):
            held = " and ".join(sorted(faults))
            yield file.name, line_of(code, offset), f"co_await beside {held}: name the value first"


def findings(code):
    reader = _Reader(code)
    reader.block()
    return sorted(reader.found)


class _Reader:
    def __init__(self, code):
        self.tokens = [(match.group(), match.start()) for match in _TOKEN.finditer(code)]
        self.at = 0
        self.found = []

    def block(self):
        """Reads statements up to the brace that closes this block, or the end."""
        statement = Statement()
        while self.at < len(self.tokens):
            token, offset = self.tokens[self.at]
            self.at += 1
            if token == "}":
                break
            if token == ";":
                self.finish(statement)
                statement = Statement()
            elif token == "{" and self.is_body(statement):
                self.finish(statement)
                self.block()
                statement = Statement()
            else:
                self.take(statement, token, offset)
        self.finish(statement)

    def take(self, statement, token, offset):
        if token == "co_await":
            statement.awaits.append(offset)
        elif token == "?":
            statement.faults.add("?:")
        elif token == "[" and self.begins_lambda(statement):
            self.read_lambda(statement)
            return
        elif token == "{":
            statement.faults.add("braces")
            self.group(statement, "}")
            statement.tokens.append("{}")
            return
        elif token in ("(", "["):
            self.group(statement, ")" if token == "(" else "]")
            statement.tokens.append("()" if token == "(" else "[]")
            return
        statement.tokens.append(token)

    def group(self, statement, closing):
        """What stands in brackets belongs to the statement around them, `for (;;)` included."""
        around, statement.tokens = statement.tokens, []
        while self.at < len(self.tokens):
            token, offset = self.tokens[self.at]
            self.at += 1
            if token == closing:
                break
            self.take(statement, token, offset)
        statement.tokens = around

    def begins_lambda(self, statement):
        if not statement.tokens:
            return True
        before = statement.tokens[-1]
        if re.fullmatch(r"\w+", before):
            return before in _BEFORE_LAMBDA
        return before not in ("()", "[]", "{}", "]]")

    def read_lambda(self, statement):
        statement.faults.add("a lambda")
        self.group(statement, "]")  # a co_await in a capture is one of the statement's own
        while self.at < len(self.tokens):
            token, offset = self.tokens[self.at]
            self.at += 1
            if token == "{":
                self.block()
                statement.tokens.append("{}")
                return
            if token in (";", ",", ")", "}"):  # no lambda after all
                self.at -= 1
                return
            if token == "(":
                self.group(Statement(), ")")

    def is_body(self, statement):
        """Is the brace just read the body of a function, a type or a control statement?"""
        tokens = statement.tokens
        if not tokens or tokens[-1] in (":", "()") or tokens[-1] in _BODY_WORDS:
            return not (tokens and tokens[-1] == ":" and "?" in tokens)
        if _SCOPE_WORDS & set(tokens) and "()" not in tokens and "=" not in tokens:
            return True
        if "->" in tokens and "()" in tokens and "=" not in tokens and tokens[0] != "co_await":
            arrow = len(tokens) - 1 - tokens[::-1].index("->")
            before = tokens[:arrow]
            return before[-1] in ("()", "const", "noexcept") and self.declares(before)
        return False

    @staticmethod
    def declares(tokens):
        """`auto f() -> T {` does; `co_return x->f{` and `g()->h{` do not."""
        return "auto" in tokens and not {"return", "co_return", "co_await"} & set(tokens)

    def finish(self, statement):
        if statement.faults:
            for offset in statement.awaits:
                self.found.append((offset, frozenset(statement.faults)))
