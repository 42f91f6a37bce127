#!/bin/sh
# Makes the card of a pay station, and proves it. `./flash.sh` asks; `./flash.sh --help` lists options and exit statuses.
# All it does is in workshop/flash/; this finds a Python that can run it.
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
python="$here/.venv/bin/python"
[ -x "$python" ] || python=$(command -v python3 || true)

missing() {
    echo "flash.sh: $1" >&2
    exit 3
}

[ "$(uname -s)" = Linux ] || missing "needs Linux: block devices, loop devices and ext4 are what it works with"
[ -n "$python" ] || missing "python3 is missing; try: sudo apt-get install -y python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11, 2))' || missing "Python 3.11.2 or newer is needed"
"$python" -c 'import cryptography, msgspec, PIL, segno' 2>/dev/null ||
    missing "Python packages are missing; try: make .venv/desk in $here"
for tool in lsblk:util-linux xz:xz-utils mke2fs:e2fsprogs debugfs:e2fsprogs mcopy:mtools; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${tool%%:*}" >/dev/null ||
        missing "${tool%%:*} is missing; try: sudo apt-get install -y ${tool##*:}"
done
PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" exec "$python" -m workshop.flash "$@"
