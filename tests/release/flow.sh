#!/bin/sh
# A maintainers' release from keys to visitors, with the real tools: three maintainers, a log, three witness processes,
# a gateway. OUT and OUT.note are a fresh build for the trust in KEYS (tests/parts/release.sh).
# Usage: tests/release/flow.sh OUT KEYS
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$1 keys=$2
tools=$root/build/release/deploy/tools
work=$(mktemp -d)
pids=
end() { for p in $pids; do kill "$p" 2>/dev/null; done; wait 2>/dev/null; rm -rf "$work"; }
trap end EXIT
failed=0
claim() { # name command...
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok release_flow_$name"
    else
        sed 's/^/    /' "$work/out" | tail -n 8
        echo "not ok release_flow_$name"
        failed=1
    fi
}
refuses() { # word command...: exit code 1 and this word
    word=$1
    shift
    "$@" >"$work/refused" 2>&1
    code=$?
    cat "$work/refused"
    [ $code = 1 ] && grep -q "$word" "$work/refused"
}
until_answers() { n=0; until curl -s -o /dev/null --max-time 2 "$1"; do n=$((n + 1)); [ $n -lt 100 ] || return 1; sleep 0.1; done; }

i=0
for port in $(cat "$keys/ports"); do
    i=$((i + 1))
    "$tools/sotto-witness" run "$work/w$i.db" --key "$keys/w$i.key" --log "$(cat "$keys/log.vkey")" --port "$port" >"$work/w$i.log" 2>&1 &
    pids="$pids $!"
    claim "witness_${i}_answers" until_answers "http://127.0.0.1:$port/"
done
trust=$keys/trust
note=$out.note
"$tools/sotto-log" init "$work/log.db" "$keys/log.key" >/dev/null 2>&1

claim note_with_one_signature sh -c "cp '$note' '$work/one.note' && '$tools/sotto-release' sign '$work/one.note' '$keys/a.key'"
claim one_signature_is_too_few refuses threshold "$tools/sotto-verify" note "$work/one.note" --trust "$trust"
claim the_log_refuses_it_too refuses threshold "$tools/sotto-log" append "$work/log.db" "$keys/log.key" "$work/one.note" --trust "$trust"
claim two_sign "$tools/sotto-release" sign "$note" "$keys/a.key" "$keys/b.key"
claim two_signatures_are_enough "$tools/sotto-verify" note "$note" --trust "$trust"
claim log_and_witnesses "$tools/sotto-log" append "$work/log.db" "$keys/log.key" "$note" --trust "$trust"
claim publish "$tools/sotto-log" publish "$work/log.db" "$work/log" --trust "$trust"
claim proof sh -c "'$tools/sotto-log' proof '$work/log.db' 0 >'$work/proof'"
claim not_before_its_day refuses cooling "$tools/sotto-release" check "$note" --trust "$trust" --recent "$work/proof"
claim after_its_day "$tools/sotto-release" check "$note" --trust "$trust" --recent "$work/proof" --now $(($(date +%s) + 90000))

cp -R "$out" "$work/broken"
printf 'x' >>"$work/broken/app.webmanifest"
claim a_changed_release_is_not_placed refuses app.webmanifest "$root/deploy/place.sh" --trust "$trust" --early "$work/app" "$work/broken" "$note" "$work/proof"
cp -R "$out" "$work/early"
claim nor_before_its_day refuses cooling "$root/deploy/place.sh" --trust "$trust" "$work/app" "$work/early" "$note" "$work/proof"
claim nothing_was_placed test ! -e "$work/app"
claim placed_early "$root/deploy/place.sh" --trust "$trust" --early "$work/app" "$out" "$note" "$work/proof"

gateway=$root/build/release/gateway/sotto-gateway
app_port=$(tail -n 1 "$keys/gateway-ports") gw_port=$(head -n 1 "$keys/gateway-ports")
"$gateway" init --dir "$work/data" >/dev/null 2>&1
"$gateway" run --dir "$work/data" --app-port "$app_port" --gw-port "$gw_port" --metrics-port 0 --app-dir "$work/app" --log-dir "$work/log" >"$work/gateway.log" 2>&1 &
pids="$pids $!"
claim gateway_answers until_answers "http://localhost:$app_port/"
claim served_as_signed "$tools/sotto-verify" origin "http://localhost:$app_port" --trust "$trust" --allow-cooling
claim portable_file_as_signed sh -c "curl -fsS 'http://localhost:$app_port/$(basename "$work"/app/sotto-*.html)' -o '$work/portable.html' && '$tools/sotto-verify' portable '$work/portable.html' --trust '$trust' --note '$note' --recent '$work/proof' --allow-cooling"
claim watched "$tools/sotto-verify" monitor --origin "http://localhost:$app_port" --log "http://localhost:$gw_port/log" --trust "$trust" --state "$work/state" --allow-cooling

sleep 1 # the witnesses' clocks count seconds
claim witnesses_sign_again "$tools/sotto-log" witness "$work/log.db" --trust "$trust"
claim newer_proof sh -c "'$tools/sotto-log' proof '$work/log.db' 0 >'$work/newer' && ! cmp -s '$work/proof' '$work/newer'"
claim newer_proof_placed "$root/deploy/place.sh" --trust "$trust" "$work/app" "$work/newer"
claim first_proof_stays cmp -s "$work/proof" "$work/app/.well-known/sotto/first/1"
claim a_proof_of_something_else_is_not_placed refuses refused "$root/deploy/place.sh" --trust "$trust" "$work/app" "$note"

# The next release is offered from its first minute on, by its note and proof alone; what is served stays.
next=$work/next.note
hash=$("$tools/sotto-release" hash "$note")
sed '/^$/,$d' "$note" | sed "s/^seq 1$/seq 2/; s/^prev -$/prev $hash/" >"$next"
claim next_note sh -c "'$tools/sotto-release' sign '$next' '$keys/a.key' '$keys/b.key' && '$tools/sotto-log' append '$work/log.db' '$keys/log.key' '$next' --trust '$trust' && '$tools/sotto-log' proof '$work/log.db' 1 >'$work/next.proof'"
claim the_log_proves_no_old_entry_as_the_newest refuses "not the newest" "$tools/sotto-log" proof "$work/log.db" 0
cp "$work/app/index.html" "$work/index.before"
claim a_release_out_of_turn_is_not_announced refuses "not the release after" "$root/deploy/place.sh" --trust "$trust" --announce "$work/app" "$note" "$work/proof"
claim announced "$root/deploy/place.sh" --trust "$trust" --announce "$work/app" "$next" "$work/next.proof"
claim the_newest_is_offered cmp -s "$next" "$work/app/.well-known/sotto/release/latest"
claim what_was_served_stays cmp -s "$work/index.before" "$work/app/index.html"
claim its_proof_is_renewed "$root/deploy/place.sh" --trust "$trust" "$work/app" "$work/next.proof"
exit $failed
