#!/bin/sh
# Everything that is checked by reading: doors, names, banned calls, headers, format, static analysis, and what the
# built modules import and export. Other checks are scripts tests/lint/check-* of the same kind.
. "$(dirname "$0")/common.sh"
build_preset release
for check in tests/lint/check-*; do
    case $check in
    */check-wasm.mjs) continue ;; # with the part wasm, which builds the modules
    *.mjs) node "$check" || [ $? = 1 ] || echo "not ok $(basename "$check"): broke" ;;
    *.sh) "$check" || [ $? = 1 ] || echo "not ok $(basename "$check"): broke" ;;
    *.py) python3 "$check" || [ $? = 1 ] || echo "not ok $(basename "$check"): broke" ;;
    esac
done
exit 0
