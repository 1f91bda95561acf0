#!/usr/bin/env bash
# The supply chain: module checksums, licences of what ships, known
# vulnerabilities, pinned workflow actions. (gosec runs with `make lint`.)
# Ends with 1 when something is wrong. What could not be looked at is said, and
# is no failure unless AUDIT_STRICT=1.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.1.4
failures=0
skipped=0
wrong() { echo "WRONG: $*"; failures=$((failures + 1)); }
skip() { echo "NOT CHECKED: $*"; skipped=$((skipped + 1)); }

echo "== Modules are what their checksums say"
go mod verify || wrong "go mod verify"
for tools in internal/tools internal/tools/*/; do
  (cd "$tools" && go mod verify) || wrong "go mod verify of $tools"
done

# licence FILE names the licence of a string.
licence() {
  if grep -q 'Mozilla Public License' "$1" && grep -q '2\.0' "$1"; then echo MPL-2.0
  elif grep -q 'GNU .*GENERAL PUBLIC LICENSE' "$1"; then echo GPL
  elif grep -q 'Business Source License' "$1"; then echo BUSL
  elif grep -Eq 'Apache License' "$1"; then echo Apache-2.0
  elif grep -q 'Permission is hereby granted, free of charge' "$1"; then echo MIT
  elif grep -q 'Permission to use, copy, modify, and/\?o\?r\? \?distribute' "$1"; then echo ISC
  elif tr '\n' ' ' <"$1" | grep -q 'Redistribution and use in source and binary forms'; then
    if grep -qi 'neither the name' "$1"; then echo BSD-3-Clause; else echo BSD-2-Clause; fi
  else echo unknown
  fi
}

echo
echo "== Licences of the modules in the provider"
modules=0
while IFS=$'\t' read -r path version folder; do
  modules=$((modules + 1))
  text=$(find "$folder" -maxdepth 1 -iname 'LICEN[SC]E*' -o -maxdepth 1 -iname 'COPYING*' | sort | head -1)
  name=none
  [ -z "$text" ] || name=$(licence "$text")
  printf '%-14s %s %s\n' "$name" "$path" "$version"
  case $name in
  MIT | ISC | BSD-2-Clause | BSD-3-Clause | Apache-2.0 | MPL-2.0) ;;
  *) wrong "$path $version: licence $name; it must be one of MIT, ISC, BSD, Apache-2.0 and MPL-2.0" ;;
  esac
done < <(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{"\t"}}{{.Version}}{{"\t"}}{{.Dir}}{{end}}{{end}}' . | sort -u | sed '/^$/d')
echo "$modules modules"
[ "$modules" -gt 0 ] || wrong "no module was listed"

echo
echo "== Workflow actions are pinned to commits"
if loose=$(grep -nE '^[[:space:]]*-?[[:space:]]*uses:' .github/workflows/*.yml | grep -vE '@[0-9a-f]{40}([[:space:]]|$)'); then
  wrong "an action is not pinned: $loose"
else
  grep -hoE 'uses: [^ ]+@[0-9a-f]{40}' .github/workflows/*.yml | sort -u | wc -l | sed 's/$/ actions, all pinned/'
fi

echo
echo "== Known vulnerabilities (govulncheck)"
report=$(mktemp)
trap 'rm -f "$report"' EXIT
if ! go run "$govulncheck" -version >"$report" 2>&1; then
  skip "govulncheck could not be fetched: $(tail -1 "$report")"
else
  status=0
  go run "$govulncheck" ./... >"$report" 2>&1 || status=$?
  if [ "$status" -eq 0 ] && grep -q 'No vulnerabilities found' "$report"; then
    echo "none"
  elif grep -qE '^(Vulnerability #|=== Symbol Results)' "$report"; then
    cat "$report"
    wrong "govulncheck found vulnerabilities in code that is called"
  else
    skip "the database could not be read: $(grep -m1 -iE 'vuln|dial|http' "$report" || tail -1 "$report")"
  fi
fi

echo
if [ "$failures" -gt 0 ]; then
  fail "$failures wrong"
fi
if [ "$skipped" -gt 0 ] && [ "${AUDIT_STRICT:-}" = 1 ]; then
  fail "$skipped not checked"
fi
echo "Audit passed ($skipped not checked)"
