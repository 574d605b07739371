#!/usr/bin/env bash
# A fake: stands on PATH as `kubectl` where there is no cluster. It writes down every call with what it was sent, and answers what
# deploy.sh and cleanup.sh ask as a small cluster would; what needs no cluster (kustomize, Secrets made locally) the real kubectl
# does. A question that it does not know is an error.
#
# STUB_LOG: a folder; each call is a file there, in order: its words a line each, an empty line, what it was sent.
# STUB_KUBECTL: the real one. What is otherwise in this cluster: STUB_GONE, STUB_NO_STORAGE, STUB_LEAKY, STUB_ACCOUNT, STUB_MINOR.
set -u
all=" $* "
file=''
for ((i = 1; i < $#; i++)); do
  next=$((i + 1))
  [ "${!i}" != -f ] || file="${!next}"
done
# Two may run at once, the ends of a pipe.
log="$STUB_LOG/${EPOCHREALTIME/[.,]/}-$$"
{
  printf '%s\n' "$@"
  printf '\n'
  case "$all" in *' apply '*) if [ "$file" = - ]; then cat; else cat "$file"; fi ;; esac
} >"$log"

if [ "$1" = --context ]; then shift 2; fi
if [ "$1" = kustomize ]; then exec "$STUB_KUBECTL" "$@"; fi
if [ -n "${STUB_GONE:-}" ]; then
  echo 'Unable to connect to the server' >&2
  exit 1
fi
case "$all" in
  *' create secret '*--dry-run=client*) exec "$STUB_KUBECTL" "$@" ;;
  *' create --dry-run=client -f '*)
    awk '/^kind:/ { kind = $2 } /^  name:/ { name = $2 } /^  replicas:/ { print kind "/" name "=" $2 }' "$file"
    ;;
  *' get --raw=/readyz '*) echo ok ;;
  *' config current-context '*) echo stub ;;
  *' version -o json '*) printf '{"clientVersion": {"minor": "40"}, "serverVersion": {"major": "1", "minor": "%s"}}\n' "${STUB_MINOR:-32}" ;;
  *' auth can-i '*) echo yes ;;
  *' get storageclass '*) [ -n "${STUB_NO_STORAGE:-}" ] || echo 'storageclass.kubernetes.io/is-default-class: "true"' ;;
  *' get daemonsets '*) echo daemonset.apps/kindnet ;;
  *' get nodes '*) echo 'node v1.32' ;;
  *' get secret sandbox '*NATS_ACCOUNT*) printf %s "${STUB_ACCOUNT:-}" | base64 ;;
  *' get secret '*resourceVersion*) printf 4711 ;;
  *' get endpointslices '*ports*) printf 6443 ;;
  *' get endpointslices '*) printf '172.18.0.2\nfd00::2\n' ;;
  *' get service kubernetes '*) printf 10.96.0.1 ;;
  *' get persistentvolumeclaims '* | *' get pods '* | *' get events '* | *' logs '*) ;;
  *' wait job/walls '*) [ -z "${STUB_LEAKY:-}" ] ;;
  *' apply '* | *' delete '* | *' rollout status '* | *' wait '*) echo 'done' ;;
  *)
    echo "the stub does not know: kubectl $*" >&2
    exit 1
    ;;
esac
