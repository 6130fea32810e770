#!/bin/sh
# An hour a target.
FUZZ_SECONDS=${FUZZ_SECONDS:-3600} exec "$(dirname "$0")/../parts/fuzz.sh"
