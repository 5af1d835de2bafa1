#!/bin/bash
# The cases, inside the guest. Standard output: what is seen and "ok"/"not ok" lines; last line DONE and the number of failures.
export DOTNET_TieredPGO=0 DOTNET_gcServer=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_EnableDiagnostics=0
bad=0
ip link set lo up; ip netns add server; ip netns exec server ip link set lo up
cat > /etc/ppp/chap-secrets <<'S'
bob    server  "pa ss\"w;$(id)"  *
"CORP\\bob" server "pw" *
umlaut server  "p\344ss"  *
S
cp /etc/ppp/chap-secrets /etc/ppp/pap-secrets
SERVER="10.9.9.1:10.9.9.2 ms-dns 10.9.9.3 ms-dns 10.9.9.4 name server proxyarp debug lcp-echo-interval 0"
MSV2="auth require-mschap-v2 refuse-eap refuse-pap"
GOOD='pa ss"w;$(id)'
harness() { local log=$1; shift; timeout 60 dotnet "$HARNESS/PppdHarness.dll" "$PLUGIN" "$@" > "$LAB_OUT/$log.out" 2> "$LAB_OUT/$log.log"; }
check() { # name, file, extended regular expression
    if grep -Eq -- "$3" "$LAB_OUT/$2.out"; then echo "ok $1"; else echo "not ok $1: no /$3/ in $2.out"; bad=$((bad+1)); fi; }
want() { [ -z "$CASES" ] || [[ ",$CASES," == *",$1,"* ]]; }

if want good; then
    harness good bob "$GOOD" 3 $SERVER $MSV2 +ipv6 -- debug &
    h=$!; sleep 0
    for i in $(seq 100); do grep -q "Ip4Up" "$LAB_OUT/good.out" 2>/dev/null && break; sleep 0.1; done
    ping -c 3 -i 0.2 -W 2 -I ppp0 10.9.9.1 > "$LAB_OUT/ping.out"; ls -la /run/nm-vpn-plugin/* >> "$LAB_OUT/ping.out" 2>&1
    tr '\0' ' ' < /proc/$(pgrep -o -x pppd)/cmdline >> "$LAB_OUT/ping.out"
    wait $h
    grep -E "^(PREPARED|EVENT|STOPPED|LEFT)" "$LAB_OUT/good.out"
    check "keys" good "Authenticated [0-9A-F]{32} [0-9A-F]{32}$"
    check "IPv4, peer, two name servers" good "Ip4Up ppp0 10.9.9.2 10.9.9.1 dns 10.9.9.3,10.9.9.4 mtu 1400"
    check "IPv6" good "Ip6Up ppp0 fe80::.* fe80::"
    check "ping through" ping " 0% packet loss"
    check "stopped in time" good "STOPPED (1?[0-9]{1,3}) ms alive False"
    check "cancelled" good "Ended Cancelled"
    check "nothing left in /run" good "^LEFT $"
    if grep -q 'exit status 5' "$LAB_OUT/good.log"; then echo "ok exit status 5"; else echo "not ok exit status 5"; bad=$((bad+1)); fi
    if grep -qF "$GOOD" "$LAB_OUT/good.log" "$LAB_OUT/ping.out"; then echo "not ok password seen"; bad=$((bad+1)); else echo "ok password not seen"; fi
fi
if want wrong; then
    harness wrong bob wrong 20 $SERVER $MSV2
    grep Ended "$LAB_OUT/wrong.out"
    check "wrong password" wrong "Ended AuthenticationFailed .*E=691"
fi
if want wrongpap; then
    harness wrongpap bob wrong 20 $SERVER auth require-pap
    grep Ended "$LAB_OUT/wrongpap.out"
    check "wrong PAP password" wrongpap "Ended AuthenticationFailed"
fi
if want pap; then
    harness pap bob "$GOOD" 1 $SERVER auth require-pap -- no-ip6
    check "PAP without keys" pap "Authenticated  $"
    check "PAP up" pap "Ip4Up"
    check "IPv6 off is told" pap "Ip6Rejected"
fi
if want umlaut; then
    harness umlaut umlaut päss 1 $SERVER $MSV2
    check "Latin-1 password" umlaut "Ip4Up"
    harness greek bob λόγος 10 $SERVER $MSV2
    grep Ended "$LAB_OUT/greek.out"
    check "password outside Latin-1" greek "Ended NotSupported .*Latin-1"
fi
if want eap; then
    harness eap bob "$GOOD" 1 $SERVER auth require-eap -- only-eap
    grep -E "Authenticated|Ended" "$LAB_OUT/eap.out"
    check "EAP up" eap "Ip4Up"
fi
if want mppe; then
    harness mppe bob "$GOOD" 1 $SERVER $MSV2 require-mppe-128 -- mppe no-ip6
    check "MPPE up" mppe "Ip4Up .* mtu 1396"
    harness nomppe bob "$GOOD" 20 $SERVER $MSV2 nomppe noccp -- mppe
    grep Ended "$LAB_OUT/nomppe.out"
    check "MPPE refused" nomppe "Ended MppeFailed"
fi
if want method; then
    harness method bob "$GOOD" 30 $SERVER $MSV2 -- only-eap
    grep Ended "$LAB_OUT/method.out"
    check "method refused" method "Ended AuthenticationMethod .*MsChapV2"
fi
if want noip6; then
    harness noip6 bob "$GOOD" 1 $SERVER $MSV2 noipv6
    check "IPv6 rejected by the server" noip6 "Ip6Rejected"
    check "IPv4 all the same" noip6 "Ip4Up"
fi
if want bye; then
    harness bye bob "$GOOD" 20 $SERVER $MSV2 maxconnect 2
    grep Ended "$LAB_OUT/bye.out"
    check "server ends" bye "Ended PeerEnded"
fi
if want dead; then
    harness dead bob "$GOOD" 20 $SERVER $MSV2 -- echo &
    h=$!
    for i in $(seq 100); do grep -q "Ip4Up" "$LAB_OUT/dead.out" 2>/dev/null && break; sleep 0.1; done
    peer=$(ip netns pids server); kill -STOP $peer; wait $h; kill -KILL $peer
    grep Ended "$LAB_OUT/dead.out"
    check "dead peer" dead "Ended DeadPeer"
fi
if want kill; then
    harness kill bob "$GOOD" 30 $SERVER $MSV2 &
    h=$!
    for i in $(seq 100); do grep -q "Ip4Up" "$LAB_OUT/kill.out" 2>/dev/null && break; sleep 0.1; done
    pid=$(sed -n 's/^PREPARED.*pid //p' "$LAB_OUT/kill.out")
    pkill -KILL -f PppdHarness.dll
    t0=$(date +%s%N)
    while [ -d "/proc/$pid" ] && [ $(($(date +%s%N) - t0)) -lt 5000000000 ]; do sleep 0.05; done
    ms=$((($(date +%s%N) - t0) / 1000000))
    if [ -n "$pid" ] && [ ! -d "/proc/$pid" ] && [ $ms -lt 2000 ]; then echo "ok killed core leaves no pppd after $ms ms"; else echo "not ok pppd $pid alive after $ms ms"; bad=$((bad+1)); fi
    wait $h; ls /run/nm-vpn-plugin; pkill -KILL -x pppd
    harness again bob "$GOOD" 1 $SERVER $MSV2
    check "stale directory is removed by the next run" again "^LEFT $"
fi
echo "DONE $bad"
