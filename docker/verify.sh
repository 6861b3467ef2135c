#!/usr/bin/env bash
# The tour of README.md unattended, every step checked:  docker/verify.sh [tour|short|images]
#   tour    all of it, eight minutes on two busy cores, two of them for images (the default)
#   short   what CI runs: the image by itself, files of Compose, Prometheus and Grafana; a minute
#   images  only makes the images that cannot be pulled, for a tour by hand
# Exit: 0 all that could run is as it should be (what could not is said), 1 a check failed, 2 cannot run here.
# Without a running engine it starts one of its own (root, Debian's docker.io) and ends it.
set -euo pipefail
cd "$(dirname "$0")"
form=${1:-tour}
case $form in tour | short | images) ;; *) echo "verify.sh [tour|short|images]" >&2; exit 64 ;; esac

started=$SECONDS
say() { printf '%4ds  %s\n' $((SECONDS - started)) "$*"; }
step() { echo; say "== $*"; }
ok() { say "ok    $*"; }
not_run=()
skip() { say "NOT RUN  $*"; not_run+=("$*"); }
cannot() { say "cannot run here: $*"; exit 2; }
die() { say "FAILED  $*"; exit 1; }
is() { # is WHAT EXPECTED SEEN
  [ "$2" = "$3" ] && ok "$1: $3" || die "$1: $3 (expected: $2)"
}
eventually() { # eventually SECONDS WHAT COMMAND...: until it succeeds
  local end=$((SECONDS + $1)) what=$2 from=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || die "$what (not within $((end - from)) s)"
    sleep 0.5
  done
  ok "$what (after $((SECONDS - from)) s)"
}

# --- the engine -----------------------------------------------------------------------------------
scratch=$(mktemp -d)
engine_pid=
forwarding=
clean() {
  local status=$?
  trap - EXIT
  [ -z "${hold:-}" ] || kill "$hold" 2>/dev/null || true
  if [ -n "${composed:-}" ]; then
    [ $status -eq 0 ] || docker logs --tail 20 gw-1 2>&1 || true
    COMPOSE_PROFILES=load,five compose down -v --timeout 1 >/dev/null 2>&1 || true
  fi
  docker rm -f -v verify-gw >/dev/null 2>&1 || true
  if [ -n "$engine_pid" ]; then
    kill "$engine_pid" 2>/dev/null && while kill -0 "$engine_pid" 2>/dev/null; do sleep 0.2; done
    # the engine closes the machine to forwarded packets, and leaves that and more behind
    iptables-save 2>/dev/null | grep -vi docker | iptables-restore 2>/dev/null || true
    ip link delete docker0 2>/dev/null || true
    [ -z "$forwarding" ] || iptables -P FORWARD "$forwarding" 2>/dev/null || true
    [ -z "${bridged:-}" ] || sysctl -q -w net.bridge.bridge-nf-call-iptables="$bridged" || true
    umount -q -l "$scratch"/run/netns/* 2>/dev/null || true
  fi
  rm -rf --one-file-system "$scratch"
  exit $status
}
trap clean EXIT
trap 'exit 130' INT TERM

install() { # install COMMAND PACKAGE ...: what is missing, if we may
  local missing=()
  while [ $# -gt 0 ]; do
    command -v "$1" >/dev/null || missing+=("$2")
    shift 2
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || cannot "missing: ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$scratch/apt" 2>&1 ||
    cannot "apt-get: $(tail -1 "$scratch/apt")"
}
install docker docker.io curl curl jq jq promtool prometheus iptables iptables
# an engine without Compose v2 has 1.29 of Debian
docker compose version >/dev/null 2>&1 || install docker-compose docker-compose
compose() {
  if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi
}
step "the engine"
if ! docker info >/dev/null 2>&1; then
  [ "$(id -u)" = 0 ] && command -v dockerd >/dev/null || cannot "no engine answers, and only root starts one"
  forwarding=$(iptables -S FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p') || true
  bridged=$(sysctl -n net.bridge.bridge-nf-call-iptables 2>/dev/null || echo 0)
  dockerd --data-root "$scratch/data" --exec-root "$scratch/run" --pidfile "$scratch/pid" >"$scratch/log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 60); do
    docker info >/dev/null 2>&1 && break
    kill -0 $engine_pid 2>/dev/null || { engine_pid=; cannot "dockerd ended: $(tail -1 "$scratch/log")"; }
    sleep 0.5
  done
  docker info >/dev/null 2>&1 || cannot "dockerd does not answer: $(tail -1 "$scratch/log")"
fi
ok "Docker Engine $(docker version --format '{{.Server.Version}}'), $(compose version --short 2>/dev/null | sed 's/^/Compose /')"
most=$(ulimit -Hn)
[ "$most" = unlimited ] || [ "$most" -ge 1048576 ] || export HOLDFAST_NOFILE=$most

# --- images that others make ----------------------------------------------------------------------
have() { docker image inspect "$1" >/dev/null 2>&1 || timeout 120 docker pull -q "$1" >/dev/null 2>&1; }
base=debian:bookworm-slim
build=maven:3.9-eclipse-temurin-25
metrics=$(sed -n 's/.*PROMETHEUS_IMAGE:-\(.*\)}.*/\1/p' compose.yaml)
boards=$(sed -n 's/.*GRAFANA_IMAGE:-\(.*\)}.*/\1/p' compose.yaml)

base_here() { # a Debian of its own, or for CI the essential packages of this machine: seconds instead of a minute
  if [ "$form" = short ] && grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release; then
    local names='passwd '
    names+=$(dpkg-query -W -f '${Essential} ${Package}\n' | sed -n 's/^yes //p')
    for _ in 1 2 3; do # and what they depend on
      names+=" $(dpkg-query -W -f '${Pre-Depends},${Depends},' $names 2>/dev/null | tr ',|' '\n\n' | sed 's/[(:].*//; s/ //g' | sort -u)"
    done
    { dpkg -L $(dpkg-query -W -f '${Package}\n' $names 2>/dev/null | sort -u); printf '/%s\n' bin sbin lib lib64 tmp usr/local usr/local/bin etc/passwd etc/group; } 2>/dev/null |
      sed -E 's,^/(s?bin|lib(64)?)/,/usr/\1/,; s,^/,,' | grep -vE '^\.?$|/(doc|man|locale|info)/' | sort -u >"$scratch/files"
    tar -C / -c --no-recursion --ignore-failed-read -T "$scratch/files" 2>/dev/null |
      docker import -c 'CMD ["bash"]' -c 'LABEL dev.holdfast.made=short' - $base >/dev/null
  else
    install debootstrap debootstrap
    debootstrap --variant=minbase bookworm "$scratch/base" >"$scratch/debootstrap" 2>&1 ||
      cannot "debootstrap: $(tail -1 "$scratch/debootstrap")"
    rm -rf "$scratch"/base/var/cache/apt/archives/*.deb "$scratch"/base/var/lib/apt/lists/*
    tar -C "$scratch/base" -c . | docker import -c 'CMD ["bash"]' - $base >/dev/null
  fi
}
on_base() { # on_base IMAGE COMMIT-OPTION... <tar: the base with more files
  local image=$1 c
  shift
  c=$(docker create $base)
  docker cp -a - "$c:/" && docker commit "$@" "$c" "$image" >/dev/null
  docker rm "$c" >/dev/null
}
step "images"
if [ "$form" != short ] && [ "$(docker image inspect $base --format '{{index .Config.Labels "dev.holdfast.made"}}' 2>/dev/null)" = short ]; then
  docker rmi -f $base >/dev/null # it has no apt-get
fi
if ! have $base; then base_here && ok "$base made of this machine's Debian"; fi
if ! have $build; then
  jdk=$(for r in /usr/lib/jvm/*/release; do grep -q '^JAVA_VERSION="25' "$r" && dirname "$r"; done 2>/dev/null | head -1) || true
  [ -n "$jdk" ] || cannot "$build cannot be pulled, and there is no JDK 25 under /usr/lib/jvm"
  ls ../gateway/target/holdfast-*.tar.gz >/dev/null 2>&1 || cannot "gateway/target has no distribution (mvn package makes it)"
  tar -ch --transform 's,^\.,opt/java/openjdk,' -C "$jdk" . |
    on_base $build -c 'ENV JAVA_HOME=/opt/java/openjdk' -c 'ENV PATH=/opt/java/openjdk/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  ok "$build made of $jdk"
fi
if [ "$form" != short ] && ! have "$metrics"; then
  mkdir -p "$scratch/p/bin" "$scratch/p/prometheus" && cp /usr/bin/prometheus "$scratch/p/bin/"
  tar -C "$scratch/p" --owner=65534 --group=65534 --transform 's,^bin/,usr/bin/,' -c bin/prometheus prometheus |
    on_base "$metrics" -c 'USER 65534:65534' -c 'VOLUME /prometheus'
  ok "$metrics made of Debian's prometheus $(promtool --version 2>&1 | sed -n 's/.*version \([^ ]*\).*/\1/p')"
fi
grafana=
if [ "$form" = tour ]; then
  have "$boards" && grafana=grafana || skip "Grafana: $boards cannot be pulled; its files and every query are checked instead"
fi
image() { # image TARGET TAG
  docker build -q -f Dockerfile --target "$1" -t "$2" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    --build-arg CREATED="$(date -u +%Y-%m-%dT%H:%M:%SZ)" .. >"$scratch/build" 2>&1 ||
    die "build of $2: $(tail -3 "$scratch/build")"
}
image gateway holdfast
mib() { echo $(($(docker image inspect "$1" --format '{{.Size}}') >> 20)); }
ok "holdfast built: $(mib holdfast) MiB, of which $(mib $base) are $base"
if [ "$form" != short ]; then image load holdfast-load && ok "holdfast-load built"; fi
[ "$form" != images ] || exit 0

# --- files ----------------------------------------------------------------------------------------
step "files"
compose config -q && ok "compose.yaml is understood"
promtool check config prometheus/prometheus.yaml >"$scratch/out" 2>&1 || die "$(cat "$scratch/out")"
promtool test rules prometheus/alerts.test.yaml >"$scratch/out" 2>&1 || die "$(cat "$scratch/out")"
ok "alert rules: $(grep -c 'alert:' prometheus/alerts.yaml), and their tests"
for rule in $(sed -n 's/.*- alert: //p' prometheus/alerts.yaml); do
  grep -q "alertname: $rule" prometheus/alerts.test.yaml || die "$rule has no test"
done
uid=$(sed -n 's/.*uid: \([a-z]*\).*/\1/p' grafana/provisioning/datasources/*.yaml)
for board in grafana/dashboards/*.json; do
  jq -e --arg uid "$uid" '
    (.uid and .title and .schemaVersion >= 39) and
    ([.panels[].id] | length == (unique | length)) and
    ([.panels[] | select(.type != "row")] | all(.title and .gridPos and .datasource.uid == $uid and (.targets | length > 0)))
    and ([.panels[].gridPos | .x + .w] | all(. <= 24))' "$board" >/dev/null || die "$board is not a dashboard over $uid"
done
ok "dashboards: $(jq -s 'map([.panels[] | select(.type != "row")] | length) | add' grafana/dashboards/*.json) panels over the datasource $uid"

# --- the image by itself --------------------------------------------------------------------------
step "the image by itself"
is "user" 10001:10001 "$(docker image inspect holdfast --format '{{.Config.User}}')"
is "SBOMs" "holdfast-loadtest.cdx.json holdfast.cdx.json" "$(docker run --rm --entrypoint ls holdfast /opt/holdfast/sbom | xargs)"
is "version of Java" 25 "$(docker run --rm --entrypoint sed holdfast -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' /opt/java/release)"
cat >"$scratch/one.yaml" <<'YAML'
node: { name: one, state-dir: /var/lib/holdfast, shutdown: { grace: 1s, deadline: 5s } }
listeners: [{ name: chat, bind: "0.0.0.0:7000", pool: chat }]
pools: [{ name: chat, servers: [{ name: app-1, host: 127.0.0.1, ports: [9000] }] }]
YAML
chmod 755 "$scratch" && chmod 644 "$scratch/one.yaml"
from=$(date +%s%N)
docker run -d --name verify-gw --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
  -p 127.0.0.1::7000 -v "$scratch/one.yaml:/etc/holdfast/holdfast.yaml:ro" holdfast >/dev/null
docker exec -d verify-gw holdfast loadtest serve --name app-1 --bind 127.0.0.1:9000
door=$(docker port verify-gw 7000 | sed 's/.*://')
until [ -n "$(docker logs verify-gw 2>&1 | grep 'Node is READY')" ]; do
  [ "$(docker inspect verify-gw --format '{{.State.Running}}')" = true ] || die "it ended: $(docker logs --tail 3 verify-gw 2>&1)"
  [ $(($(date +%s%N) - from)) -lt 60000000000 ] || die "it is not ready"
  sleep 0.05
done
ok "ready $((($(date +%s%N) - from) / 1000000)) ms after 'docker run', nothing to write but its volume and /tmp"
used=$(docker exec verify-gw sh -c 'tr "\0" "\n" </proc/1/cmdline | grep -c AOTCache=; grep -c "[.]aot$" /proc/1/maps' | xargs)
[ "${used#* }" -gt 0 ] && ok "the archive of classes is in use" || die "the archive is not in use: $used"
docker exec verify-gw grep -q 'libnetty_transport_native_epoll' /proc/1/maps && ok "epoll, from the library of the image" || die "no native epoll"
eventually 30 "healthy" sh -c '[ "$(docker inspect verify-gw --format "{{.State.Health.Status}}")" = healthy ]'
eventually 20 "a session reaches the server" bash -c "[ \"\$(timeout 2 head -1 </dev/tcp/127.0.0.1/$door)\" = 'app-1 ready' ]"
exec 5<>"/dev/tcp/127.0.0.1/$door"
read -r -t 5 _ <&5 || die "no greeting"
from=$SECONDS
docker kill -s TERM verify-gw >/dev/null
is "exit after SIGTERM with a session open" 0 "$(timeout 30 docker wait verify-gw)"
ok "drained in $((SECONDS - from)) s"
exec 5>&-
docker rm -v verify-gw >/dev/null

finish() {
  echo
  for each in ${not_run[@]+"${not_run[@]}"}; do say "NOT RUN  $each"; done
  say "all checks passed ($form)"
  exit 0
}
[ "$form" != short ] || finish
. ./tour.sh
finish
