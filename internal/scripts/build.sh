#!/usr/bin/env bash
# make build: the provider and the emulator, into bin/. The provider is built as
# a release is: Terraform hashes the whole file in every command, so what a
# debugger would need is omitted.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
exe=$(go env GOEXE)
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(provider_version)" -o "bin/terraform-provider-scpbilling$exe" .
go build -trimpath -ldflags "-X main.version=$(provider_version)" -o "bin/scp-emulator$exe" ./internal/emulator/cmd/scp-emulator
