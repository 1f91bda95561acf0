#!/usr/bin/env bash
# make test and make test-tofu: every test, with real Terraform, real provider
# processes and the emulator. Arguments go to `go test`; without any it is ./...
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

enter_sandbox
find_terraform

race=-race
compiler=$(go env CC)
if ! command -v "${compiler%% *}" >/dev/null; then
  race=
  echo "No C compiler ($compiler): running without the race detector."
fi
[ $# -gt 0 ] || set -- ./...

echo "Testing with $terraform_version ($terraform)"
cd "$root"
# Results are not cached: Go cannot see that another Terraform is used.
TF_ACC=1 go test $race -count=1 -timeout=20m "$@" </dev/null
