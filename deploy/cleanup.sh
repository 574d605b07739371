#!/usr/bin/env bash
# Takes Threadbox out of a cluster. Data stays unless you say otherwise, and then you are asked.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=deploy/lib.sh
source "$here/lib.sh"

usage() {
  cat <<'HELP'
cleanup.sh: takes Threadbox out of a Kubernetes cluster

  deploy/cleanup.sh              ends every service and every running sandbox; volumes and secrets stay, deploy.sh goes on from there
  deploy/cleanup.sh --data       deletes both namespaces with all that was ever said, every sandbox's files, and the secrets

  --context <name>   the cluster, as kubectl knows it (default: the current one)
  --data             delete data, too
  --yes              do not ask
  --help             show this

The folder of secrets on this machine is never touched.
HELP
}

data=no yes=no
while [ $# -gt 0 ]; do
  case "$1" in
    --context)
      [ -n "${2:-}" ] || die '--context needs a value (--help)'
      CONTEXT=(--context "$2")
      shift
      ;;
    --data) data=yes ;;
    --yes) yes=yes ;;
    -h | --help) usage; exit 0 ;;
    *) die "there is no option $1 (--help)" ;;
  esac
  shift
done

check_cluster
# confirm <question> <the word that means yes>
confirm() {
  [ "$yes" = no ] || return 0
  [ -t 0 ] || die 'nobody is here to be asked: --yes, if you are sure'
  read -r -p "$1 Type $2 to go on: " answer || answer=''
  [ "$answer" = "$2" ] || die 'nothing was done'
}

if [ "$data" = yes ]; then
  kube get persistentvolumeclaims -n "$NAMESPACE" 2>/dev/null || true
  kube get persistentvolumeclaims -n "$SANDBOXES" 2>/dev/null || true
  confirm 'This deletes every conversation, the files of every sandbox and the keys in the cluster. There is no way back.' "$NAMESPACE"
  # Sandboxes first: nobody is left to make new ones once the services go, and their volumes need their namespace.
  kube delete namespace "$SANDBOXES" "$NAMESPACE" --ignore-not-found --wait
  say 'gone. Volumes of a StorageClass with reclaimPolicy Retain are still there: kubectl get persistentvolumes'
  exit 0
fi

confirm 'This ends every service and every running sandbox. Data stays.' yes
kube -n "$NAMESPACE" delete deployments,statefulsets,jobs,poddisruptionbudgets -l app.kubernetes.io/part-of=threadbox --ignore-not-found --wait
# What runs in a sandbox is in its volume, and comes again with the next message. Only pods: their volumes stay.
kube -n "$SANDBOXES" delete pods,jobs --all --ignore-not-found --wait
say 'ended. What was said, files and secrets are kept. Again: deploy/deploy.sh --keep-secrets. For good: deploy/cleanup.sh --data'
