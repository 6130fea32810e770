#!/bin/sh
# Static analysis of every C file.
. "$(dirname "$0")/../parts/common.sh"
build_preset release || exit 1
exec tests/lint/check-tidy.sh --all
