#!/bin/sh
# Builds a release, whole: libraries, native tools, core.wasm, kdf.wasm, worker, page, sw.js, portable file, Guard, the
# unsigned note and the lists for WEBCAT (and WAICT). The same commit and arguments give the same bytes anywhere on the
# kind of machine (deploy/toolchain.sh). Signing is another step, on another machine: deploy/README.md.
#
# Usage: deploy/release.sh OUT --trust FILE [--previous NOTE] [--site ORIGIN]... [--version V] [--plain] [--waict]
#   OUT/  what the gateway serves (app-dir)   OUT.note  the text to be signed   OUT.toolchain  what it was made with
#   --trust     whom the page will trust (wasm/release/trust.h); it is compiled into sw.js and Guard
#   --previous  the signed note of the release before; without it this is release 1
#   --site      an origin that Guard watches from its installation on; without one Guard is not packed
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
usage() { sed -n '5,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
absolute() { case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s/%s\n' "$PWD" "$1" ;; esac; }

[ $# -ge 1 ] || usage
out=$(absolute "$1")
shift
trust='' previous='' version='' sites='' more=''
while [ $# -gt 0 ]; do
    case $1 in
    --trust) [ $# -gt 1 ] || usage; trust=$(absolute "$2"); shift 2 ;;
    --previous) [ $# -gt 1 ] || usage; previous=$(absolute "$2"); shift 2 ;;
    --version) [ $# -gt 1 ] || usage; version=$2; shift 2 ;;
    --site) [ $# -gt 1 ] || usage; sites="$sites --site $2"; shift 2 ;;
    --plain|--waict) more="$more $1"; shift ;;
    *) usage ;;
    esac
done
[ -s "$trust" ] || usage

# Nothing of the caller's surroundings may reach the bytes.
umask 022
export LC_ALL=C TZ=UTC
unset CFLAGS CPPFLAGS LDFLAGS CC SOURCE_DATE_EPOCH 2>/dev/null || true
cd "$root"
version=${version:-$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' web/package.json)}
commit=0000000000000000000000000000000000000000
if [ -z "$(git -c safe.directory="$root" status --porcelain 2>&1)" ]; then
    commit=$(git -c safe.directory="$root" rev-parse HEAD)
else
    echo "release: the tree has changes that are not committed (or is none of git's): the note names no commit" >&2
fi
when=$(git -c safe.directory="$root" log -1 --format=%ct 2>/dev/null || echo 0)
work=$out.work
rm -rf "$work"
mkdir -p "$work/tools"

say() { printf 'release: %s\n' "$*" >&2; }
say "libraries"
deploy/deps.sh all
say "native tools"
tools="sotto-gateway sotto sotto-release sotto-log sotto-witness sotto-verify"
# shellcheck disable=SC2086
{ cmake --preset release && cmake --build --preset release -j "${SOTTO_JOBS:-$(nproc)}" --target $tools; } >"$work/tools.log" 2>&1 ||
    { tail -n 20 "$work/tools.log" >&2; exit 1; }
for tool in $tools; do
    # The build id is a hash of the debug information too, which is not shipped and knows the folder.
    strip --strip-all --remove-section=.note.gnu.build-id -o "$work/tools/$tool" "$(find build/release -type f -name "$tool" -perm -u+x)"
done
machine=$(uname -m)
tar --sort=name --mtime="@$when" --owner=0 --group=0 --numeric-owner --mode=0755 -C "$work/tools" -cf - . |
    gzip -n -9 >"$work/sotto-tools-$version-linux-$machine.tar.gz"
extra="--extra $work/sotto-tools-$version-linux-$machine.tar.gz"
say "core.wasm, kdf.wasm"
deploy/build-wasm.sh
deploy/npm.sh web >"$work/npm.log" 2>&1 || { tail -n 5 "$work/npm.log" >&2; exit 1; }
if [ -n "$sites" ]; then
    say "Guard"
    # shellcheck disable=SC2086
    node sw/guard/build.js --trust "$trust" $sites --out "$work/guard" --version "$version" >"$work/guard.log"
    for zip in "$work"/guard/*.zip; do extra="$extra --extra $zip"; done
fi

say "the page"
seq=1 prev=-
if [ -n "$previous" ]; then
    seq=$(($(sed -n 's/^seq //p' "$previous") + 1))
    prev=$(build/release/deploy/tools/sotto-release hash "$previous")
fi
# shellcheck disable=SC2086
node web/build.js --out "$out" --trust "$trust" --version "$version" --seq "$seq" --prev "$prev" --commit "$commit" \
    --toolchain "$(deploy/toolchain.sh --hash)" $extra $more >&2
deploy/toolchain.sh >"$out.toolchain"
rm -rf "$work"
say "release $seq, version $version: $out; sign $out.note"
