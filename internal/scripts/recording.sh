#!/usr/bin/env bash
# make recording: records `make demo` as the animated picture that the readmes show.
# Needs node.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

command -v node >/dev/null || fail "node is not on PATH"
enter_sandbox
make -s -C "$root" demo | while IFS= read -r line; do
  printf '%s\t%s\n' "${EPOCHREALTIME/,/.}" "$line"
done >"$sandbox/lines"
node "$(dirname "${BASH_SOURCE[0]}")/recording.mjs" "$sandbox/lines" "$root/templates/pictures/demo.svg"
