#!/usr/bin/env bash
# make release-dry-run: the archives of a release, into dist/, without goreleaser
# and without publishing. Prints their sizes and checksums.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
go run ./internal/release -out dist -version "$(provider_version)"
