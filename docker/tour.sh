# shellcheck shell=bash disable=SC2154,SC2034
# The steps of the tour with their checks; verify.sh, which made the images, reads this.

hf() { docker exec gw-1 holdfast "$@"; }
api() { curl -sf -m 10 -H 'Authorization: Bearer demo' "http://127.0.0.1:808$1/v1/$2"; }
cluster() { api 1 cluster | jq -r "$1"; }
node() { api 1 nodes | jq -r --arg node "$1" ".nodes[] | select(.name == \$node) | $2"; }
server() { api 1 pools/chat | jq -r --arg server "$1" ".servers[] | select(.name == \$server) | $2"; }
ready() { [ "$(api 1 nodes | jq '[.nodes[] | select(.state == "READY")] | length')" = "$1" ]; }
sessions() { [ "$(cluster .sessions.current)" = "$1" ]; }
greeting() { timeout 3 head -1 <"/dev/tcp/127.0.0.1/700$1"; }
query() { curl -sf -m 10 --data-urlencode "query=$1" http://127.0.0.1:9090/api/v1/query | jq -e '.data.result'; }
firing() { query "ALERTS{alertname=\"$1\",alertstate=\"firing\"}" | jq -e 'length > 0'; }
even() { # even FACTOR NAME...: the nodes hold at most so many times as much as each other
  local least=999999 most=0 n each
  for each in "${@:2}"; do
    n=$(node "$each" .sessions.current)
    [ "$n" -lt "$least" ] && least=$n
    [ "$n" -gt "$most" ] && most=$n
  done
  [ $((least * $1)) -ge "$most" ]
}
share() { # share SERVER: its sessions are about what its slots are, of 100 sources
  local have want
  have=$(server "$1" .sessions.current) want=$(($(server "$1" .slots) * $(cluster .sessions.current) / 65536))
  [ $((have * 2)) -ge "$want" ] && [ "$have" -le $((want * 2)) ] || die "$1 has $have sessions, its slots are $want"
  ok "$1 has $have sessions, its slots are $want"
}
follow() { # follow WHAT COMMAND...: an operation with --wait; its progress is seen, and its end
  local what=$1
  shift
  timeout 120 docker exec gw-1 holdfast "$@" --wait >"$scratch/progress" 2>&1 || die "$what: $(tail -1 "$scratch/progress")"
  local between
  between=$(sed -n 's/.* running .*closed=\([0-9]*\).*/\1/p' "$scratch/progress" | sort -nu | wc -l)
  [ "$between" -ge 2 ] || die "$what: no progress was seen: $(cat "$scratch/progress")"
  ok "$what: $(tail -1 "$scratch/progress" | cut -d' ' -f1-7), progress in $between steps"
}

composed=yes
step "see: three gateways, three servers"
docker network prune -f >/dev/null
compose up -d --no-build gw-1 gw-2 gw-3 app-1 app-2 app-3 prometheus $grafana >"$scratch/up" 2>&1 || die "up: $(tail -2 "$scratch/up")"
eventually 90 "three nodes are READY" ready 3
is "majority" true "$(cluster .majority)"
for each in gw-1 gw-2 gw-3; do
  eventually 30 "$each is healthy" sh -c "[ \$(docker inspect $each --format '{{.State.Health.Status}}') = healthy ]"
done
eventually 30 "three servers are UP" sh -c 'docker exec gw-1 holdfast status | grep -c "READY  UP " | grep -qx 3'
first=$(greeting 1)
is "a source at three gateways" "$first, $first, $first" "$(greeting 1), $(greeting 2), $(greeting 3)"
is "what doctor warns of" "" "$(hf doctor -c gateway.yaml | grep -E '^(warning|fault)' || true)"

step "load: 3,000 sessions of 100 sources"
COMPOSE_PROFILES=load compose up -d --no-build load >"$scratch/up" 2>&1 || die "load: $(tail -2 "$scratch/up")"
eventually 60 "3,000 sessions" sessions 3000
even 2 gw-1 gw-2 gw-3 && ok "spread over the gateways as the DNS says: $(node gw-1 .sessions.current), $(node gw-2 .sessions.current), $(node gw-3 .sessions.current)"

step "stickiness"
compose run --rm load hold --sessions 600 --rate 200/s --duration 2s --quiet >"$scratch/hold" 2>&1 || die "$(cat "$scratch/hold")"
ok "$(sed -n 's/^ok *sticky *//p' "$scratch/hold")"
sed -n 's/^ok *sticky *//p' "$scratch/hold" | grep -q '100 sources, each on one of 3 servers' || die "not 100 sources on 3 servers"

step "the limit of 4,000 over all gateways"
compose run --rm load hold --sessions 2000 --rate 400/s --duration 6s --may-refuse --quiet >"$scratch/hold" 2>&1 &
hold=$!
eventually 40 "4,000 are held" sessions 4000
wait $hold || die "$(cat "$scratch/hold")"
is "admitted of 2,000 more" "1000 sessions opened" "$(grep -o '[0-9]* sessions opened' "$scratch/hold")"
eventually 20 "3,000 again" sessions 3000

step "kill a gateway"
docker kill gw-2 >/dev/null
eventually 15 "gw-2 is LOST" sh -c "curl -sf -H 'Authorization: Bearer demo' 127.0.0.1:8081/v1/nodes | jq -e '.nodes[] | select(.name == \"gw-2\" and .state == \"LOST\")'"
eventually 60 "its clients are back at the others" sessions 3000
eventually 60 "alert HoldfastNodeLost" firing HoldfastNodeLost
docker start gw-2 >/dev/null
eventually 60 "gw-2 is READY again" ready 3
follow "rebalance over nodes" rebalance nodes --pace 500/s
eventually 10 "3,000 sessions" sessions 3000
even 2 gw-1 gw-2 gw-3 && ok "even again: $(node gw-1 .sessions.current), $(node gw-2 .sessions.current), $(node gw-3 .sessions.current)" || die "not even"

step "drain a server"
follow "drain of app-1" drain server chat/app-1 --pace 300/s
is "sessions of app-1" 0 "$(server app-1 .sessions.current)"
eventually 10 "3,000 sessions" sessions 3000
hf ready server chat/app-1 >/dev/null
follow "rebalance over servers" rebalance servers --pool chat --pace 300/s
eventually 10 "3,000 sessions" sessions 3000
for each in app-1 app-2 app-3; do share $each; done

step "drain a gateway"
follow "drain of gw-3" drain node gw-3 --grace 2s --pace 300/s
is "sessions of gw-3" 0 "$(node gw-3 .sessions.current)"
eventually 20 "gw-3 is not healthy" sh -c "[ \$(docker inspect gw-3 --format '{{.State.Health.Status}}') = unhealthy ]"
hf ready node gw-3 >/dev/null
eventually 20 "gw-3 is READY again" ready 3
eventually 20 "3,000 sessions" sessions 3000

step "scale to five"
COMPOSE_PROFILES=five compose up -d --no-build gw-4 gw-5 app-4 app-5 >"$scratch/up" 2>&1 || die "five: $(tail -2 "$scratch/up")"
eventually 90 "five nodes are READY" ready 5
hf server set chat/app-4 --host app-4 --ports 9000 >/dev/null
hf server set chat/app-5 --host app-5 --ports 9000 >/dev/null
eventually 30 "five servers are UP" sh -c 'docker exec gw-1 holdfast status | grep -c "READY  UP " | grep -qx 5'
docker restart -t 1 load >/dev/null # clients that ask the DNS again
eventually 60 "3,000 sessions" sessions 3000
even 2 gw-1 gw-2 gw-3 gw-4 gw-5 && ok "over five gateways: $(for i in 1 2 3 4 5; do node gw-$i .sessions.current; done | xargs)" || die "not over five gateways"
follow "rebalance over servers" rebalance servers --pool chat --pace 500/s
eventually 10 "3,000 sessions" sessions 3000
for each in app-1 app-2 app-3 app-4 app-5; do share $each; done

step "cut a gateway off, and heal"
before=$(node gw-3 .sessions.current)
answer=$(greeting 1)
docker network disconnect holdfast-members gw-3
eventually 20 "the others find gw-3 LOST" sh -c "curl -sf -H 'Authorization: Bearer demo' 127.0.0.1:8081/v1/nodes | jq -e '.nodes[] | select(.name == \"gw-3\" and .state == \"LOST\")'"
is "majority of the others" true "$(cluster .majority)"
eventually 20 "gw-3 sees no majority" sh -c "curl -sf -H 'Authorization: Bearer demo' 127.0.0.1:8083/v1/cluster | jq -e '.majority == false'"
eventually 60 "alert HoldfastNoMajority" firing HoldfastNoMajority
is "sessions of gw-3, cut off" "$before" "$(api 3 cluster | jq -r .sessions.current)"
is "a new session of a source at gw-1 and at gw-3" "$answer, $answer" "$(greeting 1), $(greeting 3)"
docker network connect --alias gateways --ip 172.29.57.13 holdfast-members gw-3
eventually 30 "five nodes are READY" ready 5
eventually 20 "3,000 sessions: none was lost" sessions 3000
is "sessions above limits" 0 "$(query 'max(holdfast_cluster_excess_sessions)' | jq -r '.[0].value[1]')"

step "metrics and dashboards"
is "gateways scraped" 5 "$(query 'sum(up{job="holdfast"})' | jq -r '.[0].value[1]')"
empty=
count=0
now=$(date +%s)
while IFS=$'\t' read -r board title expression; do
  count=$((count + 1))
  expression=${expression//\$__rate_interval/20s}
  expression=${expression//\$pool/.*}
  expression=${expression//\$node/.*}
  curl -sf -m 20 --data-urlencode "query=$expression" -d "start=$((now - 1800))&end=$now&step=4" http://127.0.0.1:9090/api/v1/query_range |
    jq -e '[.data.result[].values[] | select(.[1] != "NaN")] | length > 0' >/dev/null ||
    empty+=$'\n'"      $board: $title: $expression"
done < <(for board in grafana/dashboards/*.json; do
  jq -r --arg board "$(basename "$board")" '(.panels[] | .title as $t | .targets[]? | [$board, $t, .expr]), (.annotations.list[] | select(.expr) | [$board, .name, .expr]) | @tsv' "$board"
done | sed 's/\\\\/\\/g')
[ -z "$empty" ] || die "queries without data: $empty"
ok "$count queries of the dashboards return data"
if [ -n "$grafana" ]; then
  eventually 60 "Grafana answers" curl -sf -m 5 http://127.0.0.1:3000/api/health
  is "dashboards in Grafana" 2 "$(curl -sf 'http://127.0.0.1:3000/api/search?type=dash-db' | jq length)"
fi
