#!/usr/bin/env bash
# make demo: the provider at work against the local SCP emulator. It applies
# examples/demo, shows that a second plan is empty, destroys, and shows that
# nothing is left. It ends with 0 only if all of that held.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

step() { printf '\n==> %s\n' "$*"; }
say() { printf '    %s\n' "$*"; }

# run LOG COMMAND... keeps a command's output and shows it whole when it fails.
run() {
  local log=$sandbox/$1.log status=0
  shift
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ $status -ne 0 ]; then
    echo >&2
    cat "$log" >&2
    fail "'$(basename "$1") ${*:2}' ended with $status; its output is above"
  fi
}

# tf ARGUMENT... runs Terraform in the copied example.
tf() { run "$1" "$terraform" -chdir="$work" "$@"; }

stop_emulator() {
  [ -n "${emulator:-}" ] || return 0
  kill "$emulator" 2>/dev/null || return 0
  wait "$emulator" 2>/dev/null
}

# start_emulator starts the emulator on a free port and takes over the settings
# that it prints as "export SCP_TF_...=..." lines. The demo buys a contract at any
# time of the day, also when the service would be settling.
start_emulator() {
  local settings=$sandbox/emulator.env tries=0
  "$root/bin/scp-emulator$exe" -listen 127.0.0.1:0 -seed demo -usages 3000 -guess no-settlement=true -request-log "$sandbox/requests.log" \
    >"$settings" 2>"$sandbox/emulator.log" </dev/null &
  emulator=$!
  until grep -q '^export SCP_TF_ACCESS_KEY=' "$settings" && grep -q '^export SCP_TF_SECRET_KEY=' "$settings" &&
    grep -Eq '^export SCP_TF_(AUTH_URL|ENDPOINT)' "$settings"; do
    tries=$((tries + 1))
    if [ $tries -gt 100 ] || ! kill -0 "$emulator" 2>/dev/null; then
      cat "$sandbox/emulator.log" >&2
      fail "the emulator did not start; its output is above"
    fi
    sleep 0.1
  done
  # shellcheck disable=SC1090
  source <(grep -E '^export SCP_TF_[A-Z_]+=' "$settings")
}

# count_requests METHOD... prints how many requests the emulator saw.
count_requests() {
  local method
  for method in "$@"; do
    printf '%s %s, ' "$(grep -c "\"method\":\"$method\"" "$sandbox/requests.log" || true)" "$method"
  done
}

enter_sandbox
on_exit=stop_emulator
find_terraform
exe=$(go env GOEXE)

step "Building the provider and the emulator"
make -s -C "$root" build
put_in_mirror "$sandbox/mirror" "$(changelog_version)"
cat >"$TF_CLI_CONFIG_FILE" <<END
provider_installation {
  filesystem_mirror {
    path = "$sandbox/mirror"
  }
}
END
say "bin/terraform-provider-scpbilling $(provider_version), run by $terraform_version"

step "Starting a local SCP: real HTTP, signed requests, no account, no cost"
start_emulator
say "bin/scp-emulator listens on a free port of this machine"

# On a local SCP a contract costs nothing.
export TF_VAR_buy_contract=true
work=$sandbox/demo
mkdir "$work"
cp "$root"/examples/demo/*.tf "$work"

step "terraform init: the provider comes from a folder, no registry is asked"
tf init -input=false -no-color
say "done"

step "terraform apply of examples/demo"
tf apply -auto-approve -input=false -no-color
sed -n '/: Creation complete/p;/^Apply complete/p' "$sandbox/apply.log" | sed 's/^/    /'
tf output -no-color
sed 's/^/    /' "$sandbox/output.log"

step "terraform plan again: expect no changes"
status=0
"$terraform" -chdir="$work" plan -detailed-exitcode -input=false -no-color \
  >"$sandbox/plan.log" 2>&1 </dev/null || status=$?
if [ $status -ne 0 ]; then
  cat "$sandbox/plan.log" >&2
  [ $status -ne 2 ] || fail "the second plan wants changes; it is above"
  fail "the second plan failed; its output is above"
fi
say "no changes"

step "terraform destroy"
tf destroy -auto-approve -input=false -no-color
sed -n '/: Destruction complete/p;/^Destroy complete/p' "$sandbox/destroy.log" | sed 's/^/    /'

step "Looking for anything the demo left behind"
work=$sandbox/after
mkdir "$work"
cp "$root"/examples/demo/after/*.tf "$work"
tf init -input=false -no-color
tf apply -auto-approve -input=false -no-color
tf output -json left_behind
left=$(tr -d ' \n' <"$sandbox/output.log")
[ "$left" = "[]" ] || fail "the service still holds: $left"
seen=$(count_requests POST PUT DELETE GET)
say "nothing; in all the emulator saw ${seen%, }"

printf '\nThe demo passed: applied, planned empty, destroyed, nothing left.\n'
