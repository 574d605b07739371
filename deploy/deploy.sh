#!/usr/bin/env bash
# Brings a whole Threadbox up in a cluster, or up to date. May run any number of times. Secrets are never printed.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
# shellcheck source=deploy/lib.sh
source "$here/lib.sh"

usage() {
  cat <<'HELP'
deploy.sh: brings Threadbox up in a Kubernetes cluster, or up to date

  deploy/deploy.sh --overlay dev --build --load kind     a laptop's kind cluster, from nothing
  deploy/deploy.sh --overlay prod --images registry.example.com/team --tag 0.1.0

  --overlay <name>        dev, prod, nfs, or the path of a kustomization of yours below deploy/k8s (default dev)
  --context <name>        the cluster, as kubectl knows it (default: the current one)
  --with <component>      gvisor, cilium, ingress, external-secrets, monitoring,
                          prometheus-operator; may be given several times
  --secrets-dir <folder>  where secrets are kept; what is missing is made there, nothing is overwritten (default deploy/.secrets)
  --keep-secrets          touch no secret: they are in the cluster already, or a store outside brings them
  --ask / --no-ask        ask for the model's key and the bots' tokens (default: the first time, at a terminal)
  --build                 build the images with docker first
  --load <tool>           load the images into the nodes: kind, k3d or minikube
  --cluster <name>        the cluster's name for --load (default: the tool's own)
  --images <prefix>       where our images are, instead of threadbox/ (a registry and a folder)
  --tag <tag>             our images' version (default: as in deploy/k8s/base)
  --timeout <time>        how long to wait for each part (default 10m)
  --no-verify             do not try whether the cluster enforces NetworkPolicies
  --help                  show this
HELP
}

overlay=dev images=threadbox tag='' load='' cluster='' timeout=10m
secrets="$here/.secrets" keep_secrets=no build=no verify=yes ask=auto components=()
while [ $# -gt 0 ]; do
  option="$1"
  case "$option" in
    --keep-secrets) keep_secrets=yes ;;
    --ask) ask=yes ;;
    --no-ask) ask=no ;;
    --build) build=yes ;;
    --no-verify) verify=no ;;
    -h | --help) usage; exit 0 ;;
    --overlay | --context | --with | --secrets-dir | --load | --cluster | --images | --tag | --timeout)
      value="${2:-}"
      [ -n "$value" ] || die "$option needs a value (--help)"
      shift
      case "$option" in
        --overlay) overlay="$value" ;;
        --context) CONTEXT=(--context "$value") ;;
        --with) components+=("$value") ;;
        --secrets-dir) secrets="$value" ;;
        --load) load="$value" ;;
        --cluster) cluster="$value" ;;
        --images) images="${value%/}" ;;
        --tag) tag="$value" ;;
        --timeout) timeout="$value" ;;
      esac
      ;;
    *) die "there is no option $option (--help)" ;;
  esac
  shift
done
case "$overlay" in
  */*) overlay_dir="$(cd "$overlay" 2>/dev/null && pwd)" || die "there is no folder $overlay" ;;
  *) overlay_dir="$here/k8s/overlays/$overlay" ;;
esac
[ -f "$overlay_dir/kustomization.yaml" ] || die "there is no overlay $overlay: $(cd "$here/k8s/overlays" && echo *)"
for component in ${components[@]+"${components[@]}"}; do
  [ -d "$here/k8s/components/$component" ] || die "there is no component $component: $(cd "$here/k8s/components" && echo *)"
done
case "$load" in '' | kind | k3d | minikube) ;; *) die "--load takes kind, k3d or minikube" ;; esac
[ "$build" = no ] || need docker 'images are built with it'
[ -z "$load" ] || need "$load" 'images are loaded with it'
[ "$tag" != latest ] || die 'latest is no version: nobody could say what runs'
services=(gateway auth session relay sandbox egress)
ours=("${services[@]}" provision runner)
version="${tag:-$(sed -n 's/.*name: threadbox\/gateway, newTag: \([^ }]*\).*/\1/p' "$here/k8s/base/kustomization.yaml")}"
[ -n "$version" ] || die 'no version of our images is named in deploy/k8s/base/kustomization.yaml: --tag <tag>'

step 'the cluster'
check_cluster
server="$(kube version -o json 2>/dev/null | tr -d ' \n' | sed -n 's/.*"serverVersion":{[^}]*"minor":"\([0-9]*\).*/\1/p')"
[ -z "$server" ] || [ "$server" -ge 30 ] || die "Kubernetes 1.$server is too old: 1.30 or newer"
kube auth can-i create namespaces >/dev/null 2>&1 || die 'you may not create namespaces there: an administrator of the cluster has to run this'
kube get storageclass -o yaml | grep -q 'is-default-class: "true"' ||
  die 'the cluster has no default StorageClass: NATS and Postgres need volumes (kubectl get storageclass)'
known='calico|cilium|antrea|kube-router|weave-net|canal|kindnet|ovn|anetd|azure-npm|aws-network-policy'
if kube get daemonsets --all-namespaces -o name | grep -Eq "$known" || kube get nodes -o wide | grep -q k3s; then
  say 'the network looks as if it enforces NetworkPolicies'
else
  warn 'the network is none that is known to enforce NetworkPolicies; without them sandboxes reach everything'
fi

if [ "$build" = yes ]; then
  step 'the images'
  for name in "${ours[@]}"; do
    args=(--build-arg "SERVICE=$name")
    case "$name" in
      runner) file=runner ;;
      provision) file=service args=(--build-arg SERVICE=provision --build-arg FOLDER=tools/provision) ;;
      *) file=service ;;
    esac
    docker build -f "$here/docker/$file.Dockerfile" "${args[@]}" -t "$images/$name:$version" "$root"
  done
fi
if [ -n "$load" ]; then
  step "the images go into $load"
  refs=()
  for name in "${ours[@]}"; do refs+=("$images/$name:$version"); done
  case "$load" in
    kind) kind load docker-image --name "${cluster:-kind}" "${refs[@]}" ;;
    k3d) k3d image import --cluster "${cluster:-k3s-default}" "${refs[@]}" ;;
    minikube) for ref in "${refs[@]}"; do minikube --profile "${cluster:-minikube}" image load "$ref"; done ;;
  esac
fi

work="$(mktemp -d "$here/k8s/.deploy-XXXXXX")"
trap 'rm -rf "$work"' EXIT
apply() { kube apply --server-side --force-conflicts --field-manager=threadbox "$@"; }

step 'namespaces and secrets'
apply -f "$here/k8s/base/namespaces.yaml"
if [ "$keep_secrets" = no ]; then
  need node 'Node 20 or newer; then npm ci'
  [ -d "$root/node_modules" ] || die "run npm ci in $root first: it brings what makes NATS's keys"
  # Other keys would be another account: NATS would not find its streams again.
  there="$(kube -n "$NAMESPACE" get secret sandbox -o 'jsonpath={.data.NATS_ACCOUNT}' --ignore-not-found | base64 -d)"
  here_account="$(cat "$secrets/sandbox/NATS_ACCOUNT" 2>/dev/null || true)"
  [ -z "$there" ] || [ "$there" = "$here_account" ] ||
    die "this cluster's Threadbox has other keys than $secrets. Bring the folder that it was made with (--secrets-dir), or --keep-secrets"
  if [ "$ask" = auto ]; then if [ -t 0 ] && [ ! -d "$secrets" ]; then ask=yes; else ask=no; fi; fi
  if [ "$ask" = yes ]; then
    say 'Enter leaves one out. What you type is not shown, and goes into files for you alone.'
    for name in ANTHROPIC_API_KEY CLAUDE_CODE_OAUTH_TOKEN DISCORD_BOT_TOKEN TELEGRAM_BOT_TOKEN SLACK_APP_ID SLACK_BOT_TOKEN SLACK_APP_TOKEN \
      LINE_CHANNEL_ACCESS_TOKEN LINE_CHANNEL_SECRET PUBLIC_URL; do
      read -r -s -p "$name: " value || value=''
      printf '\n'
      [ -z "$value" ] || export "$name=$value"
    done
  fi
  node "$root/tools/threadbox/bin/threadbox.js" secrets --out "$secrets"
  for folder in "$secrets"/*/; do
    kube -n "$NAMESPACE" create secret generic "$(basename "$folder")" --from-file="$folder" --dry-run=client -o yaml | apply -f -
  done
fi

# The overlay, with what only this cluster knows: images, where its API is, which secrets the pods were started with.
relative() { node -p 'require("path").relative(process.argv[1], process.argv[2])' "$1" "$2" 2>/dev/null || realpath --relative-to="$1" "$2"; }
addresses="$(kube -n default get endpointslices -l kubernetes.io/service-name=kubernetes \
  -o 'jsonpath={range .items[*].endpoints[*]}{.addresses[0]}{"\n"}{end}')"
api_port="$(kube -n default get endpointslices -l kubernetes.io/service-name=kubernetes -o 'jsonpath={.items[0].ports[0].port}')"
api_service="$(kube -n default get service kubernetes -o 'jsonpath={.spec.clusterIP}')"
revision() { kube -n "$NAMESPACE" get secret "$1" -o 'jsonpath={.metadata.resourceVersion}' --ignore-not-found; }
cp "$here/k8s/base/image-fields.yaml" "$work/image-fields.yaml"
{
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [%s]\n' "$(relative "$work" "$overlay_dir")"
  if [ "${#components[@]}" -gt 0 ]; then
    printf 'components:\n'
    for component in "${components[@]}"; do printf '  - ../components/%s\n' "$component"; done
  fi
  printf 'configurations: [image-fields.yaml]\nimages:\n'
  for name in "${ours[@]}"; do printf '  - { name: threadbox/%s, newName: %s/%s, newTag: "%s" }\n' "$name" "$images" "$name" "$version"; done
  printf 'patches:\n'
  for pair in StatefulSet/nats StatefulSet/postgres Deployment/gateway Deployment/egress \
    StatefulSet/auth StatefulSet/session StatefulSet/relay StatefulSet/sandbox; do
    printf '  - patch: |\n      { apiVersion: apps/v1, kind: %s, metadata: { name: %s, namespace: %s }, spec: { template: { metadata: { annotations: { threadbox.dev/secret: "%s" } } } } }\n' \
      "${pair%/*}" "${pair#*/}" "$NAMESPACE" "$(revision "${pair#*/}")"
  done
  if [ -n "$addresses" ] && [ -n "$api_port" ]; then
    blocks=''
    for address in $addresses $api_service; do
      case "$address" in *:*) bits=128 ;; *) bits=32 ;; esac
      blocks="$blocks{ ipBlock: { cidr: \"$address/$bits\" } }, "
    done
    printf '  - target: { kind: NetworkPolicy, name: to-cluster-api }\n    patch: |\n      - op: replace\n        path: /spec/egress\n        value: [{ to: [%s], ports: [{ port: 443 }, { port: %s }] }]\n' \
      "${blocks%, }" "$api_port"
  fi
} >"$work/kustomization.yaml"
kubectl kustomize "$work" >"$work/all.yaml" || die 'the manifests cannot be put together (above)'

ready() {
  kube -n "$NAMESPACE" rollout status "$1" --timeout="$timeout" && return
  kube -n "$NAMESPACE" get pods -o wide || true
  kube -n "$NAMESPACE" get events --sort-by=.lastTimestamp 2>/dev/null | tail -n 15 || true
  die "$1 does not become ready. Its own words: kubectl -n $NAMESPACE logs $1; then run this again"
}
step 'NATS, Postgres, walls'
# A Job cannot be changed, only made anew; it does no harm to run it again.
kube -n "$NAMESPACE" delete job provision --ignore-not-found --wait
apply -f "$work/all.yaml" -l 'threadbox.dev/phase!=services'
for part in statefulset/nats statefulset/postgres; do ready "$part"; done
kube -n "$NAMESPACE" wait job/provision --for=condition=complete --timeout="$timeout" ||
  die "the streams cannot be made: kubectl -n $NAMESPACE logs job/provision"

step 'the services'
apply -f "$work/all.yaml"
for part in deployment/collector deployment/jaeger deployment/egress statefulset/relay statefulset/sandbox statefulset/session statefulset/auth \
  deployment/gateway; do ready "$part"; done

if [ "$verify" = yes ]; then
  step 'do the walls hold?'
  kube -n "$SANDBOXES" delete job walls --ignore-not-found --wait
  sed "s|image: threadbox/runner.*|image: $images/runner:$version|" "$here/k8s/walls.yaml" | apply -f -
  if kube -n "$SANDBOXES" wait job/walls --for=condition=complete --timeout="$timeout"; then
    kube -n "$SANDBOXES" delete job walls --wait=false
  else
    kube -n "$SANDBOXES" logs job/walls || true
    die 'a pod among the sandboxes reaches what it must not, or not what it must: does this cluster enforce NetworkPolicies? (--no-verify: at your own risk)'
  fi
fi

step 'Threadbox is up'
cat <<NEXT
the chat page   kubectl ${CONTEXT[*]-} -n $NAMESPACE port-forward service/gateway 8080:80
                then http://127.0.0.1:8080/#token=<what is in $secrets/.keys/web-token>
traces          kubectl ${CONTEXT[*]-} -n $NAMESPACE port-forward deploy/jaeger 16686
a model, bots   a file named as the setting in $secrets/egress, gateway and relay (or .env), then this script again
                deploy/platforms/ has a page for each platform
keep            $secrets: without it no further user of NATS can be made. Not in git.
to end it       deploy/cleanup.sh ${CONTEXT[*]-}
NEXT
