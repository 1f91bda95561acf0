#!/usr/bin/env bash
# make build: the provider and the emulator, into bin/.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
exe=$(go env GOEXE)
go build -trimpath -ldflags "-X main.version=$(provider_version)" -o "bin/terraform-provider-scpbilling$exe" .
go build -trimpath -ldflags "-X main.version=$(provider_version)" -o "bin/scp-emulator$exe" ./internal/emulator/cmd/scp-emulator
