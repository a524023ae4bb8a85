#!/usr/bin/env python3
"""Shows that every rule of tidy.py can fail: it finds what is planted, and not its clean twin."""

import pathlib
import sys
import tempfile
import unittest

import tidy
from source import Tree

HEADER = "#pragma once\n\n/// What it is.\n"


def check(rule, files):
    """The findings of one rule in a tree of the files given."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(tidy.RULES[rule](Tree(folder)))


class TidyTest(unittest.TestCase):
    def bad(self, rule, name, text, **more):
        files = {path.replace("__", "/"): body for path, body in more.items()}
        found = check(rule, {name: text, **files})
        self.assertTrue(found, f"{rule} did not find: {text!r} in {name}")
        self.assertEqual(name, found[0][0])

    def good(self, rule, name, text, **more):
        files = {path.replace("__", "/"): body for path, body in more.items()}
        self.assertEqual([], check(rule, {name: text, **files}))


class ModuleRules(TidyTest):
    def test_module_arrows(self):
        for name, header in (
            ("primitives/a.h", "storage/cursor.h"),
            ("net/a.cpp", "storage/cursor.h"),
            ("storage/a.cpp", "net/link.h"),
            ("groups/a.h", "net/link.h"),
            ("groups/core/a.cpp", "net/link.h"),
            ("groups/shell/a.cpp", "net/transport.h"),
            ("groups/a.cpp", "statesync/context.h"),
            ("statesync/a.cpp", "net/link.h"),
            ("statesync/a.cpp", "runtime/network.h"),
            ("statesync/a.cpp", "tessera.h"),
            ("storage/a.cpp", "conformance/cluster.h"),
        ):
            self.bad("module_arrows", name, f"#include <tessera/{header}>\n")
        for name, header in (
            ("net/a.cpp", "primitives/ids.h"),
            ("net/a.cpp", "net/link.h"),
            ("groups/a.h", "storage/cursor.h"),
            ("groups/shell/a.cpp", "net/link.h"),
            ("statesync/a.h", "groups/anchor.h"),
            ("statesync/a.h", "storage/cursor.h"),
            ("runtime/a.cpp", "net/asio/dialer.h"),
            ("runtime/tool/a.cpp", "tessera.h"),
            ("net/a.cpp", "version.h"),
            ("tests/net/a.cpp", "runtime/network.h"),
        ):
            self.good("module_arrows", name, f"#include <tessera/{header}>\n")

    def test_pure_core(self):
        for text in (
            "#include <boost/asio/post.hpp>\n",
            "#include <rocksdb/db.h>\n",
            "#include <sodium.h>\n",
            "#include <thread>\n",
            "#include <random>\n",
            "#include <unordered_map>\n",
            "#include <tessera/storage/rocks/store.h>\n",
            "auto now = std::chrono::steady_clock::now();\n",
            "std::random_device seed;\n",
            "std::jthread worker;\n",
            "boost::unordered_flat_map<int, int> m;\n",
            "std::map<Peer*, int> m;\n",
            "std::set<const Peer *> m;\n",
        ):
            self.bad("pure_core", "groups/core/a.cpp", text)
            self.bad("pure_core", "statesync/a.h", text)
            self.good("pure_core", "runtime/a.cpp", text)
        clean = "// no steady_clock here\nstd::map<Id, Peer*> m;\n"
        self.good("pure_core", "groups/core/a.cpp", clean)
        self.good("pure_core", "groups/core/a.cpp", "#include <chrono>\n#include <map>\n")

    def test_library_homes(self):
        self.bad("library_homes", "storage/store.h", "#include <rocksdb/db.h>\n")
        self.bad("library_homes", "net/link.h", "#include <boost/asio/ip/tcp.hpp>\n")
        self.good("library_homes", "storage/rocks/a.cpp", "#include <rocksdb/db.h>\n")
        self.good("library_homes", "net/asio/a.cpp", "#include <boost/asio/ip/tcp.hpp>\n")

    def test_include_paths(self):
        self.bad("include_paths", "net/a.cpp", '#include "a.h"\n', net__a_h="")
        self.bad("include_paths", "net/a.cpp", "#include <tessera/net/gone.h>\n")
        self.bad("include_paths", "tests/net/a.cpp", '#include "gone.h"\n')
        self.good("include_paths", "net/a.cpp", "#include <tessera/net/b.h>\n", **{"net/b.h": ""})
        self.good("include_paths", "tests/a.cpp", '#include "b.h"\n', **{"tests/b.h": ""})
        sim = {"tests/sim/b.h": ""}
        self.good("include_paths", "tests/a.cpp", "#include <tessera/conformance/b.h>\n", **sim)

    def test_public_headers(self):
        text = "#include <tessera/net/internal/frame.h>\n"
        self.bad("public_headers", "net/link.h", text)
        self.good("public_headers", "net/link.cpp", text)
        self.good("public_headers", "net/internal/a.h", text)


class ShapeRules(TidyTest):
    def test_file_lines(self):
        self.bad("file_lines", "net/a.cpp", "\n" * 501)
        self.good("file_lines", "net/a.cpp", "\n" * 500)

    def test_columns(self):
        self.bad("columns", "net/a.cpp", "//" + "x" * 99 + "\n")
        self.good("columns", "net/a.cpp", "//" + "é" * 98 + "\n")
        self.good("columns", "examples/quickstart.cpp", "//" + "x" * 120 + "\n")

    def test_function_lines(self):
        inside = "  step();\n"
        for first in (
            "void f() {\n",
            "Thing::Thing(int a) : a_{a}, b_(2) {\n",
            "Thing::Thing(int a)\n    : b_{2} {\n",
            "template <class T>\nauto f(T t) const -> int {\n",
            "namespace a {\nstruct B : C {\n  int g() const override {\n",
            "TEST(Suite, Case) {\n",
            "int x = 1;\nclass A { int y_{2}; void f() {\n",
            "std::vector<struct stat> f(struct stat s) {\n",
        ):
            self.bad("function_lines", "net/a.cpp", first + inside * 70 + "}\n")
            self.good("function_lines", "net/a.cpp", first + inside * 60 + "}\n")
        for first, line in (
            ("namespace a {\n", "void f() { g(); }\n"),
            ("CEREAL_CLASS_VERSION(A, 1)\nnamespace a {\n", "void f() { g(); }\n"),
            ("class A : B {\n", "int f() { return 1; }\n"),
            ("constexpr T table = {\n", "  {f(1), 2},\n"),
            ("enum class A {\n", "  a,\n"),
        ):
            self.good("function_lines", "net/a.cpp", first + line * 90 + "};\n")

    def test_neighbouring_parameters(self):
        for text in (
            "void f(int a, int b);\n",
            "void f(A a, const std::uint64_t a, std::uint64_t b = 1);\n",
            "auto g = [](bool a,\n  bool b) {};\n",
        ):
            self.bad("neighbouring_parameters", "net/a.h", text)
        for text in ("void f(int a, A b, int c, long d);\n", "int a, b; f(a, b);\n"):
            self.good("neighbouring_parameters", "net/a.h", text)

    def test_headers(self):
        self.bad("headers", "net/a.h", "// What.\nint f();\n")
        self.bad("headers", "net/a.h", "#pragma once\n\n#include <map>\nint f();\n")
        self.bad("headers", "net/a.h", "#pragma once\nnamespace a {\nint f();\n// What.\n}\n")
        self.good("headers", "net/a.h", HEADER + "int f();\n")
        opened = "#pragma once\n#include <map>\nnamespace a::b {\nclass C;\n"
        self.good("headers", "net/a.h", opened + "/// What.\nint f();\n}\n")

    def test_readmes(self):
        self.bad("readmes", "net/README.md", "line\n" * 61, **{"net/a.cpp": ""})
        self.good("readmes", "net/README.md", "line\n" * 60, **{"net/a.cpp": ""})
        self.assertTrue(check("readmes", {"net/a.cpp": ""}))

    def test_dead_files(self):
        build = {"net/CMakeLists.txt": "tessera_sources(a.cpp in/b.cpp)\n"}
        self.bad("dead_files", "net/ba.cpp", "", **build)
        self.bad("dead_files", "net/a.h", "", **build)
        include = "#include <tessera/net/a.h>\n"
        self.good("dead_files", "net/a.cpp", include, **build, **{"net/a.h": ""})
        self.good("dead_files", "net/in/b.cpp", "", **build)


class WordRules(TidyTest):
    def test_banned_words(self):
        for text in (
            "// TO" "DO: later\n",
            "// FIX" "ME\n",
            "int place" "holder;\n",
            'throw "not imple' 'mented";\n',
            "TEST(A, DISABLED_B) {}\n",
            "friend class A;\n",
            "#include <boost/asio.hpp>\n",
            "#include <cereal/types/memory.hpp>\n",
            "#include <cereal/types/polymorphic.hpp>\n",
            "class LinkManager {};\n",
            "struct StringUtil;\n",
            "int x;  // NOLINT\n",
            "std::this_thread::sleep_for(x);\n",
        ):
            self.bad("banned_words", "net/a.cpp", text)
        clean = "// a friend in need\nint todo_list;\nclass Simple;\n"
        self.good("banned_words", "net/a.cpp", clean)

    def test_detached(self):
        text = "co_spawn(e, f(), boost::asio::detached);\n"
        self.bad("detached", "net/asio/a.cpp", text)
        self.bad("detached", "tests/a.cpp", "co_spawn(e, f(), detached);\n")
        self.good("detached", "runtime/spawn.h", text)
        self.good("detached", "net/a.cpp", "crypto_sign_detached(x);\n")
        self.assertTrue(check("detached", {"net/spawn.h": text, "runtime/spawn.h": text}))


class CoroutineRule(TidyTest):
    def test_co_await_statements(self):
        for statement in (
            "co_await group.execute(Put{1, 2});",
            "auto r = co_await group.execute(Put{});",
            "co_return Answer{co_await f()};",
            "co_return co_await f({1, 2});",
            "co_await f([x] { return x; });",
            "co_await f([=](int a) mutable -> int { return a + x; });",
            "co_await f(a ? b : c);",
            "auto v = a ? co_await f() : g();",
            "if (auto r = co_await f(Put{1}); r) { g(); }",
            "while (co_await f(T{})) {}",
            "for (auto x : co_await f(T{})) {}",
            "T value{co_await f()};",
            "auto [a, b] = co_await f(T{});",
            "const auto x = y[0] + co_await f(T{});",
            "case 1: co_await f(T{});",
            "auto f = [] { return 1; }() + co_await g();",
            "(co_await f()).map([](int x) { return x; });",
        ):
            self.bad("co_await_statements", "net/a.cpp", "Task f() {\n  " + statement + "\n}\n")
        for statement in (
            "Put put{1, 2};\n  co_await group.execute(put);",
            "co_await group.execute(Put(1));",
            "if (co_await f()) { T t{1}; g(t); }",
            "if (x) co_await f(); else { co_await g(); }",
            "do { co_await f(); } while (x);",
            "for (;;) { co_await f(); }",
            "try { co_await f(); } catch (const E& e) { g(T{}); }",
            "switch (x) { case A: { co_await f(); } default: co_await g(); }",
            "auto run = [&]() -> awaitable<void> { co_await f(); };",
            "spawn(e, [x]() mutable -> awaitable<std::vector<int>> { co_await f(x); }, T{});",
            "spawn(e, [x] { return [=]() -> A { co_await f(x); }; });",
            "T t{1}; co_await f(); U u = a ? b : c;",
            'auto text = R"(co_await f{})"; co_await g("{?");',
            "// co_await f{};\n",
            "const bool ready = co_await f(values[0], other[i]);",
        ):
            self.good("co_await_statements", "net/a.cpp", "Task f() {\n  " + statement + "\n}\n")
        for text in (
            "namespace a { class B : C { auto f() -> T { co_await g(); } }; }",
            "namespace a::b { struct B { A f() const override { co_await g(); } int x{1}; }; }",
            "template <class T> requires C<T> A f(T t) { co_await g(t); }",
            "B::B(int a) : a_{a}, b_(1) { }  A f() { co_await g(); }",
            "auto f(int a = 1, T t = {}) -> T { co_await g(); }",
            "TEST(A, B) { run([]() -> A { co_await g(); }); }",
        ):
            self.good("co_await_statements", "net/a.cpp", text)


class Coverage(unittest.TestCase):
    def test_every_rule_is_tested(self):
        tested = set()
        for case in (ModuleRules, ShapeRules, WordRules, CoroutineRule):
            tested |= {name.removeprefix("test_") for name in dir(case) if name.startswith("test_")}
        self.assertEqual(set(tidy.RULES), tested)

    def test_every_rule_is_run(self):
        build = pathlib.Path(__file__).with_name("CMakeLists.txt").read_text(encoding="utf-8")
        for rule in tidy.RULES:
            self.assertRegex(build, rf"\b{rule}\b")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=0))
