#!/bin/sh
# Makes a station of a stock Raspberry Pi OS, once, as root, without a network. Lies on the boot partition in horodateur/,
# beside what it installs. What happens is written to first-boot.log there; first-boot.done means all of it did.
set -eu
here=$(dirname "$(readlink -f "$0")")
root=${HORODATEUR_ROOT:-}
exec >>"$here/first-boot.log" 2>&1
cd /
set -x
if [ -e "$here/first-boot.done" ]; then exit 0; fi
(cd "$here" && sha256sum --check SHA256SUMS)

# Wheels are archives: unpacked they need neither pip nor the network.
rm -rf "$root/opt/horodateur"
for folder in opt/horodateur/lib opt/horodateur/bin etc/systemd/system etc/sysusers.d etc/udev/rules.d; do
    mkdir -p "$root/$folder"
done
tar -C "$root/opt/horodateur" -xf "$here/bundle.tar"
for wheel in "$root"/opt/horodateur/wheels/*.whl; do
    python3 -m zipfile -e "$wheel" "$root/opt/horodateur/lib"
done
PYTHONPATH="$root/opt/horodateur/lib" python3 -c 'import firmware.cli, hal.drivers.display'
cat >"$root/opt/horodateur/bin/horodateur" <<'END'
#!/bin/sh
PYTHONPATH=/opt/horodateur/lib exec python3 -c 'import sys; from firmware.cli import main; sys.exit(main())' "$@"
END
chmod 755 "$root/opt/horodateur/bin/horodateur"

board="$root/opt/horodateur/lib/board"
cp "$board/systemd/horodateur.sysusers" "$root/etc/sysusers.d/horodateur.conf"
systemd-sysusers
state="$root/var/lib/horodateur"
if [ ! -e "$state/station.key" ]; then # a journal is money: never twice, and never half
    rm -rf "$state" "$state.new"
    mkdir -p "$state.new"
    tar -C "$state.new" -xpf "$here/state.tar"
    sync
    mv "$state.new" "$state"
fi
chown -R horodateur:horodateur "$state"
chmod 700 "$state"
sync
test ! -e "$here/state.tar" || shred -n 1 -u "$here/state.tar" # the key has moved out

for unit in "$board"/systemd/*.service "$board"/systemd/*.path; do
    cp "$unit" "$root/etc/systemd/system/"
    if grep -q '^\[Install\]' "$unit"; then systemctl enable "$(basename "$unit")"; fi
done
for settings in "$board"/systemd/*.conf.d; do
    if [ -d "$settings" ]; then cp -r "$settings" "$root/etc/systemd/"; fi
done
cp "$board"/udev/*.rules "$root/etc/udev/rules.d/"
systemctl mask userconfig.service # the dialogue that asks a first user's name on the screen
touch "$here/first-boot.done"
sync
