#!/bin/sh
# Everything that is checked by reading: doors, names, banned calls, headers, format, static analysis, and what the
# built modules import and export. Other checks are scripts tests/lint/check-* of the same kind.
. "$(dirname "$0")/common.sh"
build_preset release
for check in tests/lint/check-*; do
    case $check in
    */check-wasm.mjs) continue ;; # with the part wasm, which builds the modules
    *.mjs) with=node ;;
    *.sh) with=sh ;;
    *) echo "not ok $(basename "$check"): runs with nothing that is known" && continue ;;
    esac
    # One that breaks ends with a code, too; it has failed even when it has not said so.
    name=$(basename "$check")
    $with "$check" >"build/tests/$name.out" 2>&1
    tell_plain "$name" "build/tests/$name.out" $?
done
exit 0
