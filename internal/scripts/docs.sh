#!/usr/bin/env bash
# make docs: writes docs/ from the provider's own schema, templates/ and
# examples/. Needs no Terraform: the schema comes from the provider in process.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

enter_sandbox
cd "$root"
schema=$sandbox/schema.json
go run ./internal/scripts/schemadump >"$schema"

docs() {
  go tool -modfile="$tools_mod" tfplugindocs "$@" --provider-name scpbilling \
    --providers-schema "$schema" >"$sandbox/docs.log" 2>&1 || {
    cat "$sandbox/docs.log" >&2
    fail "tfplugindocs $1 failed; its output is above"
  }
}
docs generate
docs validate
echo "docs/ is up to date: $(find docs -name '*.md' | wc -l | tr -d ' ') pages"
