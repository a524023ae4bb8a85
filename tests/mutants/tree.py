"""The copy of the sources that mutants are put into, and its build; the real tree is never edited.

What lies in the copy already and is the same stays untouched, so that a second run compiles little.
"""

import filecmp
import os
import shutil
import subprocess

LEFT_OUT = {".git", ".ci", "build", "docs", "bench", "quickstart-data", "__pycache__"}


class BuildError(Exception):
    """What was to be built could not be."""


def is_source(name):
    return name not in LEFT_OUT and not name.endswith(".pyc")


class Tree:
    def __init__(self, root):
        self.root = root
        self.place = root / "build" / "mutants"
        self.sources = self.place / "tree"
        # Within the copy, as in a clone: the compiler cache goes by relative paths.
        self.build = self.sources / "build" / "release"

    def copy(self):
        wanted = set()
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if is_source(name)]
            for name in filter(is_source, files):
                path = os.path.relpath(os.path.join(folder, name), self.root)
                wanted.add(path)
                self._copy_file(path)
        for folder, folders, files in os.walk(self.sources):
            folders[:] = [name for name in folders if is_source(name)]
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), self.sources)
                if path not in wanted:
                    (self.sources / path).unlink()

    def _copy_file(self, path):
        source, copy = self.root / path, self.sources / path
        if copy.is_file() and filecmp.cmp(source, copy, shallow=False):
            return
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)

    def configure(self):
        # As the release build is configured: so the compiler cache knows most of it already.
        werror = "OFF"
        cache = self.root / "build" / "release" / "CMakeCache.txt"
        if cache.is_file() and "TESSERA_WERROR:BOOL=ON" in cache.read_text(encoding="utf-8"):
            werror = "ON"
        self._run(["cmake", "-S", self.sources, "-B", self.build, "-G", "Ninja",
                   "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O2 -DNDEBUG",
                   "-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_UNITY_BUILD_BATCH_SIZE=8",
                   f"-DTESSERA_WERROR={werror}", "-DTESSERA_BUILD_TESTS=ON",
                   "-DTESSERA_BUILD_TOOL=OFF", "-Wno-dev"])

    def make(self, target):
        jobs = str(os.cpu_count() or 2)
        self._run(["cmake", "--build", self.build, "-j", jobs, "--target", target])

    def program(self, target):
        return self.build / "bin" / target

    def _run(self, command):
        self.place.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        (self.place / "build.log").write_text(done.stdout, encoding="utf-8")
        if done.returncode == 0:
            return
        telling = [line for line in done.stdout.splitlines() if "error:" in line.lower()]
        raise BuildError("\n".join(telling[:8] or done.stdout.splitlines()[-8:]))

    def put(self, mutant):
        for edit in mutant.edits:
            path = self.sources / edit.file
            path.write_text(edit.apply(path.read_text(encoding="utf-8")), encoding="utf-8")

    def restore(self, mutant):
        for edit in mutant.edits:
            shutil.copyfile(self.root / edit.file, self.sources / edit.file)
