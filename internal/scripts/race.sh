#!/usr/bin/env bash
# make race: the tests of the packages with concurrency, under the race detector. Without
# Terraform, which runs the provider in processes that are built without it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

compiler=$(go env CC)
if ! command -v "${compiler%% *}" >/dev/null; then
  echo "There is no C compiler ($compiler), which the race detector needs: nothing is checked."
  exit 0
fi
enter_sandbox
cd "$root"
go test -race -count=1 -timeout=10m ./internal/scp/... ./internal/tfkit/... ./internal/emulator/... ./internal/budget ./internal/billingplan ./internal/costexplorer ./internal/pricing </dev/null
