#!/usr/bin/env bash
# Installs the provider from the archive in dist/ for this machine, and applies and plans
# examples/demo with it against the emulator in dist/.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

enter_sandbox
find_terraform
os=$(go env GOOS) arch=$(go env GOARCH)
shopt -s nullglob
provider=("$root"/dist/terraform-provider-scpbilling_*_"${os}_${arch}".zip)
emulator=("$root"/dist/scp-emulator_*_"${os}_${arch}".zip)
[ ${#provider[@]} -eq 1 ] && [ ${#emulator[@]} -eq 1 ] || fail "dist/ has no archives for ${os}_${arch}: run 'make release-dry-run'"

# A release uploads the registries' manifest beside the archives; a dry run omits it.
sums=("$root"/dist/*_SHA256SUMS)
cp "$root/terraform-registry-manifest.json" "${sums[0]/%SHA256SUMS/manifest.json}"
if command -v sha256sum >/dev/null; then sha256=(sha256sum); else sha256=(shasum -a 256); fi
(cd "$root/dist" && "${sha256[@]}" --check "${sums[0]}")

mirror=$sandbox/mirror
for host in registry.terraform.io registry.opentofu.org; do
  mkdir -p "$mirror/$host/scpbilling/scpbilling"
  cp "${provider[0]}" "$mirror/$host/scpbilling/scpbilling/"
done
cat >"$sandbox/terraform.rc" <<CONFIG
provider_installation {
  filesystem_mirror {
    path = "$mirror"
  }
}
CONFIG
(cd "$sandbox" && unzip -q "${emulator[0]}" scp-emulator)
cp -R "$root/examples" "$sandbox/examples"
cd "$sandbox/examples/demo"
"$terraform" init -input=false -no-color >/dev/null
"$sandbox/scp-emulator" exec -seed empty -guess no-settlement -- sh -c '
  set -e
  "$0" apply -auto-approve -input=false -no-color >/dev/null
  "$0" plan -input=false -detailed-exitcode -no-color >/dev/null
' "$terraform"
echo "The archive works: $(basename "${provider[0]}") was installed and applied, and a second plan is empty."
