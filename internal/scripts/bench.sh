#!/usr/bin/env bash
# make bench: the Go benchmarks, each for BENCHTIME, and one short run of the whole
# provider with real Terraform. PKG narrows the packages.
# Usage: bench.sh BENCHTIME PKG...
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# -ge 2 ] || fail "usage: bench.sh BENCHTIME PKG..."
benchtime=$1
shift
enter_sandbox
find_terraform
cd "$root"
echo "Benchmarks, $benchtime each, with $terraform_version ($terraform)"
TF_ACC=1 BENCH_WHOLE=1 go test -run '^$' -bench . -benchmem -benchtime "$benchtime" -timeout 60m "$@"
