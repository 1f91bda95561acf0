#!/usr/bin/env bash
# make release-dry-run: what goreleaser makes of a release, into dist/, without
# signing and publishing; then the provider is installed from its archive and applied
# against the emulator of its archive.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
CHANGELOG_VERSION=$(changelog_version)
export CHANGELOG_VERSION
go tool -modfile=internal/tools/goreleaser/go.mod goreleaser release --clean --snapshot --skip=sign,sbom,publish
"$root/internal/scripts/check-release.sh"
