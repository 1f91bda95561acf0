#!/usr/bin/env bash
# A newcomer's first quarter of an hour, without registry and without account: a
# clean clone, `make install`, a folder with ten lines of configuration, `terraform
# init`, `apply` against the local SCP emulator, and a plan that is empty.
# The project's tests run it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

stop_emulator() { [ -z "${emulator:-}" ] || kill "$emulator" 2>/dev/null || true; }

enter_sandbox
on_exit=stop_emulator
find_terraform

clone=$sandbox/clone
if git -C "$root" rev-parse --verify -q HEAD >/dev/null 2>&1; then
  git -c "safe.directory=$root" -c "safe.directory=$root/.git" clone -q "$root" "$clone"
else
  # Sources without git, such as a release's archive.
  mkdir "$clone"
  tar -C "$root" --exclude ./bin --exclude ./dist -cf - . | tar -C "$clone" -xf -
fi
make -s -C "$clone" install

# As the emulator's own help says.
"$clone/bin/scp-emulator$(go env GOEXE)" -seed empty >"$sandbox/emulator.env" 2>"$sandbox/emulator.log" &
emulator=$!
until grep -q '^export SCP_TF_SECRET_KEY=' "$sandbox/emulator.env"; do
  kill -0 "$emulator" 2>/dev/null || fail "the emulator did not start: $(cat "$sandbox/emulator.log")"
  sleep 0.1
done
source "$sandbox/emulator.env"

work=$sandbox/first
mkdir "$work"
cat >"$work/main.tf" <<'END'
terraform {
  required_providers { scpbilling = { source = "scpbilling/scpbilling" } }
}

resource "scpbilling_account_budget" "first" {
  name        = "first"
  amount      = 1000000
  unit        = "MONTHLY"
}
END

cd "$work"
"$terraform" init -input=false -no-color
"$terraform" apply -auto-approve -input=false -no-color
status=0
"$terraform" plan -detailed-exitcode -input=false -no-color || status=$?
[ $status -ne 2 ] || fail "the plan after the first apply is not empty"
[ $status -eq 0 ] || fail "the plan after the first apply failed"
echo "The newcomer's path works, from clone to empty plan."
