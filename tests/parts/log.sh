#!/bin/sh
# The release log and its witnesses as real processes: kill -9 at random points, three witnesses, a split view; read and
# verified by an independent program, which Go's own sumdb packages make up (tests/log/peer.go).
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
log=build/tests/build-log.log
if ! { cmake --preset release && cmake --build --preset release -j "$jobs" --target sotto-log sotto-witness sotto-release; } >"$log" 2>&1; then
    grep -E 'error|undefined reference' "$log" | head -n 20
    echo "not ok log: the tools do not build ($log)"
    exit 1
fi
# Debian's package, no network, no modules.
if ! GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=$root/build/tests/go-cache CGO_ENABLED=0 \
    go build -o build/tests/log-peer tests/log/peer.go >"$log" 2>&1; then
    head -n 20 "$log"
    echo "not ok log: the peer does not build ($log; packages golang-go, golang-golang-x-mod-dev)"
    exit 1
fi
broken=0
for script in replay witness; do
    out=build/tests/log-$script.out
    timeout "${SOTTO_TEST_SECONDS:-300}" node "tests/log/$script.mjs" >"$out" 2>&1
    code=$?
    sed -n "s/^ok /ok log $script: /p; s/^not ok /not ok log $script: /p" "$out"
    if [ $code != 0 ]; then
        broken=1
        grep -q '^not ok' "$out" || echo "not ok log $script: ended with code $code"
        grep -v '^ok ' "$out" | head -n 40 | sed 's/^/    /;s/^    not ok/    (not ok)/'
    elif ! grep -q '^ok ' "$out"; then
        echo "not ok log $script: claims nothing"
        broken=1
    fi
done
exit "$broken"
