#!/bin/sh
# All unit tests, natively, with AddressSanitizer, UBSan and LeakSanitizer.
. "$(dirname "$0")/common.sh"
build_preset debug || broken=1
# shellcheck disable=SC2046
run_programs $(programs debug unit)
exit "${broken:-0}"
