#!/usr/bin/env bash
# make testacc-live: the acceptance tests against the real service, with the
# credentials of SCP_TF_* or ~/.scpconf. Those that cost money run only with
# SCP_TF_ACC_PAID=1. Arguments go to `go test`.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ -n "${SCP_TF_ACCESS_KEY:-}" ] || [ -f "$HOME/.scpconf/credentials.json" ] ||
  fail "no credentials: set SCP_TF_ACCESS_KEY and SCP_TF_SECRET_KEY, or write ~/.scpconf/credentials.json"
if [ "${SCP_TF_ACC_PAID:-}" = 1 ]; then
  echo "SCP_TF_ACC_PAID=1: tests that sign contracts and cost money will run."
fi
[ $# -gt 0 ] || set -- ./...

config=$(mktemp "${TMPDIR:-/tmp}/scpbilling.XXXXXX")
trap 'rm -f "$config"' EXIT
find_terraform
cd "$root"
# One at a time: the real account is shared, and its rate limits are unknown.
TF_CLI_CONFIG_FILE=$config CHECKPOINT_DISABLE=1 TF_ACC=1 SCP_TF_ACC_LIVE=1 \
  go test -count=1 -p=1 -parallel=1 -timeout=60m -run '^TestAcc' -v "$@" </dev/null
