#!/usr/bin/env bash
# make test and make test-tofu: every test, with real Terraform, real provider
# processes and the emulator. Arguments go to `go test`; without any it is ./...
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

enter_sandbox
find_terraform

[ $# -gt 0 ] || set -- ./...

echo "Testing with $terraform_version ($terraform)"
cd "$root"
# The provider is linked once, for the tests of all packages.
TF_ACC_PROVIDER=$sandbox/provider$(go env GOEXE)
go build -ldflags "-s -w -X main.version=0.1.0" -o "$TF_ACC_PROVIDER" .
export TF_ACC_PROVIDER
# Results are not cached: Go cannot see that another Terraform is used. Several packages and
# tests run at a time, because most of them wait for something. `make lint` does what vet
# does, and test binaries without symbols are linked faster.
TF_ACC=1 go test -p 4 -parallel 6 -vet=off -ldflags='-s -w' -count=1 -timeout=20m "$@" </dev/null
