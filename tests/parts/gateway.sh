#!/bin/sh
# A real gateway process on loopback, built with the sanitizers: its protocol, bad input, kill -9.
. "$(dirname "$0")/common.sh"
build_preset debug || exit 1
npm_packages tests/gateway
for path in tests/gateway/*.mjs; do
    script=$(basename "$path" .mjs)
    [ "$script" = lib ] || report "gateway $script" "build/tests/gateway-$script.out" node "$path"
done
exit "${broken:-0}"
