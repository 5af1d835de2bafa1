#!/bin/sh
# Builds NmVpnPlugin and installs it.
#
#   install.sh                    on this machine; files that a package of the distribution owns are diverted, not overwritten
#   install.sh --destdir DIR      stages exactly what a package would contain under DIR
#   install.sh --uninstall        puts everything back
#
#   --framework net10.0|net9.0    framework for the native build; default: net10.0, or net9.0 where the registry lacks net10.0's
#                                 native runtime pack
#   --no-build                    installs what the last build made
set -eu
cd "$(dirname "$0")"

destdir=; uninstall=0; build=1; framework=${NMVPN_FRAMEWORK:-}
while [ $# -gt 0 ]; do
    case $1 in
        --destdir) destdir=$(realpath -m "$2"); shift 2;;
        --destdir=*) destdir=$(realpath -m "${1#*=}"); shift;;
        --framework) framework=$2; shift 2;;
        --uninstall) uninstall=1; shift;;
        --no-build) build=0; shift;;
        -h|--help) sed -n '2,11p' "$0" | sed 's/^# \{0,1\}//'; exit 0;;
        *) echo "install.sh: unknown option: $1 (see --help)" >&2; exit 2;;
    esac
done

say() { printf '%s\n' "install: $*"; }
die() { printf '%s\n' "install.sh: $*" >&2; exit 1; }

libdir=/usr/lib/nm-vpn-plugin
manifest=$libdir/installed-files

# --- uninstall -----------------------------------------------------------------------------------
owned_by_package() { command -v dpkg-query >/dev/null && dpkg-query -S "$1" >/dev/null 2>&1; }

undo() {
    [ -r "$manifest" ] || die "nothing is installed here ($manifest is missing)"
    # The list goes last: an interrupted removal can be repeated.
    while read -r file; do
        rm -f "$file"
        if command -v dpkg-divert >/dev/null && [ -n "$(dpkg-divert --list "$file")" ]; then
            dpkg-divert --quiet --local --remove --rename --divert "$file.distrib" "$file"
        fi
    done < "$manifest"
    rm -f "$manifest"
    rmdir "$libdir" 2>/dev/null || true
    reload
    say "removed; what was diverted is back"
}

reload() {
    [ -S /run/dbus/system_bus_socket ] || return 0
    dbus-send --system --type=method_call --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.ReloadConfig 2>/dev/null || true
}

if [ "$uninstall" = 1 ]; then
    [ "$(id -u)" = 0 ] || die "removing needs root"
    undo
    exit 0
fi

# --- build ---------------------------------------------------------------------------------------
case $(uname -m) in
    x86_64) rid=linux-x64;; aarch64) rid=linux-arm64;; armv7l) rid=linux-arm;;
    *) die "no native build for $(uname -m)";;
esac

# Where net10.0's native runtime pack cannot be restored, net9.0's can (docs/architecture.md, "Publishing").
choose_framework() {
    [ -z "$framework" ] || return 0
    if [ -r build/framework ]; then framework=$(cat build/framework); return 0; fi
    framework=net10.0
    if ! dotnet restore src/TunnelCli/TunnelCli.csproj -r "$rid" -p:PublishAot=true -v q >build/restore.log 2>&1; then
        framework=net9.0
        say "the native runtime pack for net10.0 cannot be restored here; building for net9.0"
    fi
    echo "$framework" > build/framework
}

publish() { # project, executable
    dotnet publish "src/$1/$1.csproj" -c Release -r "$rid" -p:PublishAot=true -p:AotFramework="$framework" \
        -o "build/publish/$1" -v q --nologo >"build/publish-$1.log" 2>&1 || { cat "build/publish-$1.log" >&2; die "building $2 failed"; }
    say "built $2 ($(du -h "build/publish/$1/$2" | cut -f1))"
}

mkdir -p build
if [ "$build" = 1 ]; then
    command -v dotnet >/dev/null || die "the .NET SDK (10.0 or newer) is needed"
    command -v gcc >/dev/null || die "gcc is needed (Debian: apt-get install gcc libc6-dev make zlib1g-dev)"
    choose_framework
    publish NmPlugin nm-vpn-plugin
    publish TunnelCli vpn-tunnel
    make -s -C src/PppdCallback OUT="$PWD/build/pppd" >build/pppd.log 2>&1 || { cat build/pppd.log >&2; die "building the pppd plugin failed"; }
    say "built the pppd plugin"
fi

# --- stage ---------------------------------------------------------------------------------------
root=${destdir:-$PWD/build/root}
[ -n "$destdir" ] || rm -rf "$root"
put() { install -D -m "$1" "$2" "$root$3"; }
link() { mkdir -p "$root$(dirname "$2")"; ln -sfn "$1" "$root$2"; }

put 755 build/publish/NmPlugin/nm-vpn-plugin $libdir/nm-vpn-plugin
put 755 build/publish/TunnelCli/vpn-tunnel $libdir/vpn-tunnel
put 644 build/pppd/nm-sstp-pppd-plugin.so $libdir/nm-sstp-pppd-plugin.so
link nm-sstp-pppd-plugin.so $libdir/nm-pptp-pppd-plugin.so
for protocol in sstp pptp; do
    put 644 data/nm-$protocol-service.name /usr/lib/NetworkManager/VPN/nm-$protocol-service.name
    put 644 data/nm-$protocol-service.conf /usr/share/dbus-1/system.d/nm-$protocol-service.conf
    link ../nm-vpn-plugin/nm-vpn-plugin /usr/lib/NetworkManager/nm-$protocol-service
done
for page in data/man/*.[1-8]; do
    [ -e "$page" ] && put 644 "$page" "/usr/share/man/man${page##*.}/$(basename "$page")"
done
link ../lib/nm-vpn-plugin/vpn-tunnel /usr/bin/vpn-doctor
if [ -n "$destdir" ]; then
    say "staged under $destdir"
    exit 0
fi

# --- install on this machine ---------------------------------------------------------------------
[ "$(id -u)" = 0 ] || die "installing needs root (or use --destdir)"
files=$(cd "$root" && find . -type f -o -type l | sed 's/^\.//' | sort)
[ ! -r "$manifest" ] || undo
mkdir -p "$libdir"
printf '%s\n' "$files" > "$manifest"
for file in $files; do
    if owned_by_package "$file"; then
        dpkg-divert --quiet --local --add --rename --divert "$file.distrib" "$file"
        say "diverted $file to $file.distrib"
    fi
    mkdir -p "$(dirname "$file")"
    # By a rename: a running service keeps its file, and NetworkManager sees a whole new one.
    cp -P "$root$file" "$file.new~" && mv -f "$file.new~" "$file"
done
reload
say "installed; take it away again with ./install.sh --uninstall"
