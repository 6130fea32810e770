#!/bin/sh
# Both commands of the README on a bare Debian 12.
exec "$(dirname "$0")/../fresh.sh" --tests all
