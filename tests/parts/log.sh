#!/bin/sh
# The release log and its witnesses as real processes: kill -9 at random points, three witnesses, a split view; read and
# verified by an independent program, which Go's own sumdb packages make up (tests/log/peer.go).
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
build_preset release sotto-log sotto-witness sotto-release || exit 1
log=build/tests/build-log.log
# Debian's package, no network, no modules.
if ! GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=$root/build/tests/go-cache CGO_ENABLED=0 \
    go build -o build/tests/log-peer tests/log/peer.go >"$log" 2>&1; then
    head -n 20 "$log"
    echo "not ok log: the peer does not build ($log; packages golang-go, golang-golang-x-mod-dev)"
    exit 1
fi
for script in replay witness; do
    report "log $script" "build/tests/log-$script.out" node "tests/log/$script.mjs"
done
exit "${broken:-0}"
