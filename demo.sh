#!/bin/bash
# Builds NmVpnPlugin and shows it working: a real NetworkManager brings an SSTP connection up through it against a server that this
# script starts, pings through the tunnel, shows what nmcli shows, and takes it down.
#
# Needs root and the .NET SDK; installs the packages that are missing. Nothing else on the machine changes: everything runs in
# network namespaces, or in a guest kernel (User Mode Linux) where this kernel has no /dev/ppp, over a copy-on-write root.
set -euo pipefail
cd "$(dirname "$0")"
step() { printf '\n[%3ss] %s\n' "$SECONDS" "$*"; }

[ "$(id -u)" = 0 ] || { echo "demo.sh: must be run as root (network namespaces)" >&2; exit 1; }
command -v dotnet >/dev/null || { echo "demo.sh: the .NET SDK 10.0 or newer is needed (https://dot.net)" >&2; exit 1; }
mkdir -p build

step "Installing the packages that are missing"
tests/lab/packages

step "Building the service and its pppd plugin (native code; a few minutes the first time)"
./install.sh --destdir build/stage

step "Building the test server"
tests/lab/build-server >build/server.log 2>&1 || { cat build/server.log; exit 1; }

where=uml
if [ -c /dev/ppp ]; then where=host; fi
case $where in
    host) step "Starting NetworkManager in namespaces of this machine";;
    uml) step "Booting a guest kernel (this one has no /dev/ppp) and starting NetworkManager in it";;
esac
out=$(mktemp -d "$PWD/build/demo.XXXXXX")
tests/lab/run --backend build/stage --proto sstp --where "$where" --scenario demo --quiet --out "$out/lab" \
    | stdbuf -oL tr -d '\r' | sed -un 's/^demo: \{0,1\}/       /p; s/^lab: ready after.*/       NetworkManager runs; the base connection is up/p; s/^not ok /       FAILED: /p'

step "Result"
if python3 tests/lab/count.py "$out/lab"; then
    rm -rf "$out"
    echo "The connection came up, carried traffic and went away without a trace."
else
    echo "The demo failed; its logs are in $out." >&2
    exit 1
fi
