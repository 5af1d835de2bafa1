#!/bin/sh
# Builds NmVpnPlugin and installs it.
#
#   install.sh                    on this machine; files of the distribution or the administrator are put aside, never overwritten
#   install.sh --destdir DIR      stages exactly what a package would contain under DIR
#   install.sh --uninstall        puts everything back
#
#   --framework net10.0|net9.0    framework for the native build; default: net10.0, or net9.0 where the registry lacks net10.0's
#                                 native runtime pack
#   --no-build                    installs what the last build made
set -eu
umask 022
here=$(dirname "$(realpath "$0")")
say() { printf '%s\n' "install: $*"; }
die() { printf '%s\n' "install.sh: $*" >&2; exit 1; }
usage() { printf '%s\n' "install.sh: $* (see --help)" >&2; exit 2; }

destdir=; uninstall=0; build=1; framework=${NMVPN_FRAMEWORK:-}
while [ $# -gt 0 ]; do
    case $1 in
        --destdir|--framework) [ $# -gt 1 ] && [ -n "$2" ] || usage "$1 needs a value";;
        --destdir=|--framework=) usage "${1%=} needs a value";;
    esac
    case $1 in
        --destdir) destdir=$(realpath -m -- "$2"); shift 2;;
        --destdir=*) destdir=$(realpath -m -- "${1#*=}"); shift;;
        --framework) framework=$2; shift 2;;
        --framework=*) framework=${1#*=}; shift;;
        --uninstall) uninstall=1; shift;;
        --no-build) build=0; shift;;
        -h|--help) sed -n '2,11p' "$here/install.sh" | sed 's/^# \{0,1\}//'; exit 0;;
        *) usage "unknown option: $1";;
    esac
done
case $framework in ""|net10.0|net9.0) ;; *) usage "unknown framework: $framework";; esac
[ "$uninstall" = 0 ] || [ -z "$destdir" ] || usage "--uninstall is for this machine; a staged tree can just be removed"
# The native linker's rules do not quote it.
case $here in *[[:space:]]*) [ "$build$uninstall" != 10 ] || die "the path of this tree has a blank in it, which the native build cannot take: move it elsewhere";; esac
cd "$here"

libdir=/usr/lib/nm-vpn-plugin
manifest=$libdir/installed-files
# The administrator's to change: never overwritten, and removed only as it came.
settings=/etc/nm-vpn-plugin/nm-vpn-plugin.conf
settings_as_shipped=/usr/share/doc/nm-vpn-plugin/nm-vpn-plugin.conf

# --- this machine's files ------------------------------------------------------------------------
# The manifest says, each before it is done: "aside FILE" the file that was there goes to FILE.distrib, "put FILE" ours comes.
# So whatever an interrupted run has left can be told from what was there before.
has_dpkg() { command -v dpkg-divert >/dev/null && command -v dpkg-query >/dev/null; }
# One look into dpkg's data for all files: each takes a moment.
ask_dpkg() {
    owned= diverted=
    has_dpkg || return 0
    owned=$(dpkg-query -S "$@" 2>/dev/null | sed 's/^[^/]*: //' || true)
    diverted=$(dpkg-divert --list "$@" | sed -n 's/^local diversion of \(.*\) to .*/\1/p')
}
among() { printf '%s\n' "$2" | grep -qxF -- "$1"; }

# Also diverted when it is not installed: dpkg would write it over ours when it comes later.
of_their_packages() {
    case $1 in
        /usr/lib/NetworkManager/nm-sstp-service|/usr/lib/NetworkManager/VPN/nm-sstp-service.name) ;;
        /usr/lib/NetworkManager/nm-pptp-service|/usr/lib/NetworkManager/VPN/nm-pptp-service.name) ;;
        /usr/sbin/sstpc|/usr/sbin/pptp|/usr/sbin/pptpsetup) ;;
        /usr/share/dbus-1/system.d/nm-sstp-service.conf|/usr/share/dbus-1/system.d/nm-pptp-service.conf) ;;
        *) return 1;;
    esac
}

put_aside() {
    if has_dpkg && { of_their_packages "$1" || among "$1" "$owned"; }; then
        printf 'aside %s\n' "$1" >> "$manifest"
        dpkg-divert --quiet --local --add --rename --divert "$1.distrib" "$1"
    elif [ -e "$1" ] || [ -L "$1" ]; then
        printf 'aside %s\n' "$1" >> "$manifest"
        mv -f "$1" "$1.distrib"
    fi
    if [ -e "$1.distrib" ] || [ -L "$1.distrib" ]; then say "put aside $1 as $1.distrib"; fi
}

# By a rename: a running service keeps its file, and NetworkManager sees a whole new one.
put_file() {
    mkdir -p "$(dirname "$1")"
    printf 'put %s\n' "$1" >> "$manifest"
    cp -P "$root$1" "$1.new~" && mv -f "$1.new~" "$1"
}

put_settings() {
    [ ! -e "$settings" ] && [ ! -L "$settings" ] || return 0
    mkdir -p "$(dirname "$settings")"
    cp "$root$settings" "$settings.new~" && mv -f "$settings.new~" "$settings"
}

# The list goes last: an interrupted removal can be repeated.
undo() {
    rm -f "$settings.new~"
    if cmp -s "$settings" "$settings_as_shipped"; then rm -f "$settings"; fi
    rmdir "$(dirname "$settings")" 2>/dev/null || true
    # shellcheck disable=SC2046 # one word for each path
    ask_dpkg $(sed 's/^[a-z]* //' "$manifest" | sort -u) /
    sed -n 's/^put //p' "$manifest" | while read -r file; do
        if among "$file" "$diverted" || ! among "$file" "$owned"; then rm -f "$file" "$file.new~"; fi
    done
    sed -n 's/^aside //p' "$manifest" | while read -r file; do
        if among "$file" "$diverted"; then
            dpkg-divert --quiet --local --remove --rename --divert "$file.distrib" "$file"
        elif [ -e "$file.distrib" ] || [ -L "$file.distrib" ]; then
            [ -e "$file" ] || [ -L "$file" ] || mv "$file.distrib" "$file"
        fi
    done
    sed -n 's/^put //p' "$manifest" | while read -r file; do
        case $file in */nm-vpn-plugin/*) rmdir "$(dirname "$file")" 2>/dev/null || true;; esac
    done
    rm -f "$manifest"
    rmdir "$libdir" 2>/dev/null || true
}

reload() {
    [ -S /run/dbus/system_bus_socket ] || return 0
    dbus-send --system --type=method_call --dest=org.freedesktop.DBus /org/freedesktop/DBus \
        org.freedesktop.DBus.ReloadConfig 2>/dev/null || true
}

if [ "$uninstall" = 1 ]; then
    [ "$(id -u)" = 0 ] || die "removing needs root"
    [ -r "$manifest" ] || die "nothing is installed here ($manifest is missing)"
    undo
    reload
    say "removed; what was put aside is back"
    exit 0
fi
[ -n "$destdir" ] || [ "$(id -u)" = 0 ] || die "installing needs root (or use --destdir)"

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

if [ "$build" = 1 ]; then
    command -v dotnet >/dev/null || die "the .NET SDK (10.0 or newer) is needed"
    command -v gcc >/dev/null && command -v make >/dev/null \
        || die "gcc and make are needed (Debian: apt-get install gcc libc6-dev make zlib1g-dev)"
    mkdir -p build
    choose_framework
    publish NmPlugin nm-vpn-plugin
    publish TunnelCli vpn-tunnel
    make -s -C src/PppdCallback >build/pppd.log 2>&1 || { cat build/pppd.log >&2; die "building the pppd plugin failed"; }
    say "built the pppd plugin"
fi
for made in build/publish/NmPlugin/nm-vpn-plugin build/publish/TunnelCli/vpn-tunnel build/pppd/nm-sstp-pppd-plugin.so; do
    [ -r "$made" ] || die "$made is missing: build first (without --no-build)"
done

# --- stage ---------------------------------------------------------------------------------------
root=${destdir:-$PWD/build/root}
[ -n "$destdir" ] || rm -rf "$root"
put() { install -D -m "$1" "$2" "$root$3"; }
link() { mkdir -p "$root$(dirname "$2")"; ln -sfn "$1" "$root$2"; }

put 755 build/publish/NmPlugin/nm-vpn-plugin $libdir/nm-vpn-plugin
put 755 build/publish/TunnelCli/vpn-tunnel $libdir/vpn-tunnel
put 644 build/publish/TunnelCli/libMonoPosixHelper.so $libdir/libMonoPosixHelper.so
put 644 build/pppd/nm-sstp-pppd-plugin.so $libdir/nm-sstp-pppd-plugin.so
link nm-sstp-pppd-plugin.so $libdir/nm-pptp-pppd-plugin.so
for protocol in sstp pptp; do
    put 644 data/nm-$protocol-service.name /usr/lib/NetworkManager/VPN/nm-$protocol-service.name
    put 644 data/nm-$protocol-service.conf /usr/share/dbus-1/system.d/nm-$protocol-service.conf
    link ../nm-vpn-plugin/nm-vpn-plugin /usr/lib/NetworkManager/nm-$protocol-service
    link ../nm-vpn-plugin/nm-vpn-plugin /usr/lib/NetworkManager/nm-$protocol-auth-dialog
done
for program in vpn-doctor sstpc pptp pptpsetup; do
    put 644 data/completions/$program /usr/share/bash-completion/completions/$program
done
for page in data/man/*.[1-8]; do
    put 644 "$page" "/usr/share/man/man${page##*.}/$(basename "$page")"
done
put 644 LICENSE /usr/share/doc/nm-vpn-plugin/copyright
for page in profile-keys troubleshooting; do
    put 644 docs/$page.md /usr/share/doc/nm-vpn-plugin/$page.md
done
put 644 data/nm-vpn-plugin.conf $settings
put 644 data/nm-vpn-plugin.conf $settings_as_shipped
link ../lib/nm-vpn-plugin/vpn-tunnel /usr/bin/vpn-doctor
for program in sstpc pptp pptpsetup; do
    link ../lib/nm-vpn-plugin/vpn-tunnel /usr/sbin/$program
done
if [ -n "$destdir" ]; then
    say "staged under $destdir"
    exit 0
fi

# --- install on this machine ---------------------------------------------------------------------
# The .name file comes last: with it NetworkManager begins to use the service.
files=$(cd "$root" && find . -type f -o -type l | sed 's/^\.//' | sort | sed "\|^$settings\$|d" | sed '/\.name$/{H;d}; ${G;s/\n\n*/\n/g}')
[ ! -r "$manifest" ] || undo
mkdir -p "$libdir"
: > "$manifest"
done=0
trap '[ "$done" = 1 ] || echo "install.sh: not finished; run it again, or ./install.sh --uninstall" >&2' EXIT
# shellcheck disable=SC2086 # one word for each path
ask_dpkg $files
for file in $files; do
    put_aside "$file"
    put_file "$file"
done
put_settings
done=1
reload
say "installed; take it away again with ./install.sh --uninstall"
