#!/usr/bin/env bash
# make cover: which statements of the libraries their tests never run. A statement
# counts as run when the tests of any of these packages run it. Prints the statements
# that were not, then each package's percentage, and ends with 1 when the client or a
# package with resources is below the least.
# Usage: cover.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

least=90
held=(scp budget billingplan)
others=(costexplorer function money officialstate provider rowserver tfkit)

enter_sandbox
find_terraform
cd "$root"
packages=("${held[@]}" "${others[@]}")
packages=("${packages[@]/#/./internal/}")
echo "Testing with $terraform_version ($terraform)"
TF_ACC=1 go test -count=1 -timeout=20m -coverprofile="$sandbox/profile" \
  -coverpkg="$(IFS=,; echo "${packages[*]}")" "${packages[@]}" </dev/null >"$sandbox/log" 2>&1 ||
  { cat "$sandbox/log" >&2; fail "the tests failed"; }

# A line of the profile is module/file.go:line.column,line.column statements runs, and
# each package's tests write every statement once.
awk -v module="$(go list -m)/" -v held="${held[*]}" -v least="$least" '
  NR > 1 { statements[$1] = $2; runs[$1] += $3 }
  END {
    for (block in statements) {
      split(substr(block, length(module) + 1), at, /[:.,]/) # folder/file, go, line, column, line, column
      folder = at[1]; sub("/[^/]*$", "", folder)
      all[folder] += statements[block]
      if (runs[block]) run[folder] += statements[block]
      else print at[1] ".go:" at[3] | "sort -t: -k1,1 -k2,2n"
    }
    close("sort -t: -k1,1 -k2,2n")
    for (folder in all) printf "%5.1f%% of %5d statements  %s\n", 100 * run[folder] / all[folder], all[folder], folder | "sort -k5"
    close("sort -k5")
    count = split(held, names, " ")
    for (i = 1; i <= count; i++) {
      folder = "internal/" names[i]
      if (!all[folder] || 100 * run[folder] < least * all[folder]) {
        print "error: " folder " is below " least "%" | "cat >&2"
        failed = 1
      }
    }
    exit failed
  }' "$sandbox/profile"
