#!/usr/bin/env bash
# make fuzz: every fuzz target of the project for FUZZTIME each, JOBS of them side
# by side. Prints the executions of each target and of all, and ends with 1 when an
# input was found that breaks a target; Go writes that input into testdata/fuzz of
# its package, where `make test` tries it again from then on.
# Usage: fuzz.sh FUZZTIME JOBS PKG...
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# -ge 3 ] || fail "usage: fuzz.sh FUZZTIME JOBS PKG..."
fuzztime=$1
jobs=$2
shift 2
enter_sandbox
cd "$root"

# One target: its executions and what it found, in one line, and its output where it failed.
fuzz_one() {
  local package=$1 target=$2 log found="nothing found"
  log=$sandbox/log.$target.$BASHPID
  go test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" -parallel 1 "$package" >"$log" 2>&1 </dev/null || found=FAILED
  [ "$found" != FAILED ] || sed 's/^/    /' "$log" >&2
  printf '%s\t%s\t%s\t%s\n' "$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$log" | tail -1)" "$target" "$package" "$found" | tee -a "$sandbox/results"
}

# The names come from `go test -list`, so that a new target cannot be forgotten.
targets() {
  local package
  for package in $(go list "$@"); do
    go test -list '^Fuzz' "$package" | sed -n "s|^\(Fuzz.*\)|$package \1|p"
  done
}

targets "$@" >"$sandbox/targets"
count=$(wc -l <"$sandbox/targets")
[ "$count" -gt 0 ] || fail "no fuzz target in $*"
echo "$count targets, $fuzztime each, $jobs side by side"
: >"$sandbox/results"
export -f fuzz_one
export sandbox fuzztime
xargs -n 2 -P "$jobs" bash -c 'fuzz_one "$1" "$2"' fuzz <"$sandbox/targets"

ended=$(wc -l <"$sandbox/results")
failed=$(grep -c 'FAILED$' "$sandbox/results" || true)
echo "$ended targets, $(awk '{sum += $1} END {printf "%d", sum}' "$sandbox/results") executions, $failed failed"
[ "$ended" -eq "$count" ] || fail "$((count - ended)) targets have no result"
[ "$failed" -eq 0 ] || fail "an input was found that breaks a target: fix it and commit testdata/fuzz with the fix"
