#!/bin/sh
# The first command on a bare Debian 12: a new root with debootstrap, the committed tree cloned into it, quickstart,
# is the page served, does a second run take less than 5 s, does --stop stop; then the second command with some of its
# parts. Needs root and a network.
# Usage: tests/fresh.sh [--port N] [--tests "PART..."|all|none] [--keep]. The mirror, proxies and npm's registry are those
# of this machine.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
port=8580 keep= tests='lint unit trust gateway'
while [ $# -gt 0 ]; do
    case $1 in
    --port) port=$2; shift 2 ;;
    --tests) tests=$2; shift 2 ;;
    --keep) keep=yes; shift ;;
    *) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "not ok fresh: needs root"; exit 1; }
deploy/packages.sh fresh
mirror=$(deploy/mirror.sh) || { echo "not ok fresh: no mirror in the apt settings"; exit 1; }
work=$root/build/fresh
chroot=$work/root
mkdir -p "$work"

# A bare root, kept as an archive for the next time.
if [ ! -e "$work/base.tar" ]; then
    echo "fresh: debootstrap"
    rm -rf "$work/base"
    debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base" "$mirror" >"$work/debootstrap.log" 2>&1 ||
        { tail -n 5 "$work/debootstrap.log"; echo "not ok fresh: debootstrap failed"; exit 1; }
    tar -C "$work/base" -cf "$work/base.tar.new" .
    mv "$work/base.tar.new" "$work/base.tar"
    rm -rf "$work/base"
fi
rm -rf "$chroot"
mkdir -p "$chroot"
tar -C "$chroot" -xpf "$work/base.tar"

# The surroundings of this machine: apt mirror and proxies, names, certificates, npm's settings.
printf 'deb %s bookworm main\ndeb %s bookworm-updates main\n' "$mirror" "$mirror" >"$chroot/etc/apt/sources.list"
apt-config dump | grep -i '^Acquire::.*proxy' >"$chroot/etc/apt/apt.conf.d/90machine" || true
cp /etc/resolv.conf /etc/hosts "$chroot/etc/"
if [ -d /usr/local/share/ca-certificates ]; then
    cp -R /usr/local/share/ca-certificates/. "$chroot/usr/local/share/ca-certificates/"
fi
cp /etc/ssl/certs/ca-certificates.crt "$chroot/etc/ssl/certs/ca-certificates.crt"
registry=$(npm config get registry 2>/dev/null || true)
git clone -q --no-hardlinks "$root" "$chroot/srv/sotto"

cat >"$chroot/inside.sh" <<'INSIDE'
set -u
cd /srv/sotto
update-ca-certificates >/dev/null 2>&1
now() { date +%s%3N; }
claim() { if [ "$1" = 0 ]; then echo "ok fresh: $2"; else echo "not ok fresh: $2"; fi; }
start=$(now)
./deploy/quickstart.sh --port "$PORT"
claim $? "quickstart ends well on a bare Debian 12"
echo "fresh: first run $((($(now) - start) / 1000)) s"
page=$(curl -fsS "http://localhost:$PORT/")
claim $? "the page answers"
printf '%s' "$page" | grep -qi '<!doctype html'
claim $? "the page is a page"
start=$(now)
./deploy/quickstart.sh --port "$PORT"
claim $? "a second run ends well"
took=$(($(now) - start))
echo "fresh: second run $took ms"
[ $took -lt 5000 ]
claim $? "a second run takes less than 5 s"
./deploy/quickstart.sh --stop
claim $? "--stop ends well"
! curl -fsS -o /dev/null "http://localhost:$PORT/" 2>/dev/null
claim $? "after --stop nothing answers"
case $TESTS in
none) ;;
*)  [ "$TESTS" != all ] || TESTS=
    # shellcheck disable=SC2086
    ./tests/run.sh $TESTS
    claim $? "./tests/run.sh ${TESTS:-with all parts} passes" ;;
esac
dirty=$(git -c safe.directory=/srv/sotto status --porcelain)
[ -z "$dirty" ]
claim $? "the tree stays clean${dirty:+ ($dirty)}"
echo "fresh: to the end"
INSIDE

# Own mounts and processes, so that nothing of it outlives this script.
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb PORT="$port" TESTS="$tests" \
    $(env | grep -iE '^(https?|no)_proxy=' || true) \
    ${registry:+npm_config_registry="$registry"} \
    unshare --mount --pid --fork --kill-child sh -c '
        mount --make-rprivate / && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
        exec chroot "$0" /bin/sh /inside.sh' "$chroot" 2>&1 | tee "$work/fresh.log"
# Whatever ends it early is no pass.
grep -q '^fresh: to the end' "$work/fresh.log" || echo "not ok fresh: ended on the way" | tee -a "$work/fresh.log"
[ -n "$keep" ] || rm -rf "$chroot"
# The lines of the second command are its own; its outcome is one of ours.
passed=$(grep -c '^ok fresh: ' "$work/fresh.log" || true)
failed=$(grep -c '^not ok fresh: ' "$work/fresh.log" || true)
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
