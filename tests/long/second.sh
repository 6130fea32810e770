#!/bin/sh
# A second client of the protocol, written from wasm/schema/PROTOCOL.md alone on ts-mls, against a real gateway and four
# command lines of ours: pairs, a group of five, removal, recovery, files, linking, and some thirty malformed inputs.
# SOTTO_ONLY: beginnings of the names of tests, by commas.
. "$(dirname "$0")/../parts/common.sh"
build_preset release || exit 1
npm_packages tests/interop
run=$root/build/tests/second
sotto=$root/build/release/wasm/sotto gateway=$root/build/release/gateway/sotto-gateway
rm -rf "$run"
mkdir -p "$run/gateway" "$run/page"
echo 'quiet paper lantern river' >"$run/pass"
ports=$(node -e 'const net = require("net"), s = [0, 0].map(() => net.createServer().listen(0, "127.0.0.1"));
    let up = 0; for (const x of s) x.once("listening", () => { if (++up === 2) { console.log(s.map((y) => y.address().port).join(" ")); s.forEach((y) => y.close()); } });')
app=${ports% *} gw=${ports#* }
"$gateway" init --dir "$run/gateway" >"$run/gateway.log" 2>&1 || { cat "$run/gateway.log"; echo "not ok second: gateway init"; exit 1; }
"$gateway" run --dir "$run/gateway" --app-port "$app" --gw-port "$gw" --metrics-port 0 --app-dir "$run/page" --registration open --rate-new 1000 >>"$run/gateway.log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null' EXIT
sleep 1
for n in 1 2 3 4; do
    SOTTO_PASSPHRASE_FILE=$run/pass "$sotto" --home "$run/cli$n" init "Peer$n" "http://localhost:$gw" >"$run/cli$n.out" 2>&1 ||
        { cat "$run/cli$n.out"; echo "not ok second: peer $n"; exit 1; }
done
export GATEWAY="http://localhost:$gw" RUN="$run" SOTTO_BIN="$sotto"
[ -z "${SOTTO_ONLY:-}" ] || export ONLY="$SOTTO_ONLY"
SOTTO_TEST_SECONDS=${SOTTO_TEST_SECONDS:-3000}
report second build/tests/second.out node tests/interop/second-client.mjs
exit "${broken:-0}"
