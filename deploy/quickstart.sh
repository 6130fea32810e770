#!/bin/sh
# From a bare Debian 12 to a running Sotto: installs what is missing, fetches pinned sources, builds, starts the
# gateway with its data under var/ and prints one address. Safe to run again: what is done is not done twice.
# Usage: deploy/quickstart.sh [--port N]    the app at N, the gateway at N + 1, metrics at N + 2. Without --port: where it
#                                           runs already, else 8480
#        deploy/quickstart.sh --stop        stops the gateway; the data stay
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
var=$root/var
pid_file=$var/gateway.pid
log=$var/gateway.log
release=$var/release
port_default=8480
port=

say() { printf '%s\n' "$*"; }
die() {
    printf '\nsotto: %s\n' "$*" >&2
    free=$(free_mb)
    [ "$free" -ge 200 ] || printf 'sotto: only %s MB are free on this disk; that may be the reason.\n' "$free" >&2
    exit 1
}
free_mb() { df -Pm "$root" | awk 'NR == 2 { print $4 }'; }
usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit "$1"; }

# The process of the pid file, when it is still our gateway.
running() {
    pid=$(cat "$pid_file" 2>/dev/null) && [ -n "$pid" ] && [ -d "/proc/$pid" ] &&
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'sotto-gateway run '
}

stop() {
    running || { rm -f "$pid_file"; return 1; }
    kill "$pid"
    n=0
    while [ -d "/proc/$pid" ] && [ $n -lt 100 ]; do
        sleep 0.1
        n=$((n + 1))
    done
    [ ! -d "/proc/$pid" ] || die "the gateway (process $pid) does not end; see $log"
    rm -f "$pid_file"
}

while [ $# -gt 0 ]; do
    case $1 in
    --port) [ $# -gt 1 ] || usage 2 >&2; port=$2; shift 2 ;;
    --port=*) port=${1#--port=}; shift ;;
    --stop) if stop; then say "Sotto is stopped. Its data are in var/."; else say "Sotto was not running."; fi; exit 0 ;;
    -h|--help) usage 0 ;;
    *) usage 2 >&2 ;;
    esac
done
port_before= # of the Sotto that runs
running && port_before=$(sed -n 's/.* --app-port \([0-9]*\) .*/\1/p' "$var/gateway.state" 2>/dev/null)
port=${port:-${port_before:-$port_default}}
case $port in
*[!0-9]*|'') die "--port wants a number, not '$port'" ;;
esac
[ "$port" -ge 1 ] && [ "$port" -le 65533 ] || die "--port must lie between 1 and 65533"
gw_port=$((port + 1))
metrics_port=$((port + 2))
url=http://localhost:$port

# One run at a time.
mkdir -p "$root/build" "$var" 2>/dev/null || die "cannot write into $root: is the disk full, or does it belong to somebody else?"
exec 6>"$root/build/.quickstart.lock"
flock -n 6 || die "another quickstart is at work in this folder; wait for it"

port_is_free() {
    command -v node >/dev/null 2>&1 || return 0 # too early to tell; asked again before the start
    node -e 'const s = require("net").createServer();
        s.once("error", (e) => process.exit(e.code === "EADDRINUSE" ? 1 : e.code === "EACCES" ? 2 : 0));
        s.listen(Number(process.argv[1]), () => s.close());' "$1" && return 0
    case $? in
    2) die "port $1 may only be used by root; choose another with --port" ;;
    *) die "port $1 is taken by another program; choose another with --port (the app takes N, the gateway N + 1, its metrics N + 2)" ;;
    esac
}
check_ports() {
    port_is_free "$port"
    port_is_free "$gw_port"
    port_is_free "$metrics_port"
}

run_args="run --dir $var --app-port $port --gw-port $gw_port --metrics-port $metrics_port --app-dir $root/build/web --log-dir $release/log"
# The gateway reads the page's headers when it starts, so another page is another start.
state_of() { printf '%s %s\n' "$run_args" "$(cat build/release/gateway/sotto-gateway build/web/headers.txt 2>/dev/null | sha256sum)"; }
where() {
    say "Sotto is running: $url"
    say "  is it well: http://localhost:$gw_port/healthz   figures: http://localhost:$metrics_port/metrics   log: var/gateway.log"
}
answers() { curl -s -o /dev/null --max-time 2 "$url/"; }

# Fingerprint of everything that is built from.
fingerprint() {
    find CMakeLists.txt CMakePresets.json [dgsw]*/ -type f ! -path '*/node_modules/*' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}
built() {
    [ -x build/release/gateway/sotto-gateway ] && [ -s build/wasm/core.wasm ] && [ -s build/web/headers.txt ] && [ -s "$release/note" ] &&
        [ "$(cat build/.quickstart 2>/dev/null)" = "$1" ]
}

# step WHAT LOG COMMAND...: one line on the screen, the rest in the log.
step() {
    what=$1 out=$root/build/$2; shift 2
    say "  $what"
    "$@" >"$out" 2>&1 || {
        tail -n 15 "$out" >&2
        die "$what failed. The whole output is in ${out#"$root"/}."
    }
}

build_web() {
    if [ "$(cat web/node_modules/.sotto-lock 2>/dev/null)" != "$(sha256sum <web/package-lock.json)" ]; then
        step "npm packages of the page" npm.log deploy/npm.sh web
    fi
    step "the page, signed and logged as a local build" web.log deploy/local-release.sh build/web "$release"
}

running || check_ports
want=$(fingerprint)
if ! built "$want"; then
    [ "$(free_mb)" -ge 500 ] || die "less than 500 MB are free; building needs about 3 GB on a bare system, 500 MB on a prepared one"
    say "Sotto is being prepared. On a bare system this takes some minutes."
    say "  Debian packages"
    deploy/packages.sh build wasm >build/packages.log 2>&1 || {
        tail -n 15 build/packages.log >&2
        die "installing packages failed. Is there a network? The whole output is in build/packages.log."
    }
    # What is there already is left alone, but for what the new ones depend on in a newer version.
    sed -n 's/^\([0-9]*\) upgraded, \([0-9]*\) newly installed.*/    \2 installed, \1 upgraded because these need them newer/p' build/packages.log
    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' ||
        die "node $(node --version) is too old; 18 or newer is needed (Debian 12's own will do)"
    command -v npm >/dev/null 2>&1 || die "node is there, but npm is not; install the npm that belongs to it"
    step "pinned sources" fetch.log deploy/fetch.sh
    step "libraries (libsodium, BearSSL, SQLite)" deps.log deploy/deps.sh all
    step "the gateway, the release tools" release.log sh -c 'cmake --preset release && cmake --build --preset release -j "$(nproc)" --target sotto-gateway sotto-release sotto-log'
    step "the core (WebAssembly)" wasm.log deploy/build-wasm.sh
    build_web
    echo "$want" >build/.quickstart
fi

if running && [ "$(cat "$var/gateway.state" 2>/dev/null)" = "$(state_of)" ] && answers; then
    where
    exit 0
fi
# Another port or a newer build: start anew.
[ -z "$port_before" ] || [ "$port_before" = "$port" ] ||
    say "Sotto moves from port $port_before to $port: browsers keep what they have under the old address, and see none of it here."
stop || true
check_ports
if [ ! -e "$var/.initialised" ]; then
    build/release/gateway/sotto-gateway init --dir "$var" >>"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        die "the gateway could not set up var/; see var/gateway.log"
    }
    : >"$var/.initialised"
fi
# The lock of this script must not stay open in the gateway.
# shellcheck disable=SC2086
setsid build/release/gateway/sotto-gateway $run_args >>"$log" 2>&1 </dev/null 6>&- &
started=$!
echo "$started" >"$pid_file"
state_of >"$var/gateway.state"
n=0
until answers; do
    [ -d "/proc/$started" ] || {
        tail -n 5 "$log" >&2
        rm -f "$pid_file"
        die "the gateway ended at once; see var/gateway.log"
    }
    n=$((n + 1))
    [ $n -lt 100 ] || die "the gateway does not answer at $url; see var/gateway.log"
    sleep 0.1
done
where
