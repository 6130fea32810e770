#!/bin/sh
# The model of trust with larger tables and more forgeries: some hours, below 4 GB.
exec "$(dirname "$0")/../model/run.sh" --full "$@"
