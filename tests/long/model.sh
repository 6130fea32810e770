#!/bin/sh
# The model of trust with larger tables and more forgeries: each search ends by itself or fails at its limit of time or memory.
exec nice -n 10 "$(dirname "$0")/../model/run.sh" --full "$@"
