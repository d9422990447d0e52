#!/usr/bin/env bash
# models/fetch.sh [MANIFEST] [CACHE] : puts every file that MANIFEST names into CACHE and verifies its SHA-256.
# A file that is there already costs nothing and no network; else it is taken from the installed Debian package, or from
# the package's own archive (downloaded, not installed: slim images leave out /usr/share/doc on installation).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
manifest=${1:-$here/manifest.json}
cache=${2:-$here/cache}

fail() { echo "fetch.sh: $*" >&2; exit 1; }

has_hash() { [[ -f $1 ]] && sha256sum --check --status <<<"$2  $1"; }

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# Unpacks the archive of a package into $work/PACKAGE/root, once.
unpack() {
    local package=$1 dir=$work/$1
    [[ -d $dir/root ]] && return
    echo "Downloading the Debian package $package"
    mkdir -p "$dir"
    ((EUID != 0)) || chown _apt "$work" "$dir" # as root, apt downloads as the user _apt
    (cd "$dir" && apt-get download -qq "$package") 2>"$work/log" \
        || { as_root apt-get update -qq && (cd "$dir" && apt-get download -qq "$package"); } \
        || fail "apt cannot download the package $package: $(tail -n 1 "$work/log")"
    dpkg-deb --extract "$dir"/*.deb "$dir/root"
}

[[ -f $manifest ]] || fail "there is no manifest $manifest"
command -v jq >/dev/null || "$here/../scripts/install-packages.sh" jq
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

entries=$(jq --raw-output '(.models // .files)[] | [.file, .sha256, (.source | .kind, .package, .version, .path)] | @tsv' "$manifest")
fetched=0
while IFS=$'\t' read -r file sha256 kind package version path; do
    target=$cache/$file
    has_hash "$target" "$sha256" && continue
    [[ ! -e $target ]] || echo "$target is not the file that $manifest describes: it is replaced"
    [[ $kind == deb ]] || fail "$file: a source of kind '$kind' is not known"

    from=$path
    if ! has_hash "$from" "$sha256"; then
        unpack "$package"
        from=$work/$package/root$path
        has_hash "$from" "$sha256" || fail "$path in the package $package has not the SHA-256 $sha256 that $manifest" \
            "expects of version $version. This machine's apt offers: $(basename "$work/$package"/*.deb)"
    fi

    # Copied beside the target and then renamed, so that nobody ever sees half a file.
    install -D --mode=644 "$from" "$target.$$.part"
    mv "$target.$$.part" "$target"
    fetched=$((fetched + 1))
done <<<"$entries"
((fetched == 0)) || echo "$fetched file(s) of $manifest verified and put into $cache"
