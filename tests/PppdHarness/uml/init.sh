#!/bin/bash
# PID 1 of the guest: overlay of the machine's root, PPP modules, a network namespace for the server, then the cases.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
halt_now() { sync; halt -f -n -d; sleep 60; }
mount -t proc proc /proc; mount -t sysfs sys /sys
grep -qw overlay /proc/filesystems || insmod "$LAB_MODULES/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
mount -t tmpfs -o size=600m tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay root -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root || halt_now
R=/mnt/root
mount -t proc proc $R/proc; mount -t sysfs sys $R/sys; mount -t devtmpfs dev $R/dev
mkdir -p $R/dev/pts $R/dev/shm $R/lib/modules
mount -t devpts -o ptmxmode=666 devpts $R/dev/pts
for d in dev/shm run; do mount -t tmpfs tmpfs $R/$d; done
mount --bind "$LAB_MODULES" $R/lib/modules
mkdir -p "$R$LAB_OUT" && mount -t hostfs -o "$LAB_OUT" none "$R$LAB_OUT" || halt_now
chroot $R modprobe -a ipv6 ppp_generic ppp_async ppp_mppe 2>/dev/null
mount --make-rprivate / 2>/dev/null
chroot $R /bin/bash "$LAB_HERE/cases.sh" > "$R$LAB_OUT/result.txt" 2> "$R$LAB_OUT/cases.log"
halt_now
