#!/bin/bash
# Runs inside the root that "check" has made.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
tree=/srv/tree
sh=$tree/install.sh
service=/usr/lib/NetworkManager/nm-sstp-service
name=/usr/lib/NetworkManager/VPN/nm-sstp-service.name
policy=/usr/share/dbus-1/system.d/nm-sstp-service.conf
passed=0; failed=0
ok() { passed=$((passed + 1)); echo "ok $1"; }
not_ok() { failed=$((failed + 1)); echo "not ok $1: $2"; }
check() { # name, command...: passes when it succeeds and says nothing
    local name=$1 said; shift
    if said=$("$@" 2>&1) && [ -z "$said" ]; then ok "$name"; else not_ok "$name" "$(printf %s "$said" | head -5 | tr '\n' '|')"; fi
}
install() { "$sh" --no-build "$@"; }
quietly() { "$@" >/tmp/said 2>&1 || { cat /tmp/said; return 1; }; }
# Everything that install.sh may touch: kind, mode, owner, target and content.
snapshot() {
    local names=('(' -name '*sstp*' -o -name 'pptp*' -o -name '*vpn-doctor*' -o -path '*nm-vpn-plugin*' -o -name diversions ')')
    local paths=(/usr/lib/NetworkManager /usr/lib/nm-vpn-plugin /usr/share/dbus-1 /usr/share/man/man[158] /usr/share/doc/nm-vpn-plugin
        /usr/share/bash-completion/completions /usr/bin /usr/sbin /var/lib/dpkg/diversions /etc/nm-vpn-plugin)
    find "${paths[@]}" "${names[@]}" -printf '%y %m %u:%g %p %l\n' 2>/dev/null | sort
    find "${paths[@]}" "${names[@]}" -type f -exec sha256sum {} + 2>/dev/null | sort
}
same_as() { diff "$1" <(snapshot) | head -20; return "${PIPESTATUS[0]}"; }

# A package with the distribution's paths, so that the cases do not depend on what this machine has.
dpkg --purge --force-depends network-manager-sstp network-manager-sstp-gnome >/dev/null 2>&1
mkdir -p /tmp/deb/DEBIAN /tmp/deb{/usr/lib/NetworkManager/VPN,/usr/share/dbus-1/system.d}
printf '%s\n' 'Package: network-manager-sstp' 'Version: 1.0' 'Architecture: all' 'Maintainer: Test <test@example.org>' \
    'Description: stands for the distribution' > /tmp/deb/DEBIAN/control
printf '#!/bin/sh\n' > /tmp/deb$service; chmod 755 /tmp/deb$service
echo '[VPN Connection]' > /tmp/deb$name
echo '<busconfig/>' > /tmp/deb$policy
(cd /tmp/deb && find usr -type f -exec md5sum {} + > DEBIAN/md5sums)
dpkg-deb --root-owner-group -b /tmp/deb /tmp/sstp.deb >/dev/null
have_package() { quietly dpkg -i --force-depends /tmp/sstp.deb; }
lose_package() { quietly dpkg --purge network-manager-sstp; }

snapshot > /tmp/bare
check "without the package: installs" quietly install
check "without the package: dpkg still works for others" quietly dpkg --audit
check "without the package: uninstalls" quietly "$sh" --uninstall
check "without the package: everything is as before" same_as /tmp/bare

have_package; snapshot > /tmp/with
check "over the package: installs" quietly install
check "over the package: its files are diverted" test "$(dpkg-divert --list '*nm-sstp-service*' | grep -c '^local diversion')" = 3
check "over the package: its files are intact" dpkg --verify network-manager-sstp
check "over the package: dpkg knows its owner" quietly dpkg -S $service
for f in $service $name $policy; do check "over the package: $f.distrib is the package's" cmp "$f.distrib" "/tmp/deb$f"; done
check "the service starts through its link" quietly $service --help
check "the service is root's and nobody else may write" \
    test "$(stat -L -c '%U:%G %a' $service $name $policy | sort -u | tr '\n' ' ')" = "root:root 644 root:root 755 "
check "the programs start through their links" sh -c "for p in sstpc pptp; do /usr/sbin/\$p --version >/dev/null || echo \$p; done; /usr/sbin/pptpsetup --help >/dev/null || echo pptpsetup"
check "vpn-doctor finds the pppd plugin beside the executable" \
    sh -c "vpn-doctor sstp 127.0.0.1:9 | grep -q 'pppd plugin  */usr/lib/nm-vpn-plugin/nm-sstp-pppd-plugin.so' || echo no"
check "vpn-doctor accepts the .name file" sh -c "vpn-doctor sstp 127.0.0.1:9 | grep -q '^ok  *name file ' || echo no"
chmod 666 $name
check "vpn-doctor sees a .name file that NetworkManager ignores" \
    sh -c "vpn-doctor sstp 127.0.0.1:9 | grep -q '^FAIL  *name file .*can be written by others' || echo no"
chmod 644 $name
snapshot > /tmp/installed
check "again: installs" quietly install
check "again: nothing changes" same_as /tmp/installed
check "uninstalls" quietly "$sh" --uninstall
check "uninstalled: everything is as before" same_as /tmp/with
check "uninstalls only once" sh -c "! $sh --uninstall >/dev/null 2>&1"

quietly install
check "upgrade of the package: dpkg installs" have_package
check "upgrade of the package: ours stays" same_as /tmp/installed
quietly "$sh" --uninstall; lose_package; quietly install
check "package comes later: dpkg installs" have_package
check "package comes later: ours stays" same_as /tmp/installed
quietly "$sh" --uninstall
check "package comes later: uninstalled, it is in its place" same_as /tmp/with
quietly install; lose_package
check "package goes: ours stays" quietly $service --help
quietly "$sh" --uninstall
check "package goes: uninstalled, nothing is left" same_as /tmp/bare

# Killed at the n-th command that changes something.
have_package
mkdir -p /tmp/bin
for tool in dpkg-divert mv cp mkdir rm; do
    cat > /tmp/bin/$tool <<END
#!/bin/bash
n=\$(( \$(cat /tmp/left) - 1 )); echo \$n > /tmp/left
if [ \$n = 0 ]; then kill -KILL \$PPID; exit 1; fi
exec $(command -v $tool) "\$@"
END
    chmod 755 /tmp/bin/$tool
done
interrupted() { echo "$1" > /tmp/left; PATH=/tmp/bin:$PATH install >/dev/null 2>&1; }
wrong=; n=0
for n in $(seq 1 160); do
    interrupted "$n" && break
    if [ -e /usr/lib/nm-vpn-plugin/installed-files ]; then "$sh" --uninstall >/dev/null 2>&1 || wrong="$wrong $n(uninstall)"; fi
    rmdir /usr/lib/nm-vpn-plugin 2>/dev/null
    same_as /tmp/with >/tmp/differs || { wrong="$wrong $n"; break; }
done 2>/dev/null
if [ "$n" -gt 20 ] && [ "$n" -lt 160 ] && [ -z "$wrong" ]; then ok "interrupted at each of $((n - 1)) places: uninstall puts everything back"
else not_ok "interrupted" "at command $wrong of $n: $(head -3 /tmp/differs | tr '\n' '|')"; fi
interrupted 30 2>/dev/null
check "interrupted: the second run completes it" quietly install
check "interrupted: complete" same_as /tmp/installed
wrong=
for n in $(seq 1 120); do
    quietly install >/dev/null || wrong="$wrong $n(install)"
    echo "$n" > /tmp/left
    PATH=/tmp/bin:$PATH "$sh" --uninstall >/dev/null 2>&1 && break
    [ ! -e /usr/lib/nm-vpn-plugin/installed-files ] || "$sh" --uninstall >/dev/null 2>&1 || wrong="$wrong $n(uninstall)"
    same_as /tmp/with >/tmp/differs || { rmdir /usr/lib/nm-vpn-plugin 2>/dev/null; same_as /tmp/with >/tmp/differs; } || { wrong="$wrong $n"; break; }
done 2>/dev/null
if [ "$n" -gt 10 ] && [ "$n" -lt 120 ] && [ -z "$wrong" ]; then ok "interrupted removal can be repeated ($((n - 1)) places)"
else not_ok "interrupted removal" "at command $wrong of $n: $(head -3 /tmp/differs | tr '\n' '|')"; fi
lose_package

# Files that nobody's package owns, with dpkg and without.
mkdir -p /usr/lib/NetworkManager/VPN; echo mine > $name; echo mine > /usr/bin/vpn-doctor; snapshot > /tmp/mine
quietly install
check "the administrator's files are put aside" sh -c "cmp $name.distrib /usr/bin/vpn-doctor.distrib && ! cmp -s $name $name.distrib"
quietly "$sh" --uninstall
check "the administrator's files are back" same_as /tmp/mine
mkdir /tmp/no-dpkg
for tool in /usr/bin/* /bin/*; do case ${tool##*/} in dpkg*) ;; *) ln -sf "$tool" /tmp/no-dpkg/;; esac; done 2>/dev/null
check "without dpkg: installs" env PATH=/tmp/no-dpkg sh -c "$sh --no-build >/dev/null"
check "without dpkg: files are put aside" sh -c "cmp $name.distrib /usr/bin/vpn-doctor.distrib && ! cmp -s $name $name.distrib"
check "without dpkg: uninstalls" env PATH=/tmp/no-dpkg sh -c "$sh --uninstall >/dev/null"
check "without dpkg: the files are back" same_as /tmp/mine
rm -f $name /usr/bin/vpn-doctor

have_package
umask 077
check "umask 077: installs" quietly install
umask 022
check "umask 077: the modes are right" same_as /tmp/installed
quietly "$sh" --uninstall; lose_package

# The settings file is the administrator's.
conf=/etc/nm-vpn-plugin/nm-vpn-plugin.conf
quietly install; echo '# mine' >> $conf
check "changed settings: a second install leaves them" sh -c "$sh --no-build >/dev/null && tail -n 1 $conf | grep -qx '# mine' || echo no"
quietly "$sh" --uninstall
check "changed settings: they stay behind" sh -c "tail -n 1 $conf | grep -qx '# mine' || echo no"
rm -r /etc/nm-vpn-plugin

# Staging, as an ordinary user into a directory with a blank.
user() { setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent "$@"; }
mkdir -m 777 "/tmp/a b"
check "stages without root" user sh -c "umask 077; $sh --no-build --destdir '/tmp/a b/the root' >/dev/null"
cat > /tmp/wanted <<'END'
-rw-r--r-- /etc/nm-vpn-plugin/nm-vpn-plugin.conf
-rw-r--r-- /usr/lib/NetworkManager/VPN/nm-pptp-service.name
-rw-r--r-- /usr/lib/NetworkManager/VPN/nm-sstp-service.name
-rw-r--r-- /usr/lib/nm-vpn-plugin/libMonoPosixHelper.so
-rw-r--r-- /usr/lib/nm-vpn-plugin/nm-sstp-pppd-plugin.so
-rw-r--r-- /usr/share/bash-completion/completions/pptp
-rw-r--r-- /usr/share/bash-completion/completions/pptpsetup
-rw-r--r-- /usr/share/bash-completion/completions/sstpc
-rw-r--r-- /usr/share/bash-completion/completions/vpn-doctor
-rw-r--r-- /usr/share/dbus-1/system.d/nm-pptp-service.conf
-rw-r--r-- /usr/share/dbus-1/system.d/nm-sstp-service.conf
-rw-r--r-- /usr/share/doc/nm-vpn-plugin/copyright
-rw-r--r-- /usr/share/doc/nm-vpn-plugin/nm-vpn-plugin.conf
-rw-r--r-- /usr/share/doc/nm-vpn-plugin/profile-keys.md
-rw-r--r-- /usr/share/doc/nm-vpn-plugin/troubleshooting.md
-rw-r--r-- /usr/share/man/man1/vpn-doctor.1
-rw-r--r-- /usr/share/man/man5/nm-vpn-plugin.conf.5
-rw-r--r-- /usr/share/man/man8/nm-pptp-service.8
-rw-r--r-- /usr/share/man/man8/nm-sstp-service.8
-rw-r--r-- /usr/share/man/man8/pptp.8
-rw-r--r-- /usr/share/man/man8/pptpsetup.8
-rw-r--r-- /usr/share/man/man8/sstpc.8
-rwxr-xr-x /usr/lib/nm-vpn-plugin/nm-vpn-plugin
-rwxr-xr-x /usr/lib/nm-vpn-plugin/vpn-tunnel
lrwxrwxrwx /usr/bin/vpn-doctor ../lib/nm-vpn-plugin/vpn-tunnel
lrwxrwxrwx /usr/lib/NetworkManager/nm-pptp-auth-dialog ../nm-vpn-plugin/nm-vpn-plugin
lrwxrwxrwx /usr/lib/NetworkManager/nm-pptp-service ../nm-vpn-plugin/nm-vpn-plugin
lrwxrwxrwx /usr/lib/NetworkManager/nm-sstp-auth-dialog ../nm-vpn-plugin/nm-vpn-plugin
lrwxrwxrwx /usr/lib/NetworkManager/nm-sstp-service ../nm-vpn-plugin/nm-vpn-plugin
lrwxrwxrwx /usr/lib/nm-vpn-plugin/nm-pptp-pppd-plugin.so nm-sstp-pppd-plugin.so
lrwxrwxrwx /usr/sbin/pptp ../lib/nm-vpn-plugin/vpn-tunnel
lrwxrwxrwx /usr/sbin/pptpsetup ../lib/nm-vpn-plugin/vpn-tunnel
lrwxrwxrwx /usr/sbin/sstpc ../lib/nm-vpn-plugin/vpn-tunnel
END
staged() { (cd "/tmp/a b/the root" && find . ! -type d -printf '%M /%P %l\n' | sed 's/ *$//' | sort); }
check "stages exactly the package's files" diff /tmp/wanted <(staged)
check "staged directories are open" test -z "$(find "/tmp/a b/the root" -type d ! -perm 755)"
check "the staged links work" quietly "/tmp/a b/the root$service" --help
check "installing wants root" user sh -c "! $sh --no-build >/dev/null 2>&1"
check "removing wants root" user sh -c "! $sh --uninstall >/dev/null 2>&1"
check "refuses a missing value" sh -c "$sh --destdir >/dev/null 2>&1; test \$? = 2"
check "refuses an empty directory name" sh -c "$sh --no-build --destdir= >/dev/null 2>&1; test \$? = 2"
check "nothing of all this is left" same_as /tmp/bare

# What is staged must be right in itself.
if command -v man >/dev/null; then
    for page in $tree/data/man/*; do check "man page ${page##*/}" sh -c "man --warnings -l -Tutf8 -Z '$page' >/dev/null"; done
fi
for file in $tree/data/completions/*; do check "completion ${file##*/} is valid" bash -n "$file"; done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
