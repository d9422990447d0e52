#!/usr/bin/env bash
# scripts/unpack-package.sh PACKAGE FOLDER : puts the files of a Debian package into FOLDER without installing it, so that nothing on this
# machine changes and no server of it is started. apt verifies it. When FOLDER is there, nothing happens and no network is used.
set -euo pipefail

package=$1 folder=$(realpath --canonicalize-missing "$2")
[[ ! -d $folder ]] || exit 0

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

mkdir -p "$(dirname "$folder")"
work=$(mktemp --directory "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "Downloading the Debian package $package"
cd "$work"
# As root, apt would download as the user _apt, who may not be let in here.
download() { apt-get download -qq -o APT::Sandbox::User=root "$package"; }
download 2>/dev/null || { as_root apt-get update -qq && download; }
dpkg-deb --extract ./*.deb root
chmod 755 root
mv root "$folder"
