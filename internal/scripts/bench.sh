#!/usr/bin/env bash
# make bench: the Go benchmarks, each for BENCHTIME, then the whole provider with
# real Terraform. PKG narrows the benchmarks and leaves the program out; BENCHARGS
# go to the program (go run ./internal/testing/bench -help lists them).
# Usage: bench.sh BENCHTIME PKG...
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# -ge 2 ] || fail "usage: bench.sh BENCHTIME PKG..."
benchtime=$1
shift
enter_sandbox
find_terraform
cd "$root"
echo "Benchmarks, $benchtime each"
go test -run '^$' -bench . -benchmem -benchtime "$benchtime" -timeout 60m "$@"
[ "$*" = ./... ] || exit 0

mkdir -p bin
echo "The whole provider, with $terraform_version ($terraform)"
read -ra arguments <<<"${BENCHARGS:-}"
go run ./internal/testing/bench -json bin/bench.json -markdown bin/bench.md ${arguments[@]+"${arguments[@]}"}
echo
echo "The table is in bin/bench.md, all figures are in bin/bench.json"
