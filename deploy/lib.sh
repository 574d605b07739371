# shellcheck shell=bash disable=SC2034
# What deploy.sh and cleanup.sh share. Sourced, never run.

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}
# need <program> <where to get it>
need() { command -v "$1" >/dev/null 2>&1 || die "$1 is needed: $2"; }

NAMESPACE=threadbox
SANDBOXES=threadbox-sandboxes
CONTEXT=()
# Every call of ours is about one cluster: the one that --context names, else the current one.
kube() { kubectl ${CONTEXT[@]+"${CONTEXT[@]}"} "$@"; }

# The cluster answers, and which one it is: nobody should have to guess.
check_cluster() {
  need kubectl 'https://kubernetes.io/docs/tasks/tools/'
  kube get --raw=/readyz --request-timeout=15s >/dev/null 2>&1 ||
    die "the cluster does not answer. Look at: kubectl config get-contexts; then --context <name>"
  say "cluster: ${CONTEXT[1]:-$(kubectl config current-context 2>/dev/null || echo 'the current one')}"
}
