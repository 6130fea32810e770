#!/bin/sh
# Installs the Debian 12 packages Sotto needs: only what is missing, apt-get update at most once.
# Usage: deploy/packages.sh build|wasm|test|bench|fresh...   (root, or a user with sudo)
set -eu

# One package a line: name, then the reason.
list_build='
gcc              native compiler
g++              link driver of h2o consumers on some mirrors; CMake probes it
make             SQLite amalgamation and libsodium build steps
cmake            the one build system
ninja-build      faster CMake generator; used when present
pkg-config       finds system libraries
git              version stamp of a build
ca-certificates  fetching over TLS
curl             fetches pinned archives from their release address
xz-utils         unpacks pinned archives
dpkg-dev         deb-src look-ups
libc6-dev        C library headers
libh2o-evloop-dev  gateway: HTTP/1.1 server
libssl-dev       gateway: TLS
libsqlite3-dev   gateway: its database
libwebsockets-dev  gateway: outbound WebSockets and forwarding
libcurl4-openssl-dev  gateway: outbound HTTPS
libjansson-dev   sotto-verify: DevTools messages of a browser, evidence files
libbrotli-dev    sotto-verify: pre-compressed copies
zlib1g-dev       needed by the static parts of libh2o
brotli           pre-compressed static files
'
list_wasm='
emscripten       C library and compiler driver for WebAssembly
clang-14         its compiler
lld-14           wasm-ld
llvm-14          ar, nm for WebAssembly objects
binaryen         wasm-opt
'
list_test='
clang            second compiler, libFuzzer
clang-14         the same, by version
libclang-rt-14-dev  sanitizer and libFuzzer run-time
valgrind         constant-time runs
clang-format     layout check
clang-tidy       static analysis
clang-tools-14   clang-query: how wide are the integers that statements are given
cppcheck         static analysis
chromium         end-to-end tests
firefox-esr      end-to-end tests
faketime         another clock for the second of two equal builds
spin             model checker: tests/model
procps           ps in the gateway tests
netcat-openbsd   raw sockets in the gateway tests
sqlite3          inspecting databases in tests
openssl          certificates and reference answers in tests
golang-go        builds the independent reader of the release log (tests/log/peer.go)
golang-golang-x-mod-dev  its tiles, proofs and signed notes: Go sumdb/tlog and sumdb/note
fonts-noto-core  Latin and Arabic letters in the pictures of the tests
fonts-noto-color-emoji  emoji in the pictures of the tests
'
list_bench='
prosody          a peer of the gateway in tests/bench; run there from a folder of its own, not as a service
'
list_fresh='
debootstrap      a bare Debian root for tests/fresh.sh
'

say() { printf '%s\n' "packages: $*"; }
die() { printf '%s\n' "packages: $*" >&2; exit 1; }

[ $# -gt 0 ] || die "say which: build, wasm, test, bench, fresh"
command -v dpkg-query >/dev/null 2>&1 || die "this is not a Debian system; see README.md for what to install by hand"

wanted=
for set in "$@"; do
    case $set in
    build) wanted="$wanted $(printf '%s' "$list_build" | awk 'NF { print $1 }')"
           # A node from elsewhere counts; Debian's npm would conflict with it.
           command -v node >/dev/null 2>&1 || wanted="$wanted nodejs"
           command -v npm >/dev/null 2>&1 || wanted="$wanted npm" ;;
    wasm)  wanted="$wanted $(printf '%s' "$list_wasm" | awk 'NF { print $1 }')" ;;
    test)  wanted="$wanted $(printf '%s' "$list_test" | awk 'NF { print $1 }')" ;;
    bench) wanted="$wanted $(printf '%s' "$list_bench" | awk 'NF { print $1 }')" ;;
    fresh) wanted="$wanted $(printf '%s' "$list_fresh" | awk 'NF { print $1 }')" ;;
    *) die "unknown set '$set'; say build, wasm, test, bench or fresh" ;;
    esac
done

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | awk '$1 == "installed" { print $2 }')
missing=
for p in $wanted; do
    printf '%s\n' "$installed" | grep -qxF "$p" && continue
    case " $missing " in *" $p "*) ;; *) missing="$missing $p" ;; esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || die "missing packages:$missing. Run as root, or install sudo."
    as_root=sudo
fi
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
        -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"
}
say "installing:$missing"
# shellcheck disable=SC2086
if ! apt install --no-install-recommends $missing; then
    say "refreshing the package lists and trying again"
    apt update || die "apt-get update failed: is there a network, and are the apt sources right?"
    # shellcheck disable=SC2086
    apt install --no-install-recommends $missing || die "could not install:$missing (see apt's message above: no network, or disk full?)"
fi
