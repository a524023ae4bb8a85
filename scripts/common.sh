# Shared by the scripts of this folder; sourced, not run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

say() { printf '==> %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# One job a core, but never more than the memory carries: a coroutine-heavy file takes up to 1.5 GB.
build_jobs() {
  local cores memory_kib by_memory
  cores="$(nproc)"
  memory_kib="$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)"
  by_memory=$(((memory_kib + 1) / 1572864))
  ((by_memory >= 1)) || by_memory=1
  printf '%s\n' "$((cores < by_memory ? cores : by_memory))"
}

# configure PRESET [CMAKE ARGUMENT...]: quiet unless it fails.
configure() {
  local preset="$1" log
  shift
  say "configuring build/$preset"
  mkdir -p "$root/build"
  log="$root/build/configure-$preset.log"
  if ! (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1; then
    cat "$log" >&2
    die "cmake could not configure build/$preset"
  fi
}

# build PRESET [TARGET...]: ninja shows the progress itself.
build() {
  local preset="$1" jobs
  shift
  jobs="$(build_jobs)"
  say "building build/$preset with $jobs jobs"
  local targets=()
  (($#)) && targets=(--target "$@")
  (cd "$root" && cmake --build --preset "$preset" -j "$jobs" "${targets[@]}")
}

# What scripts/test and scripts/parity run.
build_tests() {
  "$root/scripts/setup" --test
  configure release -DTESSERA_BUILD_TESTS=ON
  build release
}

# Passes on what failed, and one line in twenty of what passed.
thin_out() {
  awk '
    match($0, /^ *[0-9]+\/[0-9]+ Test +#/) {
      split($1, at, "/")
      step = int(at[2] / 20) + 1
      if ($0 ~ / Passed /) { if (at[1] % step == 0) print "    " at[1] " of " at[2] " tests"; next }
    }
    /^ +Start +[0-9]+:/ { next }
    { print }
    { fflush() }'
}

# Two tests a core: many wait for a disk or for a timeout to pass.
#
# run_tests PRESET [CTEST ARGUMENT...]: ends with `N passed, N failed`, and fails if any did or none ran.
run_tests() {
  local preset="$1" directory="$root/build/$1" code=0 total failed skipped
  local report="$directory/tests.xml"
  shift
  rm -f "$report"
  say "running the tests of build/$preset"
  local arguments=(--preset "$preset" --output-junit "$report" -j "$((2 * $(nproc)))" "$@")
  if [[ -t 1 ]]; then
    (cd "$root" && ctest --progress "${arguments[@]}") || code=$?
  else
    (cd "$root" && ctest "${arguments[@]}") 2>&1 | thin_out || code=$?
  fi
  [[ -f "$report" ]] || die 'the tests left no report'
  total="$(suite_count "$report" tests)"
  failed="$(suite_count "$report" failures)"
  skipped="$(suite_count "$report" skipped)"
  ((skipped == 0)) || say "$skipped skipped (each says why in its output)"
  printf '%s passed, %s failed\n' "$((total - failed - skipped))" "$failed"
  ((code == 0 && failed == 0 && total > skipped))
}

# The attribute of the report's <testsuite> element.
suite_count() { grep -m1 -oE "^[[:space:]]*$2=\"[0-9]+\"" "$1" | grep -oE '[0-9]+'; }

# The sources that clang-format owns, NUL-separated. The two programs of the API contract are kept
# to the letter and are therefore left out.
formatted_files() {
  local folder folders=()
  for folder in primitives net storage groups statesync runtime tests bench examples; do
    [[ -d "$root/$folder" ]] && folders+=("$root/$folder")
  done
  find "${folders[@]}" -type f \( -name '*.h' -o -name '*.cpp' \) \
    ! -path "$root/examples/quickstart.cpp" ! -path "$root/examples/whole_state.h" \
    ! -path '*/tidy/snippets/*' -print0 | sort -z
}
