#!/usr/bin/env bash
# scripts/unpack-npm.sh PACKAGE@VERSION SHA512 FOLDER : puts the files of an npm package into FOLDER without installing it: nothing of it is run, and
# what it depends on is not fetched. SHA512 is its archive's, in hexadecimal. When FOLDER is there, nothing happens and no network is used.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$1 sha512=$2 folder=$(realpath --canonicalize-missing "$3")
[[ ! -d $folder ]] || exit 0

fail() { echo "unpack-npm.sh: $*" >&2; exit 1; }

command -v npm >/dev/null || "$here/install-packages.sh" npm
mkdir -p "$(dirname "$folder")"
work=$(mktemp --directory "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "Downloading the npm package $package"
cd "$work"
npm pack --loglevel=error "$package" >/dev/null || fail "npm cannot download the package $package."
sha512sum --check --status <<<"$sha512  $(echo ./*.tgz)" || fail "The archive of $package has not the SHA-512 $sha512."
mkdir root
tar --extract --file ./*.tgz --directory root --strip-components=1 --no-same-owner
chmod 755 root
mv root "$folder"
