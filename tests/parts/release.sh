#!/bin/sh
# A release built twice in different places and compared, then signed, logged, witnessed, served and verified.
. "$(dirname "$0")/common.sh"
mkdir -p build/tests
keys=$root/build/tests/release-keys
tools=build/release/deploy/tools
build_preset release sotto-release sotto-log sotto-witness sotto-verify sotto-gateway || exit 1
rm -rf "$keys"
mkdir -p "$keys"
free_ports() {
    node -e 'const n = Number(process.argv[1]), all = Array.from({ length: n }, () => require("net").createServer().listen(0, "127.0.0.1"));
        let up = 0; all.forEach((s) => s.once("listening", () => { if (++up === n) { console.log(all.map((x) => x.address().port).join("\n")); all.forEach((x) => x.close()); } }));' "$1"
}
free_ports 3 >"$keys/ports"
free_ports 2 >"$keys/gateway-ports"
for k in a b c log; do $tools/sotto-release keygen "tests.example/$k" "$keys/$k.key" >"$keys/$k.vkey"; done
for k in 1 2 3; do $tools/sotto-release keygen "witness.example/$k" "$keys/w$k.key" --witness >"$keys/w$k.vkey"; done
{
    printf 'sotto-trust/v1\nline tests.example/web\n'
    for k in a b c; do echo "release $(cat "$keys/$k.vkey")"; done
    printf 'threshold 2\nlog %s\n' "$(cat "$keys/log.vkey")"
    k=0
    for port in $(cat "$keys/ports"); do k=$((k + 1)); echo "witness w$k $(cat "$keys/w$k.vkey") http://127.0.0.1:$port"; done
    printf 'group all-w 2 w1 w2 w3\nquorum all-w\n'
} >"$keys/trust"
out=$root/build/tests/release-out
deploy/reproduce.sh --trust "$keys/trust" --keep "$out" || broken=1
[ -s "$out.note" ] || { echo "not ok release_flow: there is no build to sign"; exit 1; }
tests/release/flow.sh "$out" "$keys" || broken=1
exit "${broken:-0}"
