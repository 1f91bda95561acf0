#!/usr/bin/env bash
# make install: puts the built provider where `terraform init` and `tofu init`
# look before they ask a registry. PLUGIN_DIR names another folder.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

folder=${PLUGIN_DIR:-}
if [ -z "$folder" ]; then
  case $(go env GOOS) in
  windows) folder=$APPDATA/terraform.d/plugins ;;
  *) folder=$HOME/.terraform.d/plugins ;;
  esac
fi
# Terraform passes over pre-releases unless a configuration asks for that very
# one, so a build between two releases is installed as the release it leads to.
version=$(provider_version)
case $version in
*-*) version=$(changelog_version) ;;
esac
put_in_mirror "$folder" "$version"

cat <<END
Installed version $version ($(provider_version)) under $folder.
Use it in a configuration with

terraform {
  required_providers {
    scpbilling = {
      source  = "scpbilling/scpbilling"
      version = "$version"
    }
  }
}

and run 'terraform init'. A lock file that knows another build of this version
has to go first: delete .terraform.lock.hcl.
END
