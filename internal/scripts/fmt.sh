#!/usr/bin/env bash
# Part of make fmt: formats the Terraform files of examples/. With -check it
# changes nothing and fails, naming the files that are not formatted.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

enter_sandbox
find_terraform
"$terraform" fmt -recursive "$@" "$root/examples"
