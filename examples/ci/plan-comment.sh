#!/usr/bin/env bash
# Writes what a plan would do into one comment of a pull request, and updates that
# comment on the next push. Needs jq and gh, and these files in the working directory:
#
#   plan.jsonl  terraform plan -out=plan -json: warnings and errors
#   plan.txt    terraform show -no-color plan   (not there when the plan failed)
#   plan.json   terraform show -json plan       (likewise)
#
# The environment names the place: REPOSITORY (owner/name), PULL_REQUEST, COMMIT, and
# AUTHOR, whose comment it is (github-actions[bot] unless set).
# With -n it prints the comment and posts nothing.
set -euo pipefail
export LC_ALL=C.UTF-8 # lengths in characters

marker='<!-- terraform plan -->'
# GitHub takes 65,536 characters; what does not fit is cut off the plan's own text.
most=60000

# One section for each thing that somebody has to decide about.
changes() {
  local heading=$1 filter=$2 lines
  lines=$(jq -r "[.resource_changes[]? | select(.mode == \"managed\") | select($filter)] | .[] | \"- \`\(.address)\`\"" plan.json)
  [ -z "$lines" ] || printf '\n### %s\n\n%s\n' "$heading" "$lines"
}

# Diagnostics of one severity, each with where it is about.
diagnostics() {
  jq -rR "fromjson? | select(.type == \"diagnostic\" and .diagnostic.severity == \"$1\") | .diagnostic |
    \"- **\(.summary)**\" + (if .address then \" \`\(.address)\`\" else \"\" end) + \"\\n\" +
    ((.detail // \"\") | split(\"\\n\") | map(\"  \" + .) | join(\"\\n\"))" plan.jsonl
}

section() {
  [ -z "$2" ] || printf '\n### %s\n\n%s\n' "$1" "$2"
}

comment() {
  local errors warnings report
  printf '%s\n## Terraform plan for %s\n' "$marker" "${COMMIT:0:12}"
  errors=$(diagnostics error)
  warnings=$(diagnostics warning)
  if [ -f plan.json ]; then
    jq -r '[.resource_changes[]? | select(.mode == "managed") | .change.actions] |
      "\n\(map(select(index("create"))) | length) to add, \(map(select(. == ["update"])) | length) to change, \(map(select(index("delete"))) | length) to destroy. Nothing was applied."' plan.json
    changes 'Contracts that are bought' '.type == "scpbilling_planned_compute" and (.change.actions | index("create"))'
    changes 'Contracts that leave the configuration' '.type == "scpbilling_planned_compute" and (.change.actions | index("delete"))'
    changes 'Contracts that change' '.type == "scpbilling_planned_compute" and .change.actions == ["update"]'
    changes 'Budgets that block new servers and databases for the whole account' '.type == "scpbilling_account_budget" and .change.after.prevention != null and (.change.actions | index("no-op") | not)'
  else
    printf '\nThe plan failed. Nothing was applied.\n'
  fi
  section Errors "$errors"
  section Warnings "$warnings"
  if [ -f plan.json ]; then
    # A cost report that the configuration has as an output; see the module cost-report.
    report=$(jq -r '.planned_values.outputs.cost_report | if . == null or .sensitive then "" else .value // "" end' plan.json)
    [ -z "$report" ] || printf '\n%s\n' "$report"
  fi
}

# with_plan adds the plan's own text as far as there is room.
with_plan() {
  local text=$1 plan cut=
  if [ -f plan.txt ]; then
    plan=$(<plan.txt)
    local room=$((most - ${#text}))
    if [ "${#plan}" -gt "$room" ]; then
      cut=$'\n... cut off: the whole plan is in the log of the job.'
      plan=${plan:0:$((room > 0 ? room : 0))}
    fi
    # Four ticks, because a plan may show text with three.
    text+=$'\n\n<details><summary>Plan</summary>\n\n````\n'"$plan$cut"$'\n````\n</details>'
  fi
  printf '%s\n' "$text"
}

body=$(with_plan "$(comment)")
if [ "${1:-}" = -n ]; then
  printf '%s\n' "$body"
  exit 0
fi

comments=repos/$REPOSITORY/issues
existing=$(gh api --paginate "$comments/$PULL_REQUEST/comments?per_page=100" |
  jq -rs --arg marker "$marker" --arg author "${AUTHOR:-github-actions[bot]}" \
    '[.[][] | select(.user.login == $author and (.body | startswith($marker))) | .id] | first // empty')
if [ -n "$existing" ]; then
  jq -Rs '{body: .}' <<<"$body" | gh api --method PATCH "$comments/comments/$existing" --input - >/dev/null
else
  jq -Rs '{body: .}' <<<"$body" | gh api --method POST "$comments/$PULL_REQUEST/comments" --input - >/dev/null
fi
