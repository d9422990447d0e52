#!/usr/bin/env bash
# docker/smoke.sh : proves the Dockerfile on a machine without Docker and without a registry.
# Builds it with buildah on a Debian made by debootstrap and on this machine's .NET, starts the result the way
# docker-compose.yml does (not root, no capability, read-only root file system), POSTs a picture and a recording, and evaluates a folder. Takes
# minutes and about 10 GB of disk, given back at the end. SMOKE_DIR=folder keeps the base images there for a next run.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ((EUID != 0)); then
    exec sudo --preserve-env=DOTNET_ROOT,SMOKE_DIR,SMOKE_PORT,SSL_CERT_FILE,HTTP_PROXY,HTTPS_PROXY,NO_PROXY,http_proxy,https_proxy,no_proxy \
        PATH="$PATH" NPM_CONFIG_USERCONFIG="${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}" "$PWD/docker/smoke.sh"
fi

suite=bookworm
picture=tests/data/cache/faces/2008_001009.jpg
port=${SMOKE_PORT:-18080}
work=${SMOKE_DIR:-$(mktemp --directory --tmpdir=/var/tmp facedeid-smoke.XXXXXX)}
pid=

step() { printf '\n== %s (%ds)\n' "$*" "$SECONDS"; }
fail() { echo "docker/smoke.sh: $*" >&2; exit 1; }
clean_up() {
    [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || true
    [[ -n ${SMOKE_DIR:-} ]] || rm --recursive --force "$work"
}
trap clean_up EXIT

# Its own storage: no image or container of this machine is seen or touched.
buildah() { command buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
has_image() { buildah images --quiet "$1" >/dev/null 2>&1; }
commit() { buildah commit --quiet --rm "$1" "$2" >/dev/null; }

# Those of npm's settings that say where packages come from, no tokens; /etc/npmrc is where Debian's npm looks.
npm_settings() {
    local key value
    for key in registry proxy https-proxy noproxy strict-ssl; do
        value=$(npm config get "$key" 2>/dev/null) || return 0 # no npm here: Debian's defaults
        [[ -z $value || $value == null ]] || echo "$key=$value"
    done
}

debian_image() {
    local container root
    container=$(buildah from scratch)
    root=$(buildah mount "$container")
    # This machine's own Debian mirrors, npm registry, proxy settings and certificate authorities, whatever they are.
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' \
        | grep " $suite" | sort --unique >"$work/sources.list"
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" \
        "$(awk -v suite=$suite '$3 == suite { print $2; exit }' "$work/sources.list")" >"$work/debootstrap.log" \
        || { tail "$work/debootstrap.log"; fail "debootstrap could not make a Debian $suite"; }
    cp "$work/sources.list" "$root/etc/apt/sources.list"
    apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/90host" || true
    npm_settings >"$root/etc/npmrc"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/usr/local/share/ca-certificates/host.crt"
    chroot "$root" update-ca-certificates >"$work/certificates.log" 2>&1
    chroot "$root" apt-get clean
    commit "$container" "$1"
}

# An image that holds nothing but /usr/share/dotnet with the named parts of this machine's .NET.
dotnet_image() {
    local image=$1 container root
    shift
    container=$(buildah from scratch)
    root=$(buildah mount "$container")
    mkdir --parents "$root/usr/share/dotnet"
    (cd "$dotnet_root" && cp --archive --no-preserve=ownership "$@" "$root/usr/share/dotnet")
    commit "$container" "$image"
}

# Runs a command inside the built image, as a container would: its environment, its user, no capability, nothing writable
# but a /tmp in memory and the spool. The command replaces the shell, so that the job's pid is the command's own.
# pivot_root rather than chroot: in a chroot the kernel allows no user namespaces, in which the decoders are locked.
inside() {
    exec unshare --mount bash -euc '
        root=$1 spool=$2 user=$3 group=$4; shift 4
        mount --bind "$root" "$root"
        mount --rbind /proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --types tmpfs --options size=64m,noexec,nosuid,nodev tmpfs "$root/tmp"
        mount --bind "$spool" "$root/spool"
        cd "$root"
        pivot_root . mnt
        umount --lazy /mnt
        mount --options remount,bind,ro /
        exec setpriv --reuid="$user" --regid="$group" --clear-groups --no-new-privs \
            --bounding-set=-all --inh-caps=-all env --ignore-environment --chdir=/app "$@"
    ' inside "$root" "$spool" "$user" "$group" "${environment[@]}" "$@"
}

scripts/install-packages.sh buildah debootstrap ca-certificates curl jq zip
models/fetch.sh tests/data/pictures.json tests/data/cache
dotnet_root=${DOTNET_ROOT:-$(dirname "$(readlink --canonicalize "$(command -v dotnet)")")}

step "Base images: Debian $suite, and .NET from $dotnet_root"
has_image smoke/debian || debian_image smoke/debian
has_image smoke/dotnet-sdk || dotnet_image smoke/dotnet-sdk .
has_image smoke/dotnet-aspnet || dotnet_image smoke/dotnet-aspnet dotnet host shared

step "Building the Dockerfile"
buildah bud --isolation chroot --format docker --pull-never --tag smoke/facedeid \
    --build-arg DEBIAN_IMAGE=localhost/smoke/debian \
    --build-arg DOTNET_SDK_IMAGE=localhost/smoke/dotnet-sdk \
    --build-arg DOTNET_ASPNET_IMAGE=localhost/smoke/dotnet-aspnet . >"$work/build.log" 2>&1 \
    || { tail --lines=60 "$work/build.log"; fail "the build failed"; }

step "Starting the service from the image"
container=$(buildah from --pull-never localhost/smoke/facedeid)
root=$(buildah mount "$container")
echo '127.0.0.1 localhost' >"$root/etc/hosts" # every container runtime writes this file
config() { buildah inspect --type image localhost/smoke/facedeid | jq --raw-output ".Docker.config | $1"; }
IFS=: read -r user group < <(config .User)
mapfile -t environment < <(config '.Env[]')
mapfile -t entrypoint < <(config '.Entrypoint[]')
mapfile -t healthcheck < <(config '.Healthcheck.Test[1:][]')
spool=$work/spool
rm --recursive --force "$spool"
install --directory --mode=700 --owner="$user" --group="$group" "$spool"
environment+=("ASPNETCORE_HTTP_PORTS=$port" FaceDeid__Videos__Spool=/spool)
echo "Image: $(du --summarize --human-readable "$root" | cut --fields=1), user $user:$group, port $port"
[[ $user != 0 && -n $group ]] || fail "the image's user is root"
(inside setpriv --dump) | grep --extended-regexp '^(uid|Capability bounding|no_new_privs)'
! (inside touch /app/x) 2>/dev/null || fail "the root file system can be written"

curl --silent --output /dev/null "http://127.0.0.1:$port/" && fail "port $port is taken: set SMOKE_PORT"
started=$(date +%s%N)
inside "${entrypoint[@]}" >"$work/service.log" 2>&1 &
pid=$!
until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/health/ready"; do
    kill -0 "$pid" 2>/dev/null || { pid=; cat "$work/service.log"; fail "the service ended"; }
    (($(date +%s%N) - started < 60000000000)) || { tail "$work/service.log"; fail "the service is not ready after 60 s"; }
    sleep 0.1
done
echo "Ready after $((($(date +%s%N) - started) / 1000000)) ms"

step "Asking it"
(inside "${healthcheck[@]}") || fail "the health check fails: ${healthcheck[*]}"
echo "Health check: ${healthcheck[*]}: in order"
answer=$(curl --silent --show-error --fail-with-body --form "image=@$picture" "http://127.0.0.1:$port/v1/landmarks") \
    || fail "POST /v1/landmarks: $answer"
points=$(jq --compact-output '[.faces[].landmarks | length]' <<<"$answer")
jq --exit-status 'length > 0 and all(. == 68)' <<<"$points" >/dev/null || fail "not 68 points in each face: $points"
echo "POST /v1/landmarks: faces with $points points; $(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status") MB resident"

# Two people of whom nothing is changed: the plots need Skia and a font.
mkdir --parents "$work/set"/{originals,deidentified}
for name in 2008_001009 2009_004587; do
    cp "tests/data/cache/faces/$name.jpg" "$work/set/originals/"
    cp "tests/data/cache/faces/$name.jpg" "$work/set/deidentified/"
done
(cd "$work/set" && rm --force ../set.zip && zip --quiet --recurse-paths ../set.zip .)
curl --silent --show-error --fail-with-body --form "dataset=@$work/set.zip" --form format=png --output "$work/plots.png" "http://127.0.0.1:$port/v1/evaluate" \
    || fail "POST /v1/evaluate: $(head --bytes=1000 "$work/plots.png")"
[[ -e $root/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ]] || fail "the image has no font for plots"
echo "POST /v1/evaluate: plots of $(stat --format=%s "$work/plots.png") bytes"

cp --recursive "$work/set" "$root/srv/set"
table=$(inside /app/facedeid evaluate /srv/set 2>"$work/evaluate.log") || { cat "$work/evaluate.log"; fail "facedeid evaluate"; }
grep --quiet '^|' <<<"$table" || fail "facedeid evaluate gave no table: $table"
echo "facedeid evaluate: a table of $(wc --lines <<<"$table") lines"

step "A recording"
# Two seconds of the picture, and a tone, made by the image's own ffmpeg.
cp "$picture" "$root/srv/face.jpg"
(inside ffmpeg -v error -nostdin -loop 1 -framerate 25 -i /srv/face.jpg -f lavfi -i sine -t 2 -vf 'scale=trunc(iw/2)*2:trunc(ih/2)*2' \
    -pix_fmt yuv420p -movflags frag_keyframe+empty_moov -f mp4 -) >"$work/clip.mp4" || fail "the image's ffmpeg makes no clip"
videos=http://127.0.0.1:$port/v1/videos
answer=$(curl --silent --show-error --fail-with-body --form method=blur --form "video=@$work/clip.mp4" "$videos") \
    || fail "POST /v1/videos: $answer"
video=$videos/$(jq --raw-output .id <<<"$answer")
for ((tries = 0; tries < 300; tries++)); do
    answer=$(curl --silent --show-error --fail-with-body "$video") || fail "GET /v1/videos: $answer"
    [[ $(jq --raw-output .state <<<"$answer") =~ ^(done|failed)$ ]] && break
    sleep 0.2
done
[[ $(jq --raw-output .state <<<"$answer") == done ]] || fail "the recording is not done: $answer"
curl --silent --show-error --fail "$video/result" --output "$work/result.mp4"
report=$(curl --silent --show-error --fail "$video/report")
jq --exit-status '.result.frames == 50 and .result.timestampsEqual and (.tracks | length) > 0' <<<"$report" >/dev/null \
    || fail "not 50 frames with a face in them: $report"
frames() { (inside ffmpeg -v error -nostdin -i pipe:0 "$@" -f framemd5 - <"$work/result.mp4") | grep --count --invert-match '^#'; }
(($(frames -map 0:v) == 50)) || fail "the result has not 50 frames"
(($(frames -map 0:a) > 0)) || fail "the result has no sound"
! grep --recursive --quiet --text --fixed-strings ftyp "$spool/jobs" || fail "something of the recording lies in the spool in clear"
curl --silent --show-error --fail --request DELETE "$video"
[[ -z $(ls "$spool/jobs") ]] || fail "something is left of a recording that was deleted: $(find "$spool/jobs")"
echo "POST /v1/videos: 50 frames, $(jq '.tracks | length' <<<"$report") faces followed, sound kept, nothing left after DELETE"

step "Stopping it"
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
pid=
((status == 0)) || { tail "$work/service.log"; fail "the service ended with $status after SIGTERM"; }
echo "Ended in order"
printf '\nDocker smoke test passed in %d s\n' "$SECONDS"
