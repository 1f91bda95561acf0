#!/usr/bin/env bash
# make pictures: draws the pictures that the documents show, from real runs. Needs what
# internal/testing/mermaid/README.md says.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

command -v chromium >/dev/null || fail "chromium is not on PATH"
npm install --prefix "$root/internal/testing/mermaid" --no-package-lock --no-audit --no-fund --silent
enter_sandbox
find_terraform
mkdir "$sandbox/pictures"
cd "$root"
TF_ACC=1 PICTURES=$sandbox/pictures go test -count=1 ./internal/testing/modules -run TestCostReportNumbers
cp "$sandbox/pictures/report-month-to-date.png" "$root/examples/modules/cost-report/report.png"
for chart in "$root"/templates/pictures/*.mmd; do
  node "$root/internal/testing/mermaid/draw.mjs" "$chart" "${chart%.mmd}.png"
done
