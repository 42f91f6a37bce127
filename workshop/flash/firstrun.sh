#!/bin/sh
# What a Raspberry Pi OS that reads firstrun.sh runs once: makes a station of it, then takes itself off the kernel's command
# line. The first start of such a system renames /boot to /boot/firmware on that line and cuts this file behind the line that
# removes it, so everything here finds its own place and nothing that matters comes after.
here=$(dirname "$(readlink -f "$0")")
sh "$here/horodateur/first-boot.sh"
sed -i 's| systemd\.[^ ]*||g' "$here/cmdline.txt"
rm -f "$here"/firstrun.sh
exit 0
