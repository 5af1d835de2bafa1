#!/bin/bash
# Runs the test suite and prints a closing line that counts tests.
#
#   test.sh             everything
#   test.sh unit        unit, contract and service tests only (no guest kernel)
#   test.sh lab         end to end only: a real NetworkManager, pppd and server
#   test.sh dbus-package  the unit tests against the package Tmds.DBus.Protocol instead of src/DBus
#
# Everything happens in the build tree, in namespaces that the tests make, and in the lab's guest.
set -u
cd "$(dirname "$0")" || exit 1
what=${1:-all}
case $what in unit|lab|all|dbus-package) ;; *) sed -n '2,10p' "$0" | sed 's/^# \{0,1\}//'; exit 2;; esac

passed=0; failed=0; skipped=0
step() { printf '\n== %s (%s)\n' "$*" "$(date +%T)"; }
count() { passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + ${3:-0})); }

# Adds the counts of a log: dotnet test's "Failed: 0, Passed: 3, Skipped: 0" lines and "N passed, N failed" lines.
count_log() {
    local p f s found=0
    while read -r f p s; do count "$p" "$f" "$s"; found=1; done < <(sed -nE \
        's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+), Total.*/\1 \2 \3/p' "$1")
    while read -r p f s; do count "$p" "$f" "${s:-0}"; found=1; done < <(sed -nE \
        's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 \4/p' "$1")
    [ "$found" = 1 ]
}

# Runs a step and shows what it says; its exit status stays beside its log.
perform() { # name, log, command...
    local name=$1 log=$2; shift 2
    step "$name"
    "$@" 2>&1 | tee "$log" | grep -vE '^$|^Test run for|^A total of|^  (All|NmVpn|Tunnel|Nm|DBus|Test).* -> '
    echo "${PIPESTATUS[0]}" > "$log.status"
}

# A step that breaks before it could count anything is a failure of its own.
tally() { # name, log
    local name=$1 log=$2 before=$failed status
    status=$(cat "$log.status")
    count_log "$log" || { [ "$status" = 0 ] && [ "$name" != "build" ] && { echo "$name: counted no test"; count 0 1; }; }
    if [ "$status" != 0 ] && [ "$failed" = "$before" ]; then echo "$name: ended with status $status"; count 0 1; fi
}

run_step() { perform "$@"; tally "$1" "$2"; }

# Steps side by side, a line "name, log, command" each: guests mostly wait.
run_steps() {
    local name log command
    while IFS=, read -r name log command; do perform "$name" "$log" $command < /dev/null & done <<< "$1"
    wait
    while IFS=, read -r name log command; do tally "$name" "$log"; done <<< "$1"
}

# The counts are read from dotnet's English summary.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1
mkdir -p build/test
tests/lab/packages --peers || { echo "the packages that the tests need cannot be installed"; exit 1; }
properties=()
[ "$what" = dbus-package ] && properties=(-p:UseTmdsDBusPackage=true)

if [ "$what" != lab ]; then
    run_step build build/test/build.log dotnet build NmVpnPlugin.sln -v q --nologo "${properties[@]}"
    for project in tests/*.Tests; do
        name=$(basename "$project")
        [ "$what" = dbus-package ] && [ "$name" = DBus.Tests ] && continue
        run_step "$name" "build/test/$name.log" timeout -k 10 600 dotnet test "$project" --no-build -v q --nologo \
            --logger "console;verbosity=minimal" "${properties[@]}"
    done
    run_step fuzz build/test/fuzz.log dotnet run --project tests/fuzz --no-build "${properties[@]}" -- --seed 1
fi
if [ "$what" = lab ] || [ "$what" = all ]; then
    run_step "stage" build/test/stage.log sh -c './install.sh --destdir build/stage && echo "1 passed, 0 failed"'
    run_steps "install,build/test/install.log,timeout -k 10 600 tests/install/check
lab: host,build/test/lab-host.log,tests/lab/check --where host --backend build/stage --proto sstp --scenario host
defects,build/test/defects.log,timeout -k 10 240 tests/defects/check --ours build/stage"
    run_step "lab: host with PPTP" build/test/lab-host-pptp.log tests/lab/check --where host --backend build/stage --proto pptp --scenario failures-pptp
    guest="tests/lab/check --where uml --backend build/stage"
    run_steps "lab: guest,build/test/lab-guest-1.log,$guest --proto sstp --scenario guest-1
lab: second guest,build/test/lab-guest-2.log,$guest --proto sstp --scenario guest-2
lab: third guest,build/test/lab-guest-3.log,$guest --proto sstp --scenario guest-3
lab: guest with PPTP,build/test/lab-pptp.log,$guest --proto pptp --scenario guest-pptp"
fi

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
