# Shared by the scripts beside it, which source it: where the project is, a
# clean environment for Terraform, and the Terraform binary to use.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
tools_mod=$root/internal/tools/go.mod

# The release that is fetched where neither terraform nor tofu is installed.
terraform_to_fetch=1.14.9

fail() {
  echo "error: $*" >&2
  exit 1
}

# keep_go_settings pins Go's own folders, so that a changed HOME neither empties
# its caches nor loses `go env -w` settings.
keep_go_settings() {
  local go_env
  command -v go >/dev/null || fail "Go is not installed: https://go.dev/doc/install"
  go_env=$(go env GOENV GOPATH GOMODCACHE GOCACHE)
  { read -r GOENV && read -r GOPATH && read -r GOMODCACHE && read -r GOCACHE; } <<<"$go_env"
  export GOENV GOPATH GOMODCACHE GOCACHE
}

# enter_sandbox makes a throw-away folder, $sandbox, and an environment in which
# neither the user's Terraform settings nor any SCP credentials can be seen. The
# folder goes when the script ends; what $on_exit names runs before that.
on_exit=:
enter_sandbox() {
  local name
  sandbox=$(mktemp -d "${TMPDIR:-/tmp}/scpbilling.XXXXXX")
  trap 'status=$?; trap - EXIT; $on_exit || true; rm -rf "$sandbox"; exit $status' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  keep_go_settings
  for name in $(compgen -e); do
    case $name in
    TF_ACC_* | TF_LOG*) ;;
    TF_* | SCP_*) unset "$name" ;;
    esac
  done
  mkdir "$sandbox/home"
  : >"$sandbox/terraform.rc"
  export HOME=$sandbox/home XDG_CONFIG_HOME=$sandbox/home/.config XDG_CACHE_HOME=$sandbox/home/.cache
  export TF_CLI_CONFIG_FILE=$sandbox/terraform.rc CHECKPOINT_DISABLE=1
}

# find_terraform sets and exports TF_ACC_TERRAFORM_PATH: the path given in it, a
# terraform or tofu on PATH, one fetched earlier, or one fetched now.
find_terraform() {
  local fetched=$root/bin/terraform log
  if [ -n "${TF_ACC_TERRAFORM_PATH:-}" ]; then
    [ -x "$TF_ACC_TERRAFORM_PATH" ] || fail "TF_ACC_TERRAFORM_PATH is $TF_ACC_TERRAFORM_PATH, which is no program"
  elif TF_ACC_TERRAFORM_PATH=$(command -v terraform || command -v tofu); then
    :
  else
    TF_ACC_TERRAFORM_PATH=$fetched
    if [ ! -x "$fetched" ]; then
      echo "No terraform or tofu on PATH: fetching Terraform $terraform_to_fetch into bin/ ..." >&2
      mkdir -p "$root/bin"
      log=$(cd "$root" && go tool -modfile="$tools_mod" hc-install install \
        -version "$terraform_to_fetch" -path "$root/bin" terraform 2>&1) ||
        fail "it could not be fetched (${log##*: }): install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install/)"
    fi
  fi
  export TF_ACC_TERRAFORM_PATH
  terraform=$TF_ACC_TERRAFORM_PATH
  # The first line, cut here: `head` would close the pipe and end the program with SIGPIPE.
  terraform_version=$("$terraform" version)
  terraform_version=${terraform_version%%$'\n'*}
}

# provider_version prints the provider's version: the nearest tag, or, in a checkout
# without tags or without git, the one at the top of the changelog as "-dev".
provider_version() {
  local described
  if described=$(git -C "$root" describe --tags --match 'v[0-9]*' --dirty 2>/dev/null); then
    echo "${described#v}"
  else
    echo "$(changelog_version)-dev"
  fi
}

# changelog_version prints the version at the top of the changelog.
changelog_version() {
  sed -n '/^## [0-9]/{s/^## \([0-9][0-9.]*\).*/\1/p;q;}' "$root/CHANGELOG.md"
}

# put_in_mirror FOLDER VERSION copies the built provider to where Terraform and
# OpenTofu look for it in a mirror of their registries.
put_in_mirror() {
  local folder=$1 version=$2 host target
  for host in registry.terraform.io registry.opentofu.org; do
    target=$folder/$host/scpbilling/scpbilling/$version/$(go env GOOS)_$(go env GOARCH)
    mkdir -p "$target"
    # A running provider keeps its own copy: the name is moved, not written over.
    cp "$root/bin/terraform-provider-scpbilling$(go env GOEXE)" "$target/.new"
    mv -f "$target/.new" "$target/terraform-provider-scpbilling_v$version$(go env GOEXE)"
  done
}
