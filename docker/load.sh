#!/bin/bash
# load.sh SCENARIO OPTION...: 'holdfast loadtest' against all that the name "chat" stands for, from 100
# addresses of this container's own: 172.28.N.1 and so on, where N comes from its address. More would fill
# the kernel's table of neighbours (gc_thresh3), which all containers of a machine share.
set -euo pipefail
own=$(hostname -i | tr ' ' '\n' | grep '^172\.28\.' | head -1)
net=172.28.$((64 + ${own##*.} % 128))
sources=$net.1-$net.100
ip route replace local "$net.0/24" dev lo
targets=$(getent ahostsv4 chat | awk '{ print $1 ":7000" }' | sort -u | paste -sd,)
echo "chat is $targets; clients are $sources" >&2
exec setpriv --reuid=10001 --regid=10001 --clear-groups --inh-caps=-all --bounding-set=-all \
  holdfast loadtest "$@" --target "$targets" --sources "$sources"
