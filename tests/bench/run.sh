#!/bin/sh
# Measures Sotto beside named peers, all in one run, and prints ratios and targets: tests/bench/run.sh [PART...]
# Parts: mls, store, web, gateway. Exit code 1 only when something does not run. See README.md here.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
parts=${*:-mls store web gateway}
mkdir -p build/bench
if [ "${SOTTO_INSTALL:-yes}" = yes ]; then
    # A fresh prosody would start its service; ours runs from a folder under build/bench.
    if ! dpkg-query -W prosody >/dev/null 2>&1; then fresh=yes; fi
    deploy/packages.sh build wasm test bench || echo "run: some packages are missing; parts that need them will fail" >&2
    if [ "${fresh:-}" = yes ] && [ -x /etc/init.d/prosody ]; then
        /etc/init.d/prosody stop >/dev/null 2>&1 || sudo -n /etc/init.d/prosody stop >/dev/null 2>&1
    fi
fi
bad=
for part in $parts; do
    [ -x "tests/bench/$part.sh" ] || { echo "run: there is no part '$part'" >&2; exit 2; }
    start=$(date +%s)
    rm -f "build/bench/$part.jsonl"
    load=$(cut -d' ' -f1-3 /proc/loadavg)
    if "tests/bench/$part.sh" 2>"build/bench/$part.log"; then
        echo "{\"part\":\"$part\",\"seconds\":$(($(date +%s) - start)),\"load\":\"$load\",\"kernel\":\"$(uname -r)\"}" >"build/bench/$part.run.json"
        node tests/bench/table.mjs "$part" || bad="$bad $part"
    else
        bad="$bad $part"
        echo "== $part does not run (build/bench/$part.log):"
        tail -n 5 "build/bench/$part.log"
    fi
done
[ -z "$bad" ] || { echo "does not run:$bad"; exit 1; }
